"""Start a child process that ends with its parent, writes to a log, and is never root by accident.

PostgreSQL refuses to run as root. Where genart itself runs as root, a server is started as an
unprivileged user; if that user may not enter the folders above the data folder (a checkout under
/root), the child keeps the one capability to pass them. No permission outside is ever changed.
"""

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from genart.lib.errors import GenartError

LOG_LIMIT_BYTES = 5_000_000
PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServerFailed(GenartError):
    """An embedded server or another child of the factory cannot run."""

    code = "server_failed"
    status = 503


@dataclass(frozen=True, slots=True)
class Unprivileged:
    """The user a server runs as when genart runs as root."""

    uid: int
    gid: int

    @classmethod
    def choose(cls) -> "Unprivileged | None":
        """Return the user to switch to, or None where genart is not root.

        Raises:
            ServerFailed: genart is root and the system has no user `nobody`.
        """
        if os.geteuid() != 0:
            return None
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError:
            raise ServerFailed(
                "PostgreSQL must not run as root and there is no user `nobody`: "
                "start genart as an ordinary user."
            ) from None
        return cls(entry.pw_uid, entry.pw_gid)

    def own(self, folder: Path) -> None:
        """Give a folder of the data folder, with all that is in it, to this user."""
        if folder.stat().st_uid == self.uid:
            return
        os.chown(folder, self.uid, self.gid)
        for parent, folders, files in os.walk(folder):
            for name in (*folders, *files):
                os.chown(Path(parent) / name, self.uid, self.gid, follow_symlinks=False)

    def may_reach(self, path: Path) -> bool:
        """Tell whether every folder above `path` lets this user pass."""
        return all(parent.stat().st_mode & 0o001 for parent in path.resolve().parents)

    def prefix(self, paths: Sequence[Path], stop_signal: signal.Signals) -> list[str]:
        """Return the command words that switch to this user, before the command itself.

        Args:
            paths: what the child must be able to reach.
            stop_signal: sent to the child when its parent ends.
        """
        setpriv = shutil.which("setpriv")
        if setpriv is None:
            raise ServerFailed("`setpriv` (package util-linux) is needed to start genart as root.")
        words = [setpriv, f"--reuid={self.uid}", f"--regid={self.gid}", "--clear-groups"]
        words.append(f"--pdeathsig={stop_signal.name.removeprefix('SIG')}")
        if not all(self.may_reach(path) for path in paths):
            words += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [*words, "--"]


def launch(
    command: Sequence[str | Path],
    *,
    log: Path,
    stop_signal: signal.Signals = signal.SIGTERM,
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` in a session of its own, so that Ctrl-C reaches the supervisor alone.

    Args:
        command: the program and its arguments.
        log: file its output is appended to; a full one is kept as `<name>.1`.
        stop_signal: what the child gets when this process ends without stopping it.
        env: its whole environment; this process's own when None.
        cwd: its working folder.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > LOG_LIMIT_BYTES:
        log.replace(log.with_name(f"{log.name}.1"))
    with log.open("ab") as output:
        return subprocess.Popen(  # noqa: S603  (commands of our own making)
            [str(word) for word in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env=env,
            cwd=cwd,
            preexec_fn=end_with_parent(stop_signal),
        )


def end_with_parent(stop_signal: signal.Signals) -> Callable[[], None] | None:
    """Return what a child calls so that it gets `stop_signal` when its parent dies (Linux)."""
    if _libc is None:
        return None
    prctl, number = _libc.prctl, int(stop_signal)

    def ask_kernel() -> None:
        prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)

    return ask_kernel


def is_running(pid: int, *, inside: Path) -> bool:
    """Tell whether `pid` is a live process whose working folder is `inside` (Linux).

    Where the system has no /proc, any live process counts.
    """
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    link = Path(f"/proc/{pid}/cwd")
    if not link.parent.exists():
        return not Path("/proc/self").exists()
    try:
        return link.resolve(strict=True) == inside.resolve()
    except OSError:
        return False


def last_lines(log: Path, count: int = 5) -> str:
    """Return the end of a log, for an error message."""
    if not log.exists():
        return ""
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
