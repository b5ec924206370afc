"""Where the embedded servers listen, found alike by the settings and by the servers themselves.

Unix sockets in `run/` under the data folder. A socket path may hold 107 bytes only: under a longer
path both servers listen on 127.0.0.1 instead, on ports and with a password that are made once and
kept in the data folder, readable by its owner alone. Imports nothing but the standard library.
"""

import json
import os
import secrets
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SOCKET_PATH_BYTES = 107
POSTGRES_PORT = 5432
NAME = "genart"
"""The database, and the superuser who owns its tables."""
APPLICATION = "genart_app"
"""The role of the application, which owns nothing."""


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach both embedded servers.

    Attributes:
        socket_dir: folder of both Unix sockets; None where TCP is used.
        postgres_port: TCP port, or the number in the socket's file name.
        valkey_port: TCP port; 0 with sockets.
        password: of both servers on TCP; empty with sockets, whose folder is private.
    """

    socket_dir: Path | None
    postgres_port: int = POSTGRES_PORT
    valkey_port: int = 0
    password: str = ""

    @property
    def valkey_socket(self) -> Path | None:
        """Path of Valkey's socket, or None on TCP."""
        return self.socket_dir / "valkey.sock" if self.socket_dir else None

    @property
    def redis_url(self) -> str:
        """The address as redis clients take it."""
        if self.socket_dir:
            return f"unix://{self.valkey_socket}"
        return f"redis://:{self.password}@127.0.0.1:{self.valkey_port}/0"

    def database(self, name: str = NAME, user: str = APPLICATION) -> dict[str, str]:
        """Return the entries of Django's DATABASES that name the embedded server."""
        return {
            "NAME": name,
            "USER": user,
            "PASSWORD": self.password,
            "HOST": str(self.socket_dir) if self.socket_dir else "127.0.0.1",
            "PORT": str(self.postgres_port),
        }

    def connection(self, name: str = NAME) -> dict[str, Any]:
        """Return the same as keyword arguments of `psycopg.connect`, for the superuser."""
        entries = self.database(name, NAME)
        return {
            "dbname": entries["NAME"],
            "user": entries["USER"],
            "password": entries["PASSWORD"] or None,
            "host": entries["HOST"],
            "port": entries["PORT"],
        }


def find(data_dir: Path) -> Address:
    """Return where the embedded servers of `data_dir` listen.

    Args:
        data_dir: the absolute data folder.

    Returns:
        Socket addresses where the path is short enough, else the data folder's TCP addresses,
        which are made and kept at the first call.
    """
    folder = data_dir / "run"
    longest = len(os.fsencode(folder / f".s.PGSQL.{POSTGRES_PORT}"))
    if longest <= SOCKET_PATH_BYTES:
        return Address(socket_dir=folder)
    return _tcp_address(data_dir / "address.json")


def _tcp_address(path: Path) -> Address:
    """Return the addresses kept in `path`; make them where there are none yet."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        kept = {
            "postgres_port": _free_port(),
            "valkey_port": _free_port(),
            "password": secrets.token_urlsafe(24),
        }
        if not _write_once(path, json.dumps(kept)):
            return _tcp_address(path)
    return Address(socket_dir=None, **kept)


def _write_once(path: Path, content: str) -> bool:
    """Write a private file whole; return False where another process was faster."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
    return True


def _free_port() -> int:
    """Return a TCP port of 127.0.0.1 that nothing uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
