"""What a web process needs to serve, and what the whole factory needs to work."""

import logging
import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from generation.models import Worker

WORKER_FRESH_SECONDS = 30
"""A worker that was not seen for so long counts as gone."""
ANSWER_SECONDS = 3
LEAST_FREE_BYTES = 512 * 2**20
"""Less room for files than this, and renders are about to fail."""
IN_DATABASE = {"schema", "worker", "scheduler"}
PROBE = "is-it-there"
"""Name of a file that is asked for and never exists."""

logger = logging.getLogger(__name__)


def looked_at(parts: dict[str, Callable[[], bool]]) -> dict[str, bool]:
    """Return which parts hold; those in the database are not waited for where it is away."""
    found: dict[str, bool] = {}
    for name, test in parts.items():
        is_away = name in IN_DATABASE and not found.get("database", True)
        found[name] = not is_away and holds(name, test)
    return found


def holds(name: str, test: Callable[[], bool]) -> bool:
    """Run one test; an error counts as no, and goes to the log."""
    try:
        return test()
    except Exception as error:  # drivers have errors of their own
        logger.warning("Not ready: %s: %s", name, error)
        return False


def database_answers() -> bool:
    """Tell whether the database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def schema_fits() -> bool:
    """Tell whether every migration of this code is applied: a new release waits for them."""
    return _migrated()


@cache
def _migrated() -> bool:
    """Ask until the answer is yes: this code's migrations stay applied then."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise LookupError("There are migrations to apply: run `manage.py migrate`.")
    return True


def broker_answers() -> bool:
    """Tell whether the message broker takes a connection."""
    if settings.TASK_BROKER == "stub":
        return True
    if settings.TASK_BROKER == "rabbitmq":
        import pika

        parameters = pika.URLParameters(settings.RABBITMQ_URL.partition(";")[0])
        parameters.socket_timeout = parameters.blocked_connection_timeout = ANSWER_SECONDS
        pika.BlockingConnection(parameters).close()
        return True
    import redis

    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=ANSWER_SECONDS) as client:
        return bool(client.ping())


def storage_answers() -> bool:
    """Tell whether both storages are there: a folder that can be written, a bucket that answers."""
    for alias in ("default", "originals"):
        storage = storages[alias]
        if isinstance(storage, FileSystemStorage):
            if not os.access(existing(Path(storage.location)), os.W_OK):
                return False
        else:
            storage.exists(PROBE)
    return True


def existing(folder: Path) -> Path:
    """Return the folder, or the nearest above it that is there already."""
    return next(place for place in (folder, *folder.parents) if place.exists())


def room_is_left() -> bool:
    """Tell whether the disk that has the data folder has room for more pictures."""
    return shutil.disk_usage(existing(settings.DATA_DIR)).free >= LEAST_FREE_BYTES


def worker_seen() -> bool:
    """Tell whether a worker has shown itself lately."""
    since = timezone.now() - timedelta(seconds=WORKER_FRESH_SECONDS)
    return Worker.objects.filter(seen_at__gte=since).exists()


def scheduler_sends() -> bool:
    """Tell whether some scheduler holds the lock, and so sends the periodic messages."""
    from genart.scheduler import LOCK

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
            " AND classid::bigint = %s AND objid::bigint = %s AND objsubid = 1)",
            [LOCK >> 32, LOCK & 0xFFFFFFFF],
        )
        return bool(cursor.fetchone()[0])


NEEDED: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "schema": schema_fits,
    "storage": storage_answers,
}
"""Without one of these, this process should get no requests."""
WHOLE: dict[str, Callable[[], bool]] = NEEDED | {
    "broker": broker_answers,
    "worker": worker_seen,
    "scheduler": scheduler_sends,
    "disk": room_is_left,
}
"""Without one of these, the shop still sells, and somebody must look."""
