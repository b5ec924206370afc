"""What a brand's taste is learnt from: the opinions of people that stand, and their preferences.

One label for each picture: the share of approvals where several people judged it. Refusals for a
copy or for somebody's rights say nothing about taste and are left out, as are answers to questions
whose answer was known. Pictures that were drawn as labels for a certificate are left out too: what
a taste has learnt from cannot show how good it is (`curation/campaigns.py`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

import numpy as np

from curation.models import Assignment, Comparison, Decision
from curation.taste.logistic import Doubles

NOT_TASTE = (Decision.Reason.DUPLICATE, Decision.Reason.RIGHTS)
APPROVE, REJECT = Decision.Verdict.APPROVE, Decision.Verdict.REJECT


@dataclass(frozen=True, eq=False)
class Lessons:
    """Decided pictures and preferences of one brand.

    Attributes:
        ids: candidates, in the order in which they were last judged by a person.
        labels: 0 … 1 each.
        series: the job of each.
        newest: for each the decision that says so last; 0 where it is a blind opinion alone.
        pairs: winner and loser.
    """

    ids: tuple[UUID, ...]
    labels: Doubles
    series: tuple[UUID, ...]
    newest: tuple[int, ...]
    pairs: tuple[tuple[UUID, UUID], ...]

    @property
    def approved(self) -> int:
        """How many were approved, by most of those who judged them."""
        return int((self.labels > 0.5).sum())

    @property
    def rejected(self) -> int:
        """How many were not."""
        return len(self.ids) - self.approved


def lessons_of(brand_id: int) -> Lessons:
    """Return everything that people of a brand have said and not taken back. Three queries."""
    votes: dict[UUID, list[bool]] = {}
    series: dict[UUID, UUID] = {}
    newest: dict[UUID, int] = {}
    for key, job, verdict, decision in (*_decisions(brand_id), *_opinions(brand_id)):
        votes.setdefault(key, []).append(verdict == APPROVE)
        series[key] = job
        newest[key] = max(newest.get(key, 0), decision)
    compared = Comparison.objects.filter(
        brand=brand_id, winner__sample_share=None, loser__sample_share=None
    ).order_by("pk")
    return Lessons(
        ids=tuple(votes),
        labels=np.array([np.mean(given) for given in votes.values()], float),
        series=tuple(series.values()),
        newest=tuple(newest.values()),
        pairs=tuple(compared.values_list("winner", "loser")),
    )


def _decisions(brand_id: int) -> Iterator[tuple[UUID, UUID, str, int]]:
    stand = Decision.objects.filter(
        candidate__brand=brand_id,
        candidate__sample_share=None,
        user__isnull=False,
        verdict__in=(APPROVE, REJECT),
        undone_by=None,
    )
    taste = stand.exclude(reason__in=NOT_TASTE).order_by("pk")
    return taste.values_list("candidate", "candidate__render__job", "verdict", "pk").iterator()


def _opinions(brand_id: int) -> Iterator[tuple[UUID, UUID, str, int]]:
    given = Assignment.objects.filter(
        candidate__brand=brand_id,
        candidate__sample_share=None,
        state=Assignment.State.DONE,
    )
    blind = given.exclude(purpose=Assignment.Purpose.GOLD).exclude(reason__in=NOT_TASTE)
    rows = blind.order_by("pk").values_list("candidate", "candidate__render__job", "verdict")
    return ((key, job, verdict, 0) for key, job, verdict in rows)
