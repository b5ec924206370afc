"""Measures pictures again by scorers or an encoder that are new. Rows are added, never replaced.

No verdict follows: decisions that stand were made on what was known, and their evidence says so.
What a gate would say now is shown by a replay.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from curation.models import Brand, Candidate, Score
from curation.scorers import SCORERS
from genart.lib.errors import InvalidInput
from genart.lib.queue import ring
from generation.models import Style

BATCH = 16
State = Candidate.State


@dataclass(frozen=True)
class Scope:
    """Which pictures, by which scorers; empty means all.

    Raises:
        InvalidInput: a scorer, style or brand is unknown.
    """

    candidates: tuple[UUID, ...] = ()
    style: str = ""
    brand: str = ""
    scorers: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        unknown = [name for name in self.scorers if name not in SCORERS]
        if unknown:
            raise InvalidInput(
                f"There is no scorer {unknown[0]}; choose from {', '.join(SCORERS)}.",
                where="scorers",
            )
        if self.style and not Style.objects.filter(slug=self.style).exists():
            raise InvalidInput(f"There is no style {self.style}.", where="style")
        if self.brand and not Brand.objects.filter(slug=self.brand).exists():
            raise InvalidInput(f"There is no brand {self.brand}.", where="brand")


class Rescored(NamedTuple):
    """What one pass did: pictures measured, and score rows added."""

    pictures: int
    rows: int


def rescore(
    *,
    candidates: Sequence[UUID] = (),
    style: str = "",
    brand: str = "",
    scorers: Sequence[str] = (),
) -> Rescored:
    """Measure again whatever lacks a score of the versions in use, in batches. Safe to repeat.

    Pictures for which a scorer has nothing to say are looked at each time.

    Raises:
        InvalidInput: a scorer, style or brand is unknown; nothing was written.
    """
    scope = Scope(tuple(candidates), style, brand, tuple(scorers))
    after, pictures, rows = None, 0, 0
    while batch := next_batch(scope, after):
        pictures += len(batch)
        rows += _measure_again(batch, scope.scorers or None)
        after = batch[-1].pk
    return Rescored(pictures, rows)


def rescore_later(
    *, style: str = "", brand: str = "", scorers: Sequence[str] = (), after: UUID | None = None
) -> None:
    """Have a worker do the same, one batch for each message, so that new pictures come between.

    Raises:
        InvalidInput: a scorer, style or brand is unknown; nothing was sent.
    """
    from curation import tasks

    Scope((), style, brand, tuple(scorers))
    ring(tasks.rescore, style, brand, list(scorers), str(after) if after else "")


def rescore_batch(
    *, style: str = "", brand: str = "", scorers: Sequence[str] = (), after: UUID | None = None
) -> UUID | None:
    """Measure one batch again; return where to go on, or `None` at the end. Safe to repeat."""
    scope = Scope((), style, brand, tuple(scorers))
    batch = next_batch(scope, after)
    if not batch:
        return None
    _measure_again(batch, scope.scorers or None)
    return batch[-1].pk


def next_batch(scope: Scope, after: UUID | None) -> list[Candidate]:
    """Return the next candidates of a scope that lack a score in use, by id."""
    asked = list(scope.scorers or SCORERS)
    rows = _within(scope).annotate(known=Count("scores", filter=_in_use(asked)))
    rows = rows.filter(known__lt=len(asked)).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    related = ("render__style_version__style", "render__job", "render__checkpoint")
    return list(rows.select_related(*related)[:BATCH])


def _within(scope: Scope) -> QuerySet[Candidate]:
    """Return the judged candidates of a scope; those being scored get the newest anyway."""
    rows = Candidate.objects.exclude(state__in=(State.SCORING, State.HELD))
    if scope.candidates:
        rows = rows.filter(pk__in=scope.candidates)
    if scope.style:
        rows = rows.filter(render__style_version__style__slug=scope.style)
    if scope.brand:
        rows = rows.filter(brand__slug=scope.brand)
    return rows


def _in_use(names: Collection[str]) -> Q:
    """Match the scores of the versions in use."""
    from curation.recording import version_of

    pairs = [Q(scores__scorer=name, scores__version=version_of(name)) for name in names]
    return reduce(or_, pairs)


def _measure_again(batch: Sequence[Candidate], scorers: Collection[str] | None) -> int:
    """Measure and add rows; return how many were added."""
    from curation.examination import examine
    from curation.recording import store_batch

    ids = [candidate.pk for candidate in batch]
    before = Score.objects.filter(candidate__in=ids).count()
    exams = examine([candidate.render for candidate in batch], scorers=scorers, checked=False)
    store_batch(list(zip(batch, exams, strict=True)))
    return Score.objects.filter(candidate__in=ids).count() - before
