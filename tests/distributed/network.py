"""Hosts as network namespaces on one bridge, whose cables can be pulled."""

import ctypes
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

PREFIX = "10.77.0."
BRIDGE = "ga-bridge"
PATIENCE = float(os.environ.get("GENART_LAB_PATIENCE", "1"))
"""What all waiting is multiplied by, on a machine that is busy with other things."""
_libc = ctypes.CDLL(None)


def ip(*words: str) -> None:
    """Run `ip`; its complaint is the error."""
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"ip {' '.join(words)}: {done.stderr.strip()}")


@dataclass
class Program:
    """A program that runs on a host, and can be started again as it was."""

    name: str
    words: list[str]
    environment: dict[str, str]
    log: Path
    cwd: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; it ends with this process at the latest."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.words,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=self.environment,
                cwd=self.cwd,
                start_new_session=True,
                preexec_fn=lambda: _libc.prctl(1, signal.SIGTERM, 0, 0, 0),
            )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.process is not None and self.process.poll() is None

    def stop(self, number: int = signal.SIGTERM, seconds: float = 20) -> None:
        """End it and its children; what has not ended in time is killed."""
        if self.process is None:
            return
        if self.alive:
            self.process.send_signal(number)
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self.process = None

    def tail(self, lines: int = 20) -> str:
        """Return the end of its log."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])


@dataclass
class Host:
    """One machine of the lab.

    Attributes:
        name: short; its namespace and its cable are called after it.
        number: the last part of its address.
        folder: where its programs write.
    """

    name: str
    number: int
    folder: Path
    programs: dict[str, Program] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Its IPv4 address."""
        return f"{PREFIX}{self.number}"

    @property
    def space(self) -> str:
        """Its network namespace, and the name of its cable at the bridge."""
        return f"ga-{self.name}"

    def plug_in(self) -> None:
        """Make the namespace and connect it with the bridge."""
        ip("netns", "add", self.space)
        ip("link", "add", self.space, "type", "veth", "peer", "name", "eth0", "netns", self.space)
        ip("-n", self.space, "addr", "add", f"{self.address}/24", "dev", "eth0")
        for device in ("lo", "eth0"):
            ip("-n", self.space, "link", "set", device, "up")
        ip("link", "set", self.space, "up")
        self.heal()

    def cut_off(self) -> None:
        """Pull the cable at the bridge: packets vanish, and nobody is told."""
        ip("link", "set", self.space, "nomaster")

    def heal(self) -> None:
        """Put the cable back."""
        ip("link", "set", self.space, "master", BRIDGE)

    def run(
        self,
        name: str,
        words: Sequence[str | Path],
        *,
        environment: Mapping[str, str] | None = None,
        cwd: Path | None = None,
    ) -> Program:
        """Start a program here, under a name."""
        program = Program(
            name,
            ["ip", "netns", "exec", self.space, *map(str, words)],
            {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(environment or {})},
            self.folder / f"{name}.log",
            cwd or self.folder,
        )
        self.programs[name] = program
        program.start()
        return program

    def unplug(self) -> None:
        """End what runs here and remove the namespace."""
        for program in reversed(self.programs.values()):
            program.stop()
        remove_space(self.space)


def remove_space(name: str) -> None:
    """Kill what still runs in a namespace (some servers leave helpers behind) and remove both."""
    found = subprocess.run(["ip", "netns", "pids", name], capture_output=True, text=True).stdout
    for pid in found.split():
        with suppress(ProcessLookupError):
            os.kill(int(pid), signal.SIGKILL)
    subprocess.run(["ip", "netns", "del", name], capture_output=True)
    subprocess.run(["ip", "link", "del", name], capture_output=True)


def make_bridge() -> None:
    """Make the bridge that all hosts are plugged into; this process is on it, too."""
    remove_bridge()
    ip("link", "add", BRIDGE, "type", "bridge")
    ip("addr", "add", f"{PREFIX}1/24", "dev", BRIDGE)
    ip("link", "set", BRIDGE, "up")


def remove_bridge() -> None:
    """Remove the bridge, and what an earlier run left behind."""
    listed = subprocess.run(["ip", "netns", "list"], capture_output=True, text=True).stdout
    for line in listed.splitlines():
        if line.startswith("ga-"):
            remove_space(line.split()[0])
    subprocess.run(["ip", "link", "del", BRIDGE], capture_output=True)


def wait_for(what: str, holds: Callable[[], object], seconds: float = 120) -> float:
    """Wait until `holds()` is true; an error of it counts as no. Return how long that took."""
    began, error = time.monotonic(), None
    while time.monotonic() < began + seconds * PATIENCE:
        try:
            if holds():
                return time.monotonic() - began
            error = None
        except Exception as caught:
            error = caught
        time.sleep(0.3)
    raise AssertionError(f"{what}: not within {seconds * PATIENCE:g} s ({error!r})")
