"""Work for other outlets that happens after an answer. Actors get ids and may run twice."""

from uuid import UUID

import dramatiq

from catalog.services import outlets
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)


@dramatiq.actor(queue_name="default", max_retries=3, time_limit=3_600_000)
def make_export(export_id: str) -> None:
    """Make a bundle, or go on with it."""
    outlets.make_export(export_id=UUID(export_id))


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_exports() -> None:
    """Ring for bundles whose message was lost."""
    outlets.ring_stopped()
