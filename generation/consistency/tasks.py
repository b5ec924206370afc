"""Doorbells of consistency; imported by `generation/tasks.py`, which the verbs ring in turn."""

import logging
from uuid import UUID

import dramatiq

from genart.lib.errors import GenartError, NotFound
from genart.lib.queue import ring
from generation.models import Adapter, Render

logger = logging.getLogger(__name__)


@dramatiq.actor(queue_name="default", max_retries=2)
def measure_series(job_id: str) -> None:
    """Measure a complete series and have its outliers made anew. Safe to repeat."""
    from generation.services import consistency

    try:
        consistency.measure_consistency(job_id=UUID(job_id))
    except NotFound:
        return


def ring_when_complete(job_id: UUID) -> None:
    """Ring for a job's series once nothing of it waits any more."""
    unfinished = [Render.State.QUEUED, Render.State.RENDERING]
    if not Render.objects.filter(job=job_id, state__in=unfinished).exists():
        ring(measure_series, str(job_id))


@dramatiq.actor(queue_name="default", max_retries=2)
def embed_works(slug: str, name: str, works: list[str], adapter_id: int) -> None:
    """Make a style embedding that an IP-Adapter reads; what cannot be done is logged."""
    from generation.services import embeddings

    adapter = Adapter.objects.filter(pk=adapter_id).first()
    if adapter is None:
        return
    try:
        embeddings.make_reference(
            slug=slug, name=name, works=[UUID(work) for work in works], adapter=adapter
        )
    except GenartError as error:
        logger.warning("The style embedding %s was not made: %s", slug, error.message)


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_series() -> None:
    """Ring for each complete series that was not measured yet."""
    from generation.services import consistency

    for job_id in consistency.unmeasured_jobs():
        ring(measure_series, str(job_id))
