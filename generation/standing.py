"""The queue as the studio shows it: which jobs wait in which lane, in the order of serving."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Min, Q
from django.utils import timezone

from generation.fairness import Head, choose
from generation.models import Checkpoint, Job, Lane, Render
from generation.queued import heads
from generation.waiting import Reasons

MOST_EXPLAINED = 20
"""Jobs of one lane whose waiting is explained; the rest only stand in their order."""
MOST_SHOWN = 100
"""Jobs of one lane that are shown; the rest are counted."""


@dataclass(slots=True)
class Standing:
    """A job in the queue.

    Attributes:
        waiting: its queued renders of this lane.
        since: when the oldest of them was queued.
        why: why nothing of it starts now; empty where it only takes its turn.
        before: the job that is served before it, and `after` the one that follows; `None`: none.
    """

    job: Job
    waiting: int
    since: datetime
    why: str = ""
    first: UUID | None = None
    before: UUID | None = None
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class LaneStanding:
    """One lane with what waits in it, in order."""

    slug: str
    name: str
    text: str
    all_jobs: list[Standing] = field(default_factory=list)

    @property
    def waiting(self) -> int:
        """How many renders wait."""
        return sum(entry.waiting for entry in self.all_jobs)

    @property
    def jobs(self) -> list[Standing]:
        """The jobs that are shown."""
        return self.all_jobs[:MOST_SHOWN]

    @property
    def more(self) -> int:
        """How many jobs are not shown."""
        return max(len(self.all_jobs) - MOST_SHOWN, 0)


FOREIGN = Q(checkpoint__source=Checkpoint.Source.REMOTE)
LANES = [
    ("standard", "Standard lane", "batched on our own workers", ~FOREIGN & Q(lane=Lane.STANDARD)),
    ("archive", "Archive lane", "one by one, bit-identical", ~FOREIGN & Q(lane=Lane.ARCHIVE)),
    ("remote", "Other people’s compute", "made by providers only", FOREIGN),
]


def lanes() -> list[LaneStanding]:
    """Return the lanes with their jobs as a worker that holds nothing yet would take them."""
    reasons = Reasons()
    return [
        LaneStanding(
            slug, name, text, _standings(condition, reasons, is_foreign=condition is FOREIGN)
        )
        for slug, name, text, condition in LANES
    ]


def _standings(condition: Q, reasons: Reasons, *, is_foreign: bool) -> list[Standing]:
    """Return the jobs of a lane, those that are served first, then those that are paused."""
    waiting = Render.objects.filter(condition, state=Render.State.QUEUED)
    counts = {
        job: (count, since)
        for job, count, since in waiting.order_by()
        .values_list("job")
        .annotate(Count("pk"), Min("created_at"))
    }
    jobs = Job.objects.filter(pk__in=counts).select_related("owner").in_bulk()
    served = list(_in_order(heads(waiting.filter(job__state=Job.State.ACTIVE))))
    paused = sorted((pk for pk in jobs if pk not in served), key=lambda pk: counts[pk][1])
    found = [Standing(jobs[pk], *counts[pk]) for pk in [*served, *paused] if pk in jobs]
    why = reasons.of_foreign if is_foreign else reasons.of_ours
    for entry in found[:MOST_EXPLAINED]:
        entry.why = why(entry.job)
    _link([entry for entry in found if entry.job.state == Job.State.ACTIVE])
    return found


def _in_order(waiting: list[Head]) -> Iterator[UUID]:
    """Yield the jobs in the order in which their first renders are taken, each once."""
    now = timezone.now()
    while head := choose(waiting, resident=(), now=now):
        waiting = [other for other in waiting if other.job_id != head.job_id]
        yield head.job_id


def _link(entries: Iterable[Standing]) -> None:
    """Tell each job which others it can be moved before."""
    entries = list(entries)
    for place, entry in enumerate(entries):
        entry.first = entries[0].job.pk if place > 1 else None
        entry.before = entries[place - 1].job.pk if place else None
        entry.after = entries[place + 1].job.pk if place + 1 < len(entries) else None
