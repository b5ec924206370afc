"""Better texts, written in a worker after a listing is on sale. Loaded by `catalog/tasks.py`."""

from datetime import timedelta
from uuid import UUID

import dramatiq
from django.utils import timezone

from catalog.services.writing import missed_by_writers, write_better_texts
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.lib.errors import NotFound

MINUTES = 60_000
SWEPT_AT_ONCE, REST = 20, timedelta(minutes=30)
"""Works rung for in one sweep, and how long a work rests after a try."""


@dramatiq.actor(queue_name="default", max_retries=3, time_limit=30 * MINUTES)
def write_better(artwork_id: str, anew: bool = False) -> None:
    """Let the better writers write for a work; a work that is gone needs none. Safe to repeat."""
    try:
        write_better_texts(artwork_id=UUID(artwork_id), anew=anew)
    except NotFound:
        return


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_texts() -> None:
    """Ring again for works that the better writers missed, or that are older than the writers."""
    for artwork_id in missed_by_writers(before=timezone.now() - REST, limit=SWEPT_AT_ONCE):
        write_better.send(str(artwork_id))
