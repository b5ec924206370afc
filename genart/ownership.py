"""Two roles of the database: one owns the tables and migrates, one is the application's own.

The application's role may not change or remove what is kept for ever (`LOG_TABLES`): it owns no
table, so it can neither drop the triggers that refuse it nor grant itself the right. The embedded
server has both roles from its start; with `DATABASE_URL`, `manage.py protect_log` prints what its
administrator has to say once, and `DATABASE_OWNER_URL` names the owner for migrations.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

LOG_TABLES = ("curation_decision", "curation_gateevent", "audit_auditentry")
"""Tables of which the application's role may read and add rows only."""
ANSWERS = "curation_assignment"
"""Its answered rows are kept by a trigger; open ones change."""


@contextmanager
def as_owner() -> Iterator[None]:
    """Connect as the owner of the tables within the block, where the settings name one.

    For commands that run alone: the connections of this process are closed before and after.
    """
    owner = settings.DATABASE_OWNER
    if owner is None:
        yield
        return
    before = {name: connection.settings_dict[name] for name in owner}
    _connect_as(owner)
    try:
        yield
    finally:
        _connect_as(before)


def _connect_as(role: dict[str, str]) -> None:
    connection.close()
    if connection.settings_dict["OPTIONS"].get("pool"):
        connection.close_pool()  # type: ignore[attr-defined]
    connection.settings_dict.update(role)


def statements(role: str) -> list[str]:
    """Return what the owner of the tables has to say so that a role can work and not rewrite."""
    name = connection.ops.quote_name(role)
    log = ", ".join(LOG_TABLES)
    return [
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {log} FROM {name}",
        f"REVOKE TRUNCATE ON {ANSWERS} FROM {name}",
    ]


def protect(role: str) -> None:
    """Give a role its rights, as the owner of the tables. Safe to repeat."""
    with connection.cursor() as cursor:
        for statement in statements(role):
            cursor.execute(statement)


def is_protected(role: str) -> bool:
    """Tell whether a role can work, and can neither change the log nor make itself able to.

    `False` as well before the first migration.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) = %(tables)s AND bool_and(
                has_table_privilege(role.oid, log.oid, 'SELECT, INSERT')
                AND NOT has_table_privilege(role.oid, log.oid, 'UPDATE')
                AND NOT has_table_privilege(role.oid, log.oid, 'DELETE')
                AND NOT has_table_privilege(role.oid, log.oid, 'TRUNCATE')
                AND NOT pg_has_role(role.oid, log.relowner, 'MEMBER')
                AND NOT role.rolsuper
            )
            FROM pg_class AS log CROSS JOIN pg_roles AS role
            WHERE log.oid IN (SELECT to_regclass(name) FROM unnest(%(log)s::text[]) AS name)
              AND role.rolname = %(role)s
            """,
            {"tables": len(LOG_TABLES), "log": list(LOG_TABLES), "role": role},
        )
        return bool(cursor.fetchone()[0])
