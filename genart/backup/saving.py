"""Makes a backup while the factory works.

Rows and their counts are of one moment: the dump and the counting share one snapshot. Files are
copied afterwards, so each that a row of that moment names is there; files are written before their
rows and hardly ever removed.
"""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from django.db import connection
from psycopg import sql

from genart.backup import files, programs
from genart.lib.errors import StateConflict
from genart.ownership import as_owner

DUMP, MANIFEST = "database.dump", "manifest.json"


def save(target: Path) -> dict[str, Any]:
    """Write a backup into a folder that does not exist yet; return its manifest.

    Raises:
        StateConflict: the folder exists.
        ProgramFailed: `pg_dump` said no; nothing is left behind.
    """
    if target.exists():
        raise StateConflict(f"{target} exists already: choose another folder.")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    draft.mkdir(parents=True)
    try:
        manifest = _write(draft)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return manifest


def _write(folder: Path) -> dict[str, Any]:
    with as_owner():
        parameters = parameters_of_connection()
        rows = _dump(folder / DUMP, parameters)
    sums = dict(files.copy_out(folder / "files"))
    manifest = {
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "rows": rows,
        "files": len(sums),
    }
    text = json.dumps(manifest, indent=1)
    (folder / MANIFEST).write_text(text, encoding="utf-8")
    for name in (DUMP, MANIFEST):
        sums[name] = files.sha256_of(folder / name)
    files.write_sums(folder, sums)
    return manifest


def _dump(target: Path, parameters: dict[str, Any]) -> dict[str, int]:
    """Dump the database and count the rows of its tables, both as of one moment."""
    with psycopg.connect(**parameters) as snapshot:
        snapshot.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        [name] = snapshot.execute("SELECT pg_export_snapshot()").fetchone() or [""]
        programs.run(
            "pg_dump",
            "--format=custom",
            "--no-owner",
            "--no-privileges",
            f"--snapshot={name}",
            f"--file={target}",
            parameters=parameters,
        )
        return count_rows(snapshot)


def count_rows(session: psycopg.Connection[Any]) -> dict[str, int]:
    """Return how many rows each table has."""
    tables = session.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
    ).fetchall()
    counts = {}
    for (table,) in tables:
        query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
        [counts[table]] = session.execute(query).fetchone() or [0]
    return counts


def parameters_of_connection() -> dict[str, Any]:
    """Return how the present role reaches the database, as `psycopg.connect` takes it."""
    known = connection.get_connection_params()
    return {key: value for key, value in known.items() if key in programs.VARIABLES}
