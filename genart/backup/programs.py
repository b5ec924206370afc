"""PostgreSQL's own programs, told the database of the settings by their environment."""

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from genart.embedded.postgres import binaries
from genart.embedded.process import ServerFailed
from genart.lib.errors import GenartError

VARIABLES = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}


class ProgramFailed(GenartError):
    """One of PostgreSQL's programs is missing or ended with an error."""

    code = "program_failed"
    status = 500


def run(name: str, *words: str | Path, parameters: Mapping[str, Any]) -> None:
    """Run `pg_dump` or `pg_restore` to its end.

    Args:
        name: of the program; the one that came with the embedded server, else one on the path.
        words: its arguments.
        parameters: of the connection, as `psycopg.connect` takes them.

    Raises:
        ProgramFailed: with what it said.
    """
    named = {VARIABLES[key]: str(value) for key, value in parameters.items() if key in VARIABLES}
    done = subprocess.run(  # noqa: S603  (commands of our own making)
        [str(_program(name)), *map(str, words)],
        env={key: value for key, value in named.items() if value != "None"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ProgramFailed(f"{name} failed: {done.stderr.strip()[-2000:]}")


def _program(name: str) -> Path:
    """Return where a program is; a server's own fits it best."""
    try:
        bundled = binaries() / name
    except ServerFailed:
        bundled = Path(name)
    if bundled.is_file():
        return bundled
    found = shutil.which(name)
    if found is None:
        raise ProgramFailed(f"{name} is missing: install postgresql-client.")
    return Path(found)
