"""How a verdict comes about and takes effect: evidence, then the decision, then the state.

Shared by the gate and by people; called by `curation/services.py` only, within a transaction.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from curation import live
from curation.compliance.claims import lock_claims
from curation.compliance.contract import Ran
from curation.examination import Examination
from curation.findings import store_findings
from curation.judging import gate_for, judge_candidate
from curation.models import Candidate, Decision
from curation.recording import store_measures
from curation.signals import render_approved
from genart.lib.approval import Approval

State = Candidate.State
STATE_OF = {"approve": State.APPROVED, "review": State.REVIEW, "reject": State.REJECTED}
HOLD_FIRST, HOLD_LONGEST = timedelta(seconds=15), timedelta(minutes=15)


@transaction.atomic
def record(*, candidate_id: UUID, exam: Examination) -> Decision | None:
    """Write what was measured and let the active gate judge. Safe to repeat.

    Returns:
        The gate's decision; `None` where the candidate is not being scored any more, or no gate
        is active for it, in which case it waits for a person.
    """
    lock_claims(shared=True)  # before the row, as claims do: neither waits for the other
    candidate = (
        Candidate.objects.select_related(
            "brand", "render__style_version__style", "render__job", "render__checkpoint"
        )
        .select_for_update(no_key=True, of=("self",))
        .filter(pk=candidate_id, state__in=(State.SCORING, State.HELD))
        .first()
    )
    if candidate is None:
        return None
    store_measures(candidate, exam)
    findings = store_findings(candidate, exam)
    candidate.colors = [[color, round(share, 4)] for color, share in exam.colors]
    candidate.tags = exam.tags
    failed = [ran for ran in exam.checks if ran.outcome == "failed"]
    if failed:
        hold(candidate, failed)
        return None
    gate = gate_for(candidate)
    if gate is None:
        reason = f"No gate is active for {candidate.tier} works of this brand: a person decides."
        move(candidate, State.REVIEW, reasons=[reason], doubt=1.0)
        return None
    decision, verdict = judge_candidate(candidate, gate, exam, findings)
    reasons = list(verdict.reasons)
    move(candidate, STATE_OF[verdict.verdict], reasons=reasons, doubt=verdict.doubt)
    if candidate.state == State.APPROVED:
        send_approved(candidate, decision)
    return decision


def hold(candidate: Candidate, failed: Sequence[Ran]) -> None:
    """Keep a picture back because a detector could not look; it is examined again by itself."""
    candidate.attempts += 1
    wait = min(HOLD_FIRST * 2 ** (candidate.attempts - 1), HOLD_LONGEST)
    candidate.retry_at = timezone.now() + wait
    reasons = [f"The check for {ran.detector} could not run: {ran.message}" for ran in failed]
    move(candidate, State.HELD, reasons=reasons, doubt=1.0)


def move(
    candidate: Candidate,
    state: str,
    *,
    reasons: list[str] | None = None,
    doubt: float | None = None,
) -> None:
    """Change a locked candidate's state, free it, and tell the live pages."""
    candidate.state = state
    candidate.reasons = candidate.reasons if reasons is None else reasons
    candidate.doubt = candidate.doubt if doubt is None else doubt
    candidate.decided_at = timezone.now() if state in (State.APPROVED, State.REJECTED) else None
    candidate.leased_by = candidate.lease_expires_at = None
    candidate.save()
    live.announce(candidate)


def send_approved(candidate: Candidate, decision: Decision) -> None:
    """Tell the world of an approval, after the commit."""
    approval = approval_from(candidate, decision)
    transaction.on_commit(lambda: render_approved.send_robust(Candidate, approval=approval))


def approval_from(candidate: Candidate, decision: Decision) -> Approval:
    """Return an approval as plain values."""
    embedding = candidate.embeddings.order_by("-pk").first()
    return Approval(
        render_id=candidate.render_id,
        candidate_id=candidate.pk,
        decision_id=decision.pk,
        decided_by=decision.author,
        decided_at=decision.decided_at,
        scores=latest_scores(candidate),
        tags=tuple(candidate.tags),
        embedding=tuple(map(float, embedding.vector)) if embedding else (),
        colors=tuple((color, float(share)) for color, share in candidate.colors),
    )


def latest_scores(candidate: Candidate) -> dict[str, float]:
    """Return each scorer's newest value."""
    rows = candidate.scores.order_by("pk").values_list("scorer", "value")
    return dict(rows)


def evidence_as_seen(candidate: Candidate) -> dict[str, Any]:
    """Return what a curator had before their eyes, to be kept with the decision."""
    return {
        "scores": latest_scores(candidate),
        "flags": list(candidate.flags.values("kind", "severity", "message")),
        "reasons": candidate.reasons,
        "doubt": candidate.doubt,
    }
