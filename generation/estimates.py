"""How long a series takes and what it costs, from what was measured before.

Time: the seconds per image of finished renders on the same checkpoint and lane, those of the same
size and steps if there are any; else of the nearest size, scaled by pixels and steps, which the
denoiser's work grows with. Where nothing was measured, nothing is guessed. Cost: our own compute
by the hour (`settings.RENDER_HOUR_CENTS`), other people's by the price of their offers.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings

from generation import queries
from generation.models import Checkpoint, Offer, Render

RECENT = 200
"""Finished renders of a checkpoint and lane that are looked at."""
ENOUGH = 40
"""Those of the same size that the pace is the mean of."""

Shape = tuple[int, int, int]
"""Width, height, steps."""
Group = tuple[int, str, Shape]
"""Checkpoint, lane, shape."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds of one worker for one image of a checkpoint, and how well that is known.

    Attributes:
        seconds: for one image.
        measured: renders that it is the mean of.
        is_scaled: whether they had another size or other steps.
    """

    seconds: float
    measured: int
    is_scaled: bool


@dataclass(frozen=True, slots=True)
class Estimate:
    """What a series will take.

    Attributes:
        compute_seconds: of one worker for all of it; `None`: nothing was measured yet.
        wall_seconds: with the workers that live now, the queue left aside.
        workers: those that live now.
        measured: renders that the time of each size rests on, at least.
        is_scaled: whether some of it is scaled from another size.
        cents: what it costs; `None`: not known.
        remote: pictures that only other people's compute can make.
    """

    compute_seconds: float | None
    wall_seconds: float | None
    workers: int
    measured: int
    is_scaled: bool
    cents: float | None
    remote: int = 0

    def as_dict(self) -> dict[str, Any]:
        """Return it for the API and for the job's row."""
        return asdict(self)


def estimate(renders: Sequence[Render]) -> Estimate:
    """Return what unsaved renders will take."""
    ours: Counter[Group] = Counter()
    away: Counter[int] = Counter()
    for render in renders:
        if render.checkpoint.source == Checkpoint.Source.REMOTE:
            away[render.checkpoint_id] += 1
        else:
            ours[render.checkpoint_id, render.lane, _shape(render)] += 1
    paces = _paces(ours)
    known = {group: pace for group, pace in paces.items() if pace}
    seconds = None
    if len(known) == len(ours):
        seconds = sum((known[group].seconds * count for group, count in ours.items()), 0.0)
    workers = queries.render_workers()
    return Estimate(
        compute_seconds=seconds,
        wall_seconds=None if seconds is None else seconds / max(workers, 1),
        workers=workers,
        measured=min((pace.measured for pace in known.values()), default=0),
        is_scaled=any(pace.is_scaled for pace in known.values()),
        cents=_cents(seconds, away),
        remote=sum(away.values()),
    )


def own_cents(seconds: float) -> float:
    """Return what seconds of one worker of our own cost."""
    return seconds * settings.RENDER_HOUR_CENTS / 3600


def _cents(seconds: float | None, away: Counter[int]) -> float | None:
    """Return the cost of our own seconds and of pictures by checkpoint that others make."""
    prices: dict[int, Decimal] = {}
    offers = Offer.objects.filter(
        checkpoint__in=away, is_active=True, provider__is_active=True
    ).order_by("price_cents")
    for offer in offers:
        prices.setdefault(offer.checkpoint_id, offer.price_cents)
    if seconds is None or any(key not in prices for key in away):
        return None
    bought = sum(float(prices[key]) * count for key, count in away.items())
    return round(own_cents(seconds) + bought, 4)


def _paces(groups: Iterable[Group]) -> dict[Group, Pace | None]:
    """Return the pace of each group, with one query for each checkpoint and lane."""
    measured: dict[tuple[int, str], list[tuple[Shape, float]]] = {}
    found = {}
    for key, lane, shape in groups:
        if (key, lane) not in measured:
            measured[key, lane] = _durations(key, lane)
        found[key, lane, shape] = pace_of(shape, measured[key, lane])
    return found


def _durations(checkpoint_id: int, lane: str) -> list[tuple[Shape, float]]:
    """Return shape and seconds for an image of what a checkpoint rendered here last."""
    rows = (
        Render.objects.filter(
            checkpoint=checkpoint_id,
            lane=lane,
            state=Render.State.RENDERED,
            provider="",
            started_at__isnull=False,
            finished_at__isnull=False,
        )
        .order_by("-finished_at")
        .only("width_px", "height_px", "steps", "started_at", "finished_at", "fingerprint")
    )
    return [
        (_shape(row), (row.finished_at - row.started_at).total_seconds() / _batch(row))
        for row in rows[:RECENT]
        if row.started_at and row.finished_at
    ]


def _batch(render: Render) -> int:
    return max(int(render.fingerprint.get("batch_size") or 1), 1)


def _shape(render: Render) -> Shape:
    return (render.width_px, render.height_px, render.steps)


def pace_of(shape: Shape, measured: list[tuple[Shape, float]]) -> Pace | None:
    """Return the pace of a shape, newest measurements first; `None` without any."""
    if not measured:
        return None
    shapes = {known for known, _seconds in measured}
    nearest = min(shapes, key=lambda known: (abs(_work(known) - _work(shape)), known))
    seconds = [taken for known, taken in measured if known == nearest][:ENOUGH]
    factor = _work(shape) / _work(nearest)
    return Pace(sum(seconds) / len(seconds) * factor, len(seconds), nearest != shape)


def _work(shape: Shape) -> int:
    """Return what the denoiser has to do, in pixels times steps."""
    width, height, steps = shape
    return width * height * max(steps, 1)
