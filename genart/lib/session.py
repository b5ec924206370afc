"""The connection for what belongs to a session of PostgreSQL: its advisory locks, and LISTEN.

A pooler that shares the server's sessions by the transaction would let a lock stay with a session
that somebody else works in. Where `DATABASE_DIRECT_URL` names the server behind it, such things
go past the pooler; locks that end with their transaction need none of this.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import Error, connections
from django.db.backends.base.base import BaseDatabaseWrapper

DIRECT = "direct"


def session() -> BaseDatabaseWrapper:
    """Return this thread's connection that is one session from its opening to its end."""
    return connections[DIRECT if DIRECT in connections.settings else "default"]


def take_lock(number: int) -> bool:
    """Take an advisory lock of the session; `False` where another session holds it."""
    with session().cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [number])
        return bool(cursor.fetchone()[0])


def free_lock(number: int) -> None:
    """Give a lock back; one whose session has ended is free already."""
    with suppress(Error), session().cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [number])


@contextmanager
def lock(number: int) -> Iterator[bool]:
    """Hold a lock within the block, where it is free; yield whether it was."""
    is_ours = take_lock(number)
    try:
        yield is_ours
    finally:
        if is_ours:
            free_lock(number)
