"""Checks blindly, at random, what a gate did by itself, and acts on what is found.

Approvals and refusals are drawn alike, each with the gate's `audit_share`, which is kept with the
draw. A wrong approval leaves the shop; what was refused wrongly waits for a person. What the audits
say of a certificate is weighed in `curation/certifying/wager.py`.
"""

from typing import Any

from django.db import transaction

from curation import verdicts
from curation.drawing import chance
from curation.models import Assignment, Candidate, Decision, Gate
from curation.services.holding import locked, standing
from curation.signals import render_withdrawn

Purpose, Verdict = Assignment.Purpose, Decision.Verdict
State = Candidate.State
AUDITED = {
    Verdict.APPROVE.value: Purpose.AUDIT_APPROVED,
    Verdict.REJECT.value: Purpose.AUDIT_REJECTED,
}


def draw_audit(*, decision: Decision, gate: Gate) -> Assignment | None:
    """Put what a gate approved or refused before a curator, if chance has it. Safe to repeat."""
    purpose = AUDITED.get(str(decision.verdict))
    share = gate.audit_share
    if purpose is None or chance("audit", decision.candidate_id) >= share:
        return None
    assignment, _created = Assignment.objects.get_or_create(
        candidate_id=decision.candidate_id,
        purpose=purpose,
        state=Assignment.State.OPEN,
        defaults={"propensity": share},
    )
    return assignment


@transaction.atomic
def note_opinion(assignment: Assignment) -> Decision | None:
    """Act on an audit that is done; return the decision that it led to. Safe to repeat.

    Somebody else may have decided on the picture meanwhile: then it stays as they have it. The
    opinion counts for or against the certificate all the same.
    """
    if assignment.state != Assignment.State.DONE or assignment.user is None:
        return None
    candidate = locked(assignment.candidate_id)
    last = standing(candidate)
    led_to = None
    if last is not None and last.gate is not None and last.verdict != assignment.verdict:
        if assignment.purpose == Purpose.AUDIT_APPROVED and last.verdict == Verdict.APPROVE:
            led_to = _refuse(candidate, last, assignment)
        elif assignment.purpose == Purpose.AUDIT_REJECTED and last.verdict == Verdict.REJECT:
            led_to = _reopen(candidate, last, assignment)
    _watch(assignment)
    return led_to


def _watch(assignment: Assignment) -> None:
    """Let the gates that decided on the picture weigh the opinion, after the commit."""
    from curation.services.certifying import watch_gate

    rows = Decision.objects.filter(candidate=assignment.candidate_id, gate__isnull=False)
    for gate_id in set(rows.values_list("gate", flat=True)):
        watch_gate(gate_id=gate_id)


def _refuse(candidate: Candidate, wrong: Decision, assignment: Assignment) -> Decision:
    """Refuse what a gate approved wrongly, and take it off sale."""
    decision = _written(candidate, wrong, assignment, Verdict.REJECT)
    reason = "An audit did not agree that it was published."
    candidate.publish_at = None
    verdicts.move(candidate, State.REJECTED, reasons=[reason, *candidate.reasons])
    render_id = candidate.render_id
    transaction.on_commit(
        lambda: render_withdrawn.send_robust(Candidate, render_id=render_id, reason=reason)
    )
    return decision


def _reopen(candidate: Candidate, wrong: Decision, assignment: Assignment) -> Decision:
    """Let a person decide on what a gate refused wrongly."""
    decision = _written(candidate, wrong, assignment, Verdict.UNDO)
    reason = "An audit did not agree that it was refused: a person decides."
    verdicts.move(candidate, State.REVIEW, reasons=[reason, *candidate.reasons], doubt=1.0)
    return decision


def _written(
    candidate: Candidate, wrong: Decision, assignment: Assignment, verdict: str
) -> Decision:
    """Write what an audit led to, before the state changes."""
    evidence: dict[str, Any] = {
        "audit": assignment.pk,
        "propensity": assignment.propensity,
        "undid": wrong.verdict,
        "by": wrong.author,
    }
    return Decision.objects.create(
        candidate=candidate,
        verdict=verdict,
        reason=assignment.reason if verdict == Verdict.REJECT else "",
        user=assignment.user,
        undoes=wrong,
        evidence=evidence | verdicts.evidence_as_seen(candidate),
        took_ms=assignment.took_ms,
        input=assignment.input,
        previous_state=candidate.state,
    )
