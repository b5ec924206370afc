"""Better texts, written in a worker after a listing is on sale. Loaded by `catalog/tasks.py`."""

from uuid import UUID

import dramatiq

from catalog.services.writing import write_better_texts
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.lib.errors import NotFound

MINUTES = 60_000


@dramatiq.actor(queue_name="default", max_retries=3, time_limit=30 * MINUTES)
def write_better(artwork_id: str, anew: bool = False) -> None:
    """Let the better writers write for a work; a work that is gone needs none. Safe to repeat."""
    try:
        write_better_texts(artwork_id=UUID(artwork_id), anew=anew)
    except NotFound:
        return
