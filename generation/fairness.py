"""Which renders a free worker takes next. Pure; `generation/queue.py` feeds it rows.

The order: a job that has waited longer than its patience without being served comes first, the
longest wait before the others. Otherwise the highest priority comes first; among jobs of one
priority those that somebody put in order, in that order; among the rest a job whose checkpoint
the worker already holds before one that needs a load; among those the job served least recently.
So a job of four hundred does not hold up a job of two, loads are rare, and nobody waits for ever.

Patience is `PATIENCE` for the highest priority that waits and `PATIENCE_GROWTH` times as long for
each step below it, at most `LONGEST_PATIENCE`: a priority that ended after a minute would be none.
"""

import math
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

PATIENCE = timedelta(seconds=60)
PATIENCE_GROWTH = 4
LONGEST_PATIENCE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Head:
    """The queued renders of one job that may share a forward pass.

    Attributes:
        job_id: whose they are.
        group_key: what they have in common.
        checkpoint_id: what they need in memory.
        queued_at: since when the oldest of them waits.
        served_at: when a render of the job was last started, or `None`.
        priority: of the job; higher comes first.
        place: of the job in the order by hand, or `None`.
    """

    job_id: UUID
    group_key: str
    checkpoint_id: int
    queued_at: datetime
    served_at: datetime | None
    priority: int = 0
    place: float | None = None

    @property
    def waiting_since(self) -> datetime:
        """The later of when it was queued and when its job was last served."""
        return max(self.queued_at, self.served_at) if self.served_at else self.queued_at


def choose(heads: Iterable[Head], *, resident: Collection[int], now: datetime) -> Head | None:
    """Return the head to serve, or `None` when there is none.

    Args:
        heads: everything that waits.
        resident: checkpoints that the worker holds in memory.
        now: aware, on the clock of the heads.
    """
    heads = list(heads)
    top = max((head.priority for head in heads), default=0)
    overdue = [head for head in heads if now - head.waiting_since > patience(top - head.priority)]
    if overdue:
        return min(overdue, key=lambda head: (head.waiting_since, str(head.job_id)))
    return min(heads, key=lambda head: _turn(head, resident), default=None)


def patience(steps_below: int) -> timedelta:
    """Return how long a job may wait, by how far its priority is below the highest that waits."""
    if PATIENCE_GROWTH**steps_below >= LONGEST_PATIENCE / PATIENCE:
        return LONGEST_PATIENCE
    return PATIENCE * PATIENCE_GROWTH**steps_below


def _turn(head: Head, resident: Collection[int]) -> tuple[int, float, bool, bool, datetime, str]:
    """Return the sort key of a head that is not overdue."""
    return (
        -head.priority,
        math.inf if head.place is None else head.place,
        head.checkpoint_id not in resident,
        head.served_at is not None,
        head.served_at or head.queued_at,
        str(head.job_id),
    )
