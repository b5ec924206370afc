"""Doorbells of consistency; imported by `generation/tasks.py`, which the verbs ring in turn."""

from uuid import UUID

import dramatiq

from genart.lib.errors import NotFound
from genart.lib.queue import ring


@dramatiq.actor(queue_name="default", max_retries=2)
def measure_series(job_id: str) -> None:
    """Measure a complete series and have its outliers made anew. Safe to repeat."""
    from generation.services import consistency

    try:
        consistency.measure_consistency(job_id=UUID(job_id))
    except NotFound:
        return


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_series() -> None:
    """Ring for each complete series that was not measured yet."""
    from generation.services import consistency

    for job_id in consistency.unmeasured_jobs():
        ring(measure_series, str(job_id))
