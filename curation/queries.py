"""Reads over candidates: one card, and what the apps above may know. The queue is in `queue.py`."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from curation import models
from curation.models import Candidate, Decision, Gate, Score
from curation.scorers import SCORERS
from curation.similar import nearest_looks
from curation.taste.measuring import PREFIX
from curation.verdicts import approval_from
from genart.lib.approval import Approval

State = Candidate.State
SIBLINGS = 40


# -- for the apps above ----------------------------------------------------------------------


def approvals(limit: int = 200, since: datetime | None = None) -> list[Approval]:
    """Return approvals that stand, oldest first, with those at or after `since` only.

    Those whose time of grace still runs are left out.
    """
    approved = Candidate.objects.filter(state=State.APPROVED, publish_at=None)
    approved = approved.order_by("decided_at")
    if since is not None:
        approved = approved.filter(decided_at__gte=since)
    found = (_approval(candidate) for candidate in approved[:limit])
    return [approval for approval in found if approval]


def approval_of(render_id: UUID) -> Approval | None:
    """Return the approval of a render if it stands and its time of grace is over."""
    approved = Candidate.objects.filter(render=render_id, state=State.APPROVED, publish_at=None)
    candidate = approved.first()
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


# -- one card --------------------------------------------------------------------------------


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

    @property
    def height(self) -> float:
        """The value as the height of a bar of at most one, a thin line at least."""
        return round(max(self.value or 0.0, 0.04), 2)

    @property
    def rest(self) -> float:
        """What is left above that bar."""
        return round(1 - self.height, 2)


def criteria(candidate: Candidate) -> list[Criterion]:
    """Return every scorer's newest measure of a candidate, with the bounds in force."""
    style = candidate.render.style_version.style_id
    gates = Gate.objects.filter(brand=candidate.brand_id, tier=candidate.tier, is_active=True)
    fitting = gates.filter(Q(style=style) | Q(style=None))
    rules = fitting.order_by(F("style").asc(nulls_last=True)).values_list("rules", flat=True)
    return criteria_by(candidate, rules.first() or {})


def criteria_by(candidate: Candidate, rules: dict[str, dict[str, float]]) -> list[Criterion]:
    """Return the same by given rules; scores that are there already are not read again."""
    scores = {score.scorer: score for score in _in_order(candidate)}
    shown = (name for name in SCORERS if name in scores or name in rules)
    measured = [_criterion(name, scores.get(name), rules.get(name)) for name in shown]
    return measured + _of_brand(scores)


def _of_brand(scores: dict[str, Score]) -> list[Criterion]:
    """Return the live criteria of the brand itself that were measured. One query, or none."""
    own = {name: score for name, score in scores.items() if name.startswith(PREFIX)}
    if not own:
        return []
    ids = [int(name.removeprefix(PREFIX)) for name in own]
    live = models.Criterion.objects.filter(pk__in=ids, state=models.Criterion.State.LIVE)
    return [_own_criterion(row, own[f"{PREFIX}{row.pk}"]) for row in live]


def _own_criterion(row: models.Criterion, score: Score) -> Criterion:
    met = score.value >= row.threshold
    name, bound = f"{PREFIX}{row.pk}", row.threshold
    explains = "High when the brand's own criterion is met."
    standing = "good" if met else "bad" if row.is_hard else "warn"
    words = "as the brand asks" if met else "not as the brand asks"
    return Criterion(name, row.name, explains, words, score.value, bound, bound, standing)


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
    if score and not words:
        words = str(score.evidence.get("place", {}).get("words", ""))
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
