"""What waits in the queue: the renders that a worker may take, and the order's raw material.

Reads only; `generation/queue.py` takes them.
"""

from django.db.models import Max, Min, QuerySet

from generation.fairness import Head
from generation.models import Checkpoint, Job, Render


def claimable() -> QuerySet[Render]:
    """Return what a worker of this factory may take: no paused jobs, no foreign checkpoints."""
    return Render.objects.filter(state=Render.State.QUEUED, job__state=Job.State.ACTIVE).exclude(
        checkpoint__source=Checkpoint.Source.REMOTE
    )


def heads(waiting: QuerySet[Render]) -> list[Head]:
    """Return queued renders as `fairness` takes them: an entry for each job and group key."""
    rows = list(
        waiting.order_by()
        .values_list("job_id", "group_key", "checkpoint_id", "job__priority", "job__place")
        .annotate(queued_at=Min("created_at"))
    )
    served = dict(
        Render.objects.filter(job__in={row[0] for row in rows}, started_at__isnull=False)
        .order_by()
        .values_list("job_id")
        .annotate(Max("started_at"))
    )
    return [
        Head(job_id, group_key, checkpoint_id, queued_at, served.get(job_id), priority, place)
        for job_id, group_key, checkpoint_id, priority, place, queued_at in rows
    ]


def has_queued() -> bool:
    """Return whether anything waits for a worker of this factory."""
    return claimable().exists()
