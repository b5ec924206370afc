"""How many render workers there should be: grows with the queue, shrinks to nothing when idle.

`look` reads the queue, `wanted` decides and is pure; `genart/factory/fleet.py` starts and stops
the processes. Paused jobs and checkpoints that only providers have count for nothing.
"""

import math
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count
from django.utils import timezone

from generation.metrics import depths
from generation.models import Render


@dataclass(frozen=True, slots=True)
class Limits:
    """What an operator allows.

    Attributes:
        least: workers that always run.
        most: workers that run at most.
        idle_seconds: how long the queue must be empty before idle workers are stopped.
        renders_per_worker: waiting renders that are worth one worker.
        patience_seconds: a render that waits longer is worth one more worker.
    """

    least: int = 0
    most: int = 2
    idle_seconds: float = 60
    renders_per_worker: int = 8
    patience_seconds: float = 60

    def __post_init__(self) -> None:
        if not 0 <= self.least <= self.most:
            raise ValueError("The least number of workers must be from 0 to the most.")
        if self.renders_per_worker < 1:
            raise ValueError("One worker must be worth at least one render.")


@dataclass(frozen=True, slots=True)
class Crew:
    """The workers that one autoscaler looks after.

    Attributes:
        busy: those that render now.
        idle_seconds: since when nothing waits in the queue.
        grown_seconds: since when the last of them was started.
    """

    running: int = 0
    busy: int = 0
    idle_seconds: float = 0
    grown_seconds: float = math.inf


@dataclass(frozen=True, slots=True)
class Load:
    """What there is to do, and who does it.

    Attributes:
        waiting: renders in the queue that our own workers may take.
        oldest_seconds: how long the oldest of them waits.
        busy: names of the workers that render now.
    """

    waiting: int = 0
    oldest_seconds: float = 0
    busy: frozenset[str] = frozenset()


def look(now: datetime | None = None) -> Load:
    """Return the load of our own workers. Two queries."""
    now = now or timezone.now()
    own = [depth for depth in depths() if not depth.is_foreign]
    rendering = Render.objects.filter(state=Render.State.RENDERING, provider="").order_by()
    busy = rendering.values_list("worker").annotate(Count("pk"))
    oldest = min((depth.since for depth in own), default=now)
    return Load(
        waiting=sum(depth.renders for depth in own),
        oldest_seconds=max((now - oldest).total_seconds(), 0.0),
        busy=frozenset(worker for worker, _count in busy),
    )


def wanted(load: Load, limits: Limits, crew: Crew) -> int:
    """Return how many workers there should be.

    While something waits, the number only grows: by the length of the queue at once, and by one at
    a time where the oldest render has waited too long. When nothing waits, busy workers stay, and
    the idle ones go after a pause.
    """
    if load.waiting:
        needed = math.ceil(load.waiting / limits.renders_per_worker)
        late = load.oldest_seconds > limits.patience_seconds
        if late and crew.grown_seconds > limits.patience_seconds:
            needed = max(needed, crew.running + 1)
        needed = max(needed, crew.running)
    elif crew.idle_seconds < limits.idle_seconds:
        needed = crew.running
    else:
        needed = crew.busy
    return min(max(needed, limits.least), limits.most)
