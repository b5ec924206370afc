"""What a brand's page shows of its taste: versions, strongest likings, how honest it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from curation.models import Brand, Head
from curation.taste.attributes import ATTRIBUTES
from curation.taste.explanation import titles_of
from curation.taste.features import ATTRIBUTE, CRITERION
from curation.taste.lessons import lessons_of

VERSIONS = 12
LIKINGS = 10
FAINT = 0.05
"""A liking this small beside the strongest is chance, and not shown."""
PLOT = 200
"""Side of the square in which reliability is drawn, without its margins."""


@dataclass(frozen=True)
class Liking:
    """One thing a taste looks at.

    Attributes:
        title: what it is about.
        words: which way it goes, for example `wants warm`.
        weight: log-odds by deviation; below 0 less is liked.
        left, width: of its bar, in hundredths; the middle is 50.
    """

    title: str
    words: str
    weight: float
    left: float
    width: float


@dataclass(frozen=True)
class Point:
    """One group of decisions that got a similar probability, and its place in the plot."""

    said: float
    seen: float
    count: int
    x: float
    y: float
    radius: float


def taste_of(brand: Brand) -> dict[str, Any]:
    """Return the context of a brand's taste, in a fixed number of queries."""
    heads = list(brand.heads.select_related("activated_by").defer("weights")[:VERSIONS])
    active = next((head for head in heads if head.is_active), None)
    active = active or brand.heads.filter(is_active=True).first()
    lessons = lessons_of(brand.pk)
    shown = active or (heads[0] if heads else None)
    return {
        "heads": heads,
        "active": active,
        "shown": shown,
        "approved": lessons.approved,
        "rejected": lessons.rejected,
        "pairs": len(lessons.pairs),
        "likings": likings_of(shown) if shown else [],
        "points": points_of(shown.report.get("reliability", [])) if shown else [],
        "plot": PLOT,
    }


def likings_of(head: Head) -> list[Liking]:
    """Return what a head looks at most."""
    rows = head.report.get("strongest", [])[:LIKINGS]
    titles = titles_of([name for name, *_ in rows])
    longest = max((_strength(row) for row in rows), default=0.0) or 1.0
    return [_liking(row, titles, longest) for row in rows if _strength(row) >= FAINT * longest]


def _strength(row: Sequence[Any]) -> float:
    return max(abs(row[1]), abs(row[2]))


def _liking(row: Sequence[Any], titles: Mapping[str, str], longest: float) -> Liking:
    name, straight, bent = row
    is_bent = abs(bent) > abs(straight)
    weight = bent if is_bent else straight
    width = round(50 * abs(weight) / longest, 1)
    return Liking(
        title=titles.get(name, name),
        words=_bent_words(bent) if is_bent else _straight_words(name, straight),
        weight=weight,
        left=50.0 if weight >= 0 else round(50 - width, 1),
        width=width,
    )


def _bent_words(bent: float) -> str:
    return "wants the middle" if bent < 0 else "wants either end"


def _straight_words(name: str, straight: float) -> str:
    kind, _, key = name.partition(".")
    if kind == ATTRIBUTE:
        shown = ATTRIBUTES[key]
        return f"wants {shown.high if straight > 0 else shown.low}"
    if kind == CRITERION:
        return "wants it met" if straight > 0 else "approves although it is not met"
    return "wants more" if straight > 0 else "wants less"


def points_of(reliability: Sequence[Sequence[float]]) -> list[Point]:
    """Return the points of a reliability plot whose origin is its lower left corner."""
    largest = max((count for _, _, count in reliability), default=1)
    return [
        Point(
            said=said,
            seen=seen,
            count=int(count),
            x=round(PLOT * said, 1),
            y=round(PLOT * (1 - seen), 1),
            radius=round(3 + 3 * (count / largest) ** 0.5, 1),
        )
        for said, seen, count in reliability
    ]
