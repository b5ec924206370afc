"""Reads over candidates and decisions: the queue, one card, history, and what others may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from curation.models import Candidate, Decision, Gate, Score
from curation.scorers import SCORERS
from curation.similar import nearest_looks
from curation.verdicts import approval_from
from genart.accounts.models import User
from genart.lib.approval import Approval

State = Candidate.State
SIBLINGS = 40


# -- for the apps above ----------------------------------------------------------------------


def approvals(limit: int = 200, since: datetime | None = None) -> list[Approval]:
    """Return approvals that stand, oldest first, with those at or after `since` only."""
    approved = Candidate.objects.filter(state=State.APPROVED).order_by("decided_at")
    if since is not None:
        approved = approved.filter(decided_at__gte=since)
    found = (_approval(candidate) for candidate in approved[:limit])
    return [approval for approval in found if approval]


def approval_of(render_id: UUID) -> Approval | None:
    """Return the approval of a render if it stands."""
    candidate = Candidate.objects.filter(render=render_id, state=State.APPROVED).first()
    return _approval(candidate) if candidate else None


def _approval(candidate: Candidate) -> Approval | None:
    decisions = candidate.decisions.filter(verdict=Decision.Verdict.APPROVE)
    decision = decisions.select_related("user", "gate__brand").order_by("-pk").first()
    return approval_from(candidate, decision) if decision else None


def candidate_cards(render_ids: Iterable[UUID]) -> dict[UUID, dict[str, Any]]:
    """Return state, scores and reasons by render, for renders that are candidates."""
    candidates = Candidate.objects.filter(render__in=list(render_ids)).prefetch_related("scores")
    return {
        candidate.render_id: {
            "state": candidate.state,
            "scores": {score.scorer: score.value for score in _in_order(candidate)},
            "reasons": candidate.reasons,
        }
        for candidate in candidates
    }


# -- the queue -------------------------------------------------------------------------------


def queue_counts() -> dict[str, int]:
    """Return how many wait for a person, and how many of those nobody holds."""
    free = Q(lease_expires_at=None) | Q(lease_expires_at__lte=timezone.now())
    return Candidate.objects.aggregate(
        waiting=Count("pk", filter=Q(state=State.REVIEW)),
        free=Count("pk", filter=Q(state=State.REVIEW) & free),
        scoring=Count("pk", filter=Q(state=State.SCORING)),
    )


def decided_today(user: User) -> int:
    """Return how many decisions of a user's last 24 hours stand."""
    since = timezone.now() - timedelta(days=1)
    mine = Decision.objects.filter(user=user, decided_at__gte=since, undone_by=None)
    return mine.exclude(verdict=Decision.Verdict.UNDO).count()


def in_queue() -> QuerySet[Candidate]:
    """Return what waits for a person, in the order in which it is offered."""
    return Candidate.objects.filter(state=State.REVIEW).order_by("-doubt", "created_at", "pk")


def held_by_others(user: User) -> list[Candidate]:
    """Return what other curators look at at this moment."""
    held = in_queue().filter(lease_expires_at__gt=timezone.now(), leased_by__isnull=False)
    return list(held.exclude(leased_by=user).select_related("leased_by")[:100])


@dataclass(frozen=True)
class Place:
    """Where a candidate stands in the queue: its neighbours, and whose pictures to fetch early."""

    before: UUID | None
    after: UUID | None
    soon: tuple[UUID, ...]


def place_of(candidate: Candidate, user: User, soon: int = 4) -> Place:
    """Return what `user` may walk to from a candidate, and the next few likely to be shown.

    What others hold is left out. Three short walks along the queue's index, however long it is.
    """
    free = Q(lease_expires_at=None) | Q(lease_expires_at__lte=timezone.now()) | Q(leased_by=user)
    others = in_queue().filter(free).exclude(pk=candidate.pk).values_list("pk", flat=True)
    likely = list(others[:soon])
    if candidate.state != State.REVIEW:
        return Place(None, likely[0] if likely else None, tuple(likely))
    here = candidate.doubt, candidate.created_at, candidate.pk
    before = others.filter(_ahead_of(*here)).reverse().first()
    after = others.filter(~_ahead_of(*here)).first()
    return Place(before, after, tuple(dict.fromkeys([*likely, *([after] if after else [])])))


def _ahead_of(doubt: float, created_at: datetime, pk: UUID) -> Q:
    """Match what stands before a place in the queue."""
    earlier = Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk)
    return Q(doubt__gt=doubt) | (Q(doubt=doubt) & earlier)


@dataclass(frozen=True)
class Criterion:
    """One measure as the review page shows it; bounds are those of the active gate, if it has any.

    `standing` is `good`, `warn` or `bad` by those bounds, or empty where no rule uses the measure.
    """

    name: str
    title: str
    explains: str
    words: str
    value: float | None
    reject: float | None
    approve: float | None
    standing: str

    @property
    def percent(self) -> dict[str, float]:
        """Value and bounds on a scale of 100, for drawing; absent ones are left out."""
        parts = {"value": self.value, "reject": self.reject, "approve": self.approve}
        return {name: round(part * 100, 1) for name, part in parts.items() if part is not None}


def criteria(candidate: Candidate) -> list[Criterion]:
    """Return every scorer's newest measure of a candidate, with the bounds in force."""
    gate = Gate.objects.filter(brand=candidate.brand_id, tier=candidate.tier, is_active=True)
    rules = gate.values_list("rules", flat=True).first() or {}
    scores = {score.scorer: score for score in _in_order(candidate)}
    return [_criterion(name, scores.get(name), rules.get(name)) for name in SCORERS]


def _criterion(name: str, score: Score | None, rule: dict[str, float] | None) -> Criterion:
    scorer = SCORERS[name]
    value = score.value if score else None
    reject, approve = (rule["reject"], rule["approve"]) if rule else (None, None)
    standing = ""
    if value is None:
        standing = "bad"
    elif reject is not None and approve is not None:
        standing = "bad" if value < reject else "warn" if value < approve else "good"
    clause = "praise" if standing == "good" else "blame"
    words = str(score.evidence.get(clause, "")) if score and standing else ""
    if score is None:
        words = "could not be measured"
    return Criterion(name, scorer.title, scorer.explains, words, value, reject, approve, standing)


def siblings(candidate: Candidate) -> QuerySet[Candidate]:
    """Return the candidates of the same job, in order."""
    same = Candidate.objects.filter(render__job=candidate.render.job_id)
    return same.select_related("render").order_by("render__index")[:SIBLINGS]


def nearest(candidate: Candidate) -> dict[str, list[Candidate]]:
    """Return the approved and the rejected candidates that look most like one."""
    approved, rejected = nearest_looks(candidate, (State.APPROVED, State.REJECTED))
    return {"approved": approved, "rejected": rejected}


def _in_order(candidate: Candidate) -> list[Score]:
    """Return the newest score of each scorer, in the registry's order; the rest after it."""
    newest = {score.scorer: score for score in sorted(candidate.scores.all(), key=lambda s: s.pk)}
    order = {name: place for place, name in enumerate(SCORERS)}
    return sorted(newest.values(), key=lambda score: order.get(score.scorer, len(order)))
