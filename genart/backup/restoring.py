"""Reads a backup back: checked whole first, then the database, then the files, then counted."""

import json
from pathlib import Path
from typing import Any

import psycopg
from django.core.management import call_command

from genart.backup import files, programs
from genart.backup.files import Damaged
from genart.backup.saving import DUMP, MANIFEST, count_rows, parameters_of_connection
from genart.lib.errors import StateConflict
from genart.ownership import as_owner


def restore(source: Path, *, replace: bool = False) -> dict[str, Any]:
    """Put a backup in the place of the database and beside the files; return its manifest.

    The database is changed in one transaction, after every hash was compared: a backup that is
    damaged changes nothing. Migrations that are newer than the backup run in the end.

    Args:
        source: the folder of a backup.
        replace: whether what the database holds may go.

    Raises:
        Damaged: the backup is not whole.
        StateConflict: the database is in use, or holds something and `replace` is not said.
        ProgramFailed: `pg_restore` said no; the database is as it was.
    """
    files.check_sums(source)
    manifest: dict[str, Any] = json.loads((source / MANIFEST).read_text(encoding="utf-8"))
    with as_owner():
        parameters = parameters_of_connection()
        with psycopg.connect(**parameters, autocommit=True) as session:
            _require_alone(session)
            _require_empty(session, replace)
        _read(source / DUMP, parameters)
        with psycopg.connect(**parameters) as session:
            _require_rows(session, manifest["rows"])
    files.put_back(source / "files")
    call_command("migrate", interactive=False, verbosity=0)
    return manifest


def _read(dump: Path, parameters: dict[str, Any]) -> None:
    """Replace everything in the database by what the dump holds, whole or not at all."""
    programs.run(
        "pg_restore",
        "--clean",
        "--if-exists",
        "--no-owner",
        "--no-privileges",
        "--single-transaction",
        f"--dbname={parameters['dbname']}",
        str(dump),
        parameters=parameters,
    )


def _require_alone(session: psycopg.Connection[Any]) -> None:
    """Refuse while somebody else works with the database."""
    [others] = session.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    ).fetchone() or [0]
    if others:
        raise StateConflict(
            f"{others} other connections use the database: stop web, workers and scheduler first "
            "(`make stop`)."
        )


def _require_empty(session: psycopg.Connection[Any], replace: bool) -> None:
    """Refuse to overwrite work unless that was said."""
    [made] = session.execute("SELECT to_regclass('generation_job')").fetchone() or [None]
    if made is None or replace:
        return
    [jobs] = session.execute("SELECT count(*) FROM generation_job").fetchone() or [0]
    if jobs:
        raise StateConflict(f"The database holds {jobs} jobs: say --replace to give them up.")


def _require_rows(session: psycopg.Connection[Any], expected: dict[str, int]) -> None:
    """Compare the rows of every table with those of the backup."""
    found = count_rows(session)
    other = {table for table in expected if found.get(table) != expected[table]}
    if other:
        raise Damaged(f"After restoring, these tables hold other rows: {', '.join(sorted(other))}.")
