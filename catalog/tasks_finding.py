"""Work of finding that happens beside the answers: facets folded, savers of searches told."""

import dramatiq

from catalog.services import searches, shelving
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)


@dramatiq.actor(queue_name="default", max_retries=0)
def fold_facets() -> None:
    """Write down works that changed; again at once while there is very much to write."""
    if shelving.fold() == shelving.MOST_AT_ONCE or shelving.build_missing():
        fold_facets.send()


@dramatiq.actor(queue_name="default", max_retries=0)
def tell_new_works() -> None:
    """Write to those whose saved searches have new works. Safe to repeat."""
    searches.tell_new_works()
