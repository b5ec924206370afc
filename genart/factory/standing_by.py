"""The database server for the time of a command: the factory's own, or started for it alone."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection

from genart.embedded.postgres import Postgres
from genart.factory.lock import FactoryLock
from genart.factory.parts import LOG_DIR


@contextmanager
def database_running(*, alone: bool) -> Iterator[None]:
    """Have a database server for the block.

    Args:
        alone: whether no factory may run meanwhile.

    Raises:
        StateConflict: a factory runs on this data folder, and the block wants to be alone.
    """
    lock = FactoryLock(settings.DATA_DIR)
    if settings.DATABASE_URL or (not alone and lock.holder()):
        yield
        return
    lock.take()
    server = Postgres(
        settings.EMBEDDED_POSTGRES_DIR, settings.EMBEDDED_ADDRESS, LOG_DIR / "postgres.log"
    )
    try:
        process = server.start()
        try:
            server.wait_ready(process)
            yield
        finally:
            connection.close()
            process.send_signal(server.stop_signal)
            process.wait(60)
    finally:
        lock.free()
