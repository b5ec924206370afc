"""A factory as people run it, on a data folder of its own, and the processes it is made of."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from tests.faults.clock import PARTS, Clocks, can_compile
from tests.faults.disk import GIBIBYTE, Disk, can_mount
from tests.faults.proxy import Proxy

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "manage.py", "run_factory")
START_SECONDS = 600.0
END_SECONDS = 90.0
QUICK = {
    "REVIEW_GRACE_SECONDS": "2",
    "API_TOKEN_PER_MINUTE": "100000",
    "API_ADDRESS_PER_MINUTE": "100000",
    "API_ANONYMOUS_PER_MINUTE": "100000",
    "LOG_LEVEL": "WARNING",
}
"""What differs from the defaults: approvals go on sale sooner, and customers may ask often."""


class Factory:
    """One factory, its disk, its proxies and its clocks.

    Args:
        command: what starts it.
        breakable: whether its disk, sockets and clocks can be made to fail; else only processes.
    """

    def __init__(
        self, *, command: Sequence[str | Path] = COMMAND, breakable: bool = True, **settings: str
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gf-"))
        self.folder.chmod(0o711)
        self.disk = Disk(self.folder / "disk", mounted=breakable and can_mount())
        self.data = self.disk.folder / "data"
        self.store = Disk(self.data / "media", mounted=self.disk.mounted, size_bytes=GIBIBYTE)
        self.clocks = Clocks(self.folder) if breakable and can_compile() else None
        run = self.data / "run"
        self.proxies = {
            "postgres": Proxy(run / ".s.PGSQL.5432"),
            "valkey": Proxy(run / "valkey.sock"),
        }
        self.breakable = breakable
        self.port = free_port()
        self.command = [str(word) for word in command]
        self.environment = self._environment(settings)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def said(self) -> Path:
        """Return the file of what it printed."""
        return self.folder / "said.txt"

    def start(self) -> None:
        """Start it; `wait_open` waits for its address."""
        if self.breakable:
            for proxy in self.proxies.values():
                proxy.start()
        self.launch()

    def launch(self) -> None:
        """Start its command, as somebody does after a power loss."""
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_open(self, seconds: float = START_SECONDS) -> float:
        """Return how many seconds pass until it prints its address.

        Raises:
            AssertionError: it ended, or takes too long; with what it said.
        """
        began = time.monotonic()
        while " is open at " not in self.said.read_text(errors="replace"):
            assert self.process and self.process.poll() is None, self.last_words()
            assert time.monotonic() < began + seconds, self.last_words()
            time.sleep(0.05)
        return time.monotonic() - began

    def last_words(self) -> str:
        """Return what it said, and the ends of its logs."""
        ends = [self.said.read_text(errors="replace")[-2000:]]
        for log in sorted((self.data / "log").glob("*.log")):
            ends.append(f"-- {log.name}\n{log.read_text(errors='replace')[-1200:]}")
        return "\n".join(ends)

    def family(self) -> dict[int, tuple[int, str]]:
        """Return its live processes: id → parent's id and command line."""
        found = {}
        mark = f"GENART_DATA_DIR={self.data}\0".encode()
        for folder in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError, IndexError):
                words = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                inside = mark in (folder / "environ").read_bytes()
                if not inside:  # PostgreSQL's processes write their titles over their environment
                    inside = (folder / "cwd").readlink().is_relative_to(self.data)
                if words and inside and int(folder.name) != os.getpid():
                    parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
                    found[int(folder.name)] = (int(parent), words)
        return found

    def pids_of(self, part: str) -> list[int]:
        """Return the processes of a part, its first one first; none while it is being started."""
        family = self.family()
        first = [
            pid
            for pid, (parent, line) in family.items()
            if PARTS[part] in line and PARTS[part] not in family.get(parent, (0, ""))[1]
        ]
        found = first[:1]
        for pid in found:
            found += [child for child, (parent, _line) in family.items() if parent == pid]
        return found

    def signal(self, pids: Sequence[int], number: signal.Signals) -> None:
        """Send a signal to processes; those that are gone are left out."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def lose_power(self) -> int:
        """Kill every process at once; return how many there were."""
        killed = 0
        while pids := list(self.family()):
            self.signal(pids, signal.SIGKILL)
            killed += len(pids)
            time.sleep(0.02)
        if self.process:
            self.process.wait(10)
        return killed

    def stop(self) -> bool:
        """End it in good order; return whether nothing is left of it."""
        if self.process and self.process.poll() is None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(END_SECONDS)
        in_order = not self.family()
        self.lose_power()
        return in_order

    def remove(self) -> None:
        """End it however it can be ended, and take its disk away."""
        self.lose_power()
        for proxy in self.proxies.values():
            proxy.stop()
        self.store.remove()
        self.disk.remove()
        with contextlib.suppress(OSError):
            for path in self.folder.iterdir():
                path.unlink()
            self.folder.rmdir()

    def manage(self, *words: str) -> str:
        """Run a command of `manage.py` on its data and return what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        return done.stdout.strip()

    def _environment(self, settings: dict[str, str]) -> dict[str, str]:
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GENART_", "SKEW_")) and name != "LD_PRELOAD"
        }
        own = {
            "DJANGO_SETTINGS_MODULE": "genart.settings",
            "GENART_DATA_DIR": str(self.data),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "SITE_URL": self.url,
        }
        clocks = self.clocks.environment if self.clocks else {}
        return clean | QUICK | own | clocks | settings


def free_port() -> int:
    """Return a TCP port that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
