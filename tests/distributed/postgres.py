"""PostgreSQL 18 with pgvector on one host, its streaming replica on another, pgbouncer before it.

Debian 12 has no pgvector, so the server's programs come from the wheel that genart brings along:
the same PostgreSQL, run as a server of its own, over TCP, with passwords.
"""

import shutil
import subprocess
from pathlib import Path
from signal import SIGINT

import psycopg

from genart.embedded.postgres import binaries
from genart.embedded.process import Unprivileged
from tests.distributed.network import Host, Program, wait_for

OWNER, APPLICATION, DATABASE = "genart", "genart_app", "genart"
PASSWORD = "of-the-lab"
PORT, POOLER_PORT = 5432, 6432
KEEP_ALIVE = {
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": "10000",
}
"""A client that the network lost gives its locks back within ten seconds."""
SETTINGS = KEEP_ALIVE | {
    "max_connections": "120",
    "shared_buffers": "128MB",
    "jit": "off",
    "timezone": "UTC",
    "wal_sender_timeout": "10s",
    "wal_receiver_timeout": "10s",
    "hot_standby_feedback": "on",
}
ACCESS = (
    "local all all trust\nhost all all all scram-sha-256\nhost replication all all scram-sha-256\n"
)


def as_nobody(words: list[str | Path], folder: Path) -> list[str]:
    """Return a command that does not run as root."""
    user = Unprivileged.choose()
    assert user is not None, "the lab needs root"
    return [str(word) for word in [*user.prefix([binaries(), folder], SIGINT), *words]]


class Postgres:
    """One server: the primary, or the replica of another."""

    def __init__(self, host: Host) -> None:
        self.host = host
        self.folder = host.folder / "data"
        self.program: Program | None = None

    def url(self, user: str = APPLICATION, port: int = PORT) -> str:
        """Return where it is reached."""
        return f"postgresql://{user}:{PASSWORD}@{self.host.address}:{port}/{DATABASE}"

    def initialise(self) -> None:
        """Make an empty primary with both roles."""
        self._own_folder()
        secret = self.host.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        words = [binaries() / "initdb", "-D", self.folder, "-U", OWNER, f"--pwfile={secret}"]
        words += ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--no-sync"]
        self._do(words)
        (self.folder / "pg_hba.conf").write_text(ACCESS)
        self.start()
        with psycopg.connect(self._maintenance(), autocommit=True) as session:
            session.execute(f"CREATE DATABASE {DATABASE}")
            session.execute(f"CREATE ROLE {APPLICATION} LOGIN PASSWORD '{PASSWORD}'")

    def follow(self, primary: "Postgres") -> None:
        """Become a replica of a primary."""
        self._own_folder()
        source = f"host={primary.host.address} user={OWNER} password={PASSWORD}"
        words = [
            binaries() / "pg_basebackup",
            "-d",
            source,
            "-D",
            self.folder,
            "-R",
            "-X",
            "stream",
        ]
        self._do([*words, "-C", "-S", self.host.name, "-c", "fast"])
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers."""
        words: list[str | Path] = [binaries() / "postgres", "-D", self.folder, "-k", ""]
        for name, value in (SETTINGS | {"listen_addresses": self.host.address}).items():
            words += ["-c", f"{name}={value}"]
        self.program = self.host.run("postgres", as_nobody(words, self.folder), cwd=self.folder)
        wait_for("PostgreSQL answers", self._answers)

    def stop(self) -> None:
        """End it fast and in order."""
        assert self.program is not None
        self.program.stop(SIGINT)

    def ask(self, query: str, *values: object, user: str = OWNER) -> list[tuple]:
        """Return the rows of a query."""
        with psycopg.connect(self.url(user), autocommit=True, connect_timeout=5) as session:
            return session.execute(query, values).fetchall()

    def _answers(self) -> bool:
        psycopg.connect(self._maintenance(), connect_timeout=2).close()
        return True

    def _maintenance(self) -> str:
        return self.url(OWNER).removesuffix(DATABASE) + "postgres"

    def _own_folder(self) -> None:
        self.folder.mkdir(mode=0o700)
        user = Unprivileged.choose()
        assert user is not None
        user.own(self.folder)

    def _do(self, words: list[str | Path]) -> None:
        command = ["ip", "netns", "exec", self.host.space, *as_nobody(words, self.folder)]
        subprocess.run(command, check=True, cwd=self.folder, capture_output=True)


def run_pooler(host: Host) -> Program:
    """Start pgbouncer beside a primary, sharing its sessions by the transaction."""
    users, settings = host.folder / "users.txt", host.folder / "pgbouncer.ini"
    users.write_text(f'"{APPLICATION}" "{PASSWORD}"\n')
    settings.write_text(
        f"""[databases]
{DATABASE} = host={host.address} port={PORT}
[pgbouncer]
listen_addr = {host.address}
listen_port = {POOLER_PORT}
auth_type = scram-sha-256
auth_file = {users}
pool_mode = transaction
max_client_conn = 500
default_pool_size = 30
server_reset_query_always = 0
ignore_startup_parameters = extra_float_digits
tcp_keepalive = 1
tcp_keepidle = 5
tcp_keepintvl = 2
tcp_keepcnt = 3
tcp_user_timeout = 10000
unix_socket_dir =
"""
    )
    for path in (users, settings):
        path.chmod(0o644)
    program = shutil.which("pgbouncer") or "/usr/sbin/pgbouncer"
    return host.run("pgbouncer", as_nobody([program, settings], host.folder))
