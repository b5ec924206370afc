"""How far curators agree beyond chance, how they do on known answers, and how long they take.

Krippendorff's alpha for nominal values with missing ones, as in K. Krippendorff, "Computing
Krippendorff's Alpha-Reliability" (2011): 1 is perfect agreement, 0 is what chance gives.
"""

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from typing import Any

from django.db.models import Avg, Count, F, Q
from django.utils import timezone

from curation.models import Assignment, Decision
from genart.accounts.models import User

Opinions = dict[int, str]
"""Verdicts on one picture by the key of the curator."""


def krippendorff_alpha(ratings: Iterable[Sequence[Hashable | None]]) -> float | None:
    """Return the agreement of several raters on nominal values.

    Args:
        ratings: for each unit what the raters said of it; `None` is missing. Who said what within
            a unit does not matter.

    Returns:
        Alpha, at most 1; below 0 they disagree more than chance would have it. `None` where no
        unit has two ratings, or all ratings are the same, so that chance cannot be told.
    """
    coincidences: Counter[tuple[Hashable, Hashable]] = Counter()
    for unit in ratings:
        counts = Counter(value for value in unit if value is not None)
        pairable = counts.total()
        if pairable < 2:
            continue
        for one, many in counts.items():
            for other, more in counts.items():
                pairs = many * (more - (one == other))
                coincidences[one, other] += pairs / (pairable - 1)  # type: ignore[assignment]
    totals: Counter[Hashable] = Counter()
    for (one, _other), weight in coincidences.items():
        totals[one] += weight
    size = sum(totals.values())
    expected = size**2 - sum(count**2 for count in totals.values())
    if not expected:
        return None
    observed = size - sum(weight for (one, other), weight in coincidences.items() if one == other)
    return 1 - (size - 1) * observed / expected


# -- what was said --------------------------------------------------------------------------------


def blind_opinions(since: datetime | None = None) -> dict[int, list[Opinions]]:
    """Return by brand what several people said of the same pictures without knowing of each other.

    Answers to blind questions, and the decisions of people that stood when the first was given.
    What a person decides after two disagreed leans on both and is left out.
    """
    answers = Assignment.objects.filter(state=Assignment.State.DONE, user__isnull=False)
    if since is not None:
        answers = answers.filter(done_at__gte=since)
    units: dict[Any, Opinions] = defaultdict(dict)
    first: dict[Any, datetime] = {}
    brands: dict[Any, int] = {}
    rows = answers.order_by("done_at").values_list(
        "candidate", "candidate__brand", "user", "verdict", "done_at"
    )
    for candidate, brand, user, verdict, done_at in rows:
        units[candidate][user] = verdict
        brands[candidate] = brand
        first.setdefault(candidate, done_at or timezone.now())
    decided = Decision.objects.filter(
        candidate__in=list(units), user__isnull=False, verdict__in=("approve", "reject")
    )
    for candidate, user, verdict, at in decided.order_by("pk").values_list(
        "candidate", "user", "verdict", "decided_at"
    ):
        if at < first[candidate]:
            units[candidate].setdefault(user, verdict)
    by_brand: dict[int, list[Opinions]] = defaultdict(list)
    for candidate, opinions in units.items():
        if len(opinions) > 1:
            by_brand[brands[candidate]].append(opinions)
    return dict(by_brand)


@dataclass(frozen=True)
class Agreement:
    """How far some curators agree.

    Attributes:
        alpha: `krippendorff_alpha`, or `None` where it cannot be told.
        units: pictures of which more than one opinion is known.
        equal: on how many of them all said the same.
    """

    alpha: float | None
    units: int
    equal: int

    @classmethod
    def of(cls, opinions: Sequence[Opinions]) -> "Agreement":
        """Return the agreement in what was said of some pictures."""
        said = [list(unit.values()) for unit in opinions]
        return cls(krippendorff_alpha(said), len(said), sum(len(set(unit)) == 1 for unit in said))


def by_brand(since: datetime | None = None) -> dict[int, Agreement]:
    """Return the agreement by the key of the brand."""
    return {brand: Agreement.of(units) for brand, units in blind_opinions(since).items()}


def by_pair(since: datetime | None = None) -> dict[tuple[str, str], Agreement]:
    """Return the agreement of each two curators, by their names in rising order."""
    pairs: dict[tuple[int, int], list[Opinions]] = defaultdict(list)
    for units in blind_opinions(since).values():
        for unit in units:
            for one, other in combinations(sorted(unit), 2):
                pairs[one, other].append({one: unit[one], other: unit[other]})
    people = {key for pair in pairs for key in pair}
    names = dict(User.objects.filter(pk__in=people).values_list("pk", "username"))
    named = {tuple(sorted(names[key] for key in pair)): units for pair, units in pairs.items()}
    return {(pair[0], pair[1]): Agreement.of(units) for pair, units in sorted(named.items())}


# -- each curator ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Accuracy:
    """How a curator does on pictures with a known answer: how many met, how many answered right."""

    username: str
    met: int
    right: int


def on_known_answers(since: datetime | None = None) -> list[Accuracy]:
    """Return how each curator does on gold items, by name."""
    rows = Assignment.objects.filter(state="done", purpose="gold", user__isnull=False)
    if since is not None:
        rows = rows.filter(done_at__gte=since)
    counted = rows.values("user__username").annotate(
        met=Count("pk"), right=Count("pk", filter=Q(verdict=F("expected")))
    )
    return [
        Accuracy(row["user__username"], row["met"], row["right"])
        for row in counted.order_by("user__username")
    ]


@dataclass(frozen=True)
class Pace:
    """How long a curator looks at a picture, on average, over how many decisions."""

    username: str
    decisions: int
    seconds: float


def pace(since: datetime | None = None) -> list[Pace]:
    """Return how long each curator takes for a decision, by name; bulk decisions are left out."""
    rows = Decision.objects.filter(
        user__isnull=False, took_ms__isnull=False, verdict__in=("approve", "reject")
    ).exclude(input=Decision.Input.BULK)
    if since is not None:
        rows = rows.filter(decided_at__gte=since)
    counted = rows.order_by().values("user__username").annotate(n=Count("pk"), ms=Avg("took_ms"))
    return [
        Pace(row["user__username"], row["n"], row["ms"] / 1000)
        for row in counted.order_by("user__username")
    ]
