"""Rules over SQL: what is written by hand, and what Django makes of its operations."""

import re
from collections.abc import Iterator
from typing import Any

from django.db.migrations.operations import RunSQL
from django.db.migrations.state import ProjectState

from genart.migrations_lint.tables import LARGE

Said = Iterator[tuple[str, str]]
QUOTED = re.compile(r"\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.S)
"""Bodies of functions and comments: no statements of the migration."""
NAME = r'(?:"?public"?\.)?"?(\w+)"?'
OF_LARGE: list[tuple[str, str, str]] = [
    ("index-locks", rf"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).*? ON (?:ONLY )?{NAME}",
     "the index is built while nobody may write: CREATE INDEX CONCURRENTLY"),
    ("alter-type", rf"ALTER TABLE {NAME}.* ALTER (?:COLUMN )?\S+ (?:SET DATA )?TYPE",
     "the table is rewritten under a lock: add a column beside it"),
    ("alter-not-null", rf"ALTER TABLE {NAME}.* SET NOT NULL",
     "every row is read under a lock: a check that is NOT VALID, then VALIDATE"),
    ("constraint-scans",
     rf"ALTER TABLE {NAME}.* ADD (?:CONSTRAINT \S+ )?(?:CHECK|FOREIGN KEY|UNIQUE \()"
     r"(?!.*NOT VALID)",
     "every row is read under a lock: NOT VALID first, VALIDATE in a migration of its own"),
    ("add-rewrites", rf"ALTER TABLE {NAME}.* ADD (?:COLUMN )?\S+ .*GENERATED ALWAYS AS .*STORED",
     "the table is rewritten under a lock: add it empty, fill it in batches"),
    ("data-at-once", rf"^(?:UPDATE|DELETE FROM) {NAME}",
     "rows are locked until all are done: work in batches, without a transaction"),
    ("empties", rf"^TRUNCATE (?:TABLE )?{NAME}", "the running release loses its rows"),
]  # fmt: skip
"""Rule, what it looks for with the table as its group, and what it says of a large table."""
OF_ANY = [
    ("locks-all", re.compile(r"^(?:LOCK TABLE|CLUSTER|VACUUM FULL)\b", re.I),
     "everybody waits until it is done"),
    ("locks-all", re.compile(r"^REINDEX (?!.*CONCURRENTLY)", re.I), "say REINDEX … CONCURRENTLY"),
    ("lock-timeout", re.compile(r"^SET (?:LOCAL )?(?:lock_timeout|statement_timeout)", re.I),
     "`manage.py migrate` decides how long a migration may wait; leave it alone"),
]  # fmt: skip
DROPS = re.compile(rf"ALTER TABLE {NAME}.*? DROP (?:COLUMN )(?:IF EXISTS )?\"?(\w+)", re.I | re.S)
DROPS_TABLE = re.compile(rf"^DROP TABLE (?:IF EXISTS )?{NAME}", re.I)


def sql_of(operation: RunSQL) -> str:
    """Return the SQL of an operation as one text."""
    sql: Any = operation.sql
    if isinstance(sql, str):
        return sql
    return ";\n".join(part if isinstance(part, str) else part[0] for part in sql)


def split(sql: str) -> list[str]:
    """Return the statements of a text, without comments and bodies of functions."""
    plain = QUOTED.sub(" ", sql)
    return [" ".join(part.split()) for part in plain.split(";") if part.strip()]


def judge(sql: str, released: ProjectState, *, by_hand: bool) -> Said:
    """Say what is wrong with statements, of tables that the newest release knows.

    Args:
        sql: any number of statements.
        released: the models of the newest release.
        by_hand: whether somebody wrote them; Django's own are judged for large tables alone.
    """
    tables = tables_of(released)
    for statement in split(sql):
        for rule, sentence in _of_large(statement, tables):
            if by_hand or rule != "alter-type":  # of Django's own, `columns.py` knows the old type
                yield rule, sentence
        if by_hand:
            yield from _of_any(statement)
            yield from _dropped(statement, tables, released)


def tables_of(released: ProjectState) -> dict[str, str]:
    """Return the tables that the newest release knows, as `app.model` by their name."""
    return {
        str(state.options.get("db_table") or f"{app}_{name}"): f"{app}.{name}"
        for (app, name), state in released.models.items()
    }


def _of_large(statement: str, tables: dict[str, str]) -> Said:
    for rule, pattern, sentence in OF_LARGE:
        found = re.search(pattern, statement, re.I | re.S)
        if found and tables.get(found[1].lower()) in LARGE:
            yield rule, f"{found[1]}: {sentence}."


def _of_any(statement: str) -> Said:
    for rule, pattern, sentence in OF_ANY:
        if pattern.search(statement):
            yield rule, f"“{statement[:60]}”: {sentence}."


def _dropped(statement: str, tables: dict[str, str], released: ProjectState) -> Said:
    """Say where something is dropped that the newest release still knows."""
    table = DROPS_TABLE.search(statement)
    if table and table[1] in tables:
        yield "drop-early", f"{table[1]} is still read by the running release."
    column = DROPS.search(statement)
    if column and column[1] in tables:
        app, _dot, model = tables[column[1]].partition(".")
        fields = released.models[app, model].fields
        names = {_column(name, field) for name, field in fields.items()}
        if column[2] in names:
            yield "drop-early", f"{column[1]}.{column[2]} is still read by the running release."


def _column(name: str, field: Any) -> str:
    """Return the name of a field's column."""
    return str(field.db_column or (f"{name}_id" if field.is_relation else name))
