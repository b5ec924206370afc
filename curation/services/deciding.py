"""A person approves or rejects, and takes it back. Decisions are added, never changed."""

from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils import timezone

from curation import verdicts
from curation.blind import DECIDED
from curation.compliance.claims import lock_claims, unclaimed
from curation.models import Assignment, Candidate, Certificate, Decision, Gate
from curation.services import assigning
from curation.services.grace import publish_time
from curation.services.holding import (
    locked,
    may_review,
    not_taken,
    standing,
    waits_for,
)
from curation.services.tasting import learn_soon
from curation.signals import render_withdrawn
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, StateConflict

State = Candidate.State
STATE_AFTER = {
    Decision.Verdict.APPROVE: State.APPROVED,
    Decision.Verdict.REJECT: State.REJECTED,
}
INPUTS = frozenset(Decision.Input.values)
Opinion = Decision | Assignment
"""What a curator's verdict became: a decision, or the answer to a blind question."""


@transaction.atomic
def decide(
    *,
    candidate_id: UUID,
    user: User,
    verdict: str,
    reason: str = "",
    note: str = "",
    took_ms: int | None = None,
    input: str = "",
    mode: str = "single",
    together: str = "",
) -> Opinion:
    """Approve or reject a candidate that waits for a person.

    An approval goes on sale after the time of grace. Where the picture was put before the user for
    a blind opinion, that is what the verdict becomes.

    Args:
        candidate_id: what is decided on.
        user: who decides.
        verdict: approve or reject.
        reason: of `Decision.Reason`; a rejection needs one.
        note: free text.
        took_ms: from when the picture was shown; kept within what the lease allows.
        input: how, of `Decision.Input`.
        mode: single, stack, grid or api: what else was on the screen.
        together: names decisions that one press made, so that one press takes them back.

    Raises:
        NotAllowed: the user may not review.
        InvalidInput: the verdict is unknown, or a rejection names no reason.
        NotFound: there is no such candidate.
        StateConflict: somebody decided already, or another curator is looking at it.
    """
    may_review(user)
    _known_verdict(verdict, reason)
    lock_claims(shared=True)
    input = input if input in INPUTS else ""
    now = timezone.now()
    candidate = locked(candidate_id)
    if candidate.state in DECIDED:
        answered = assigning.answer(
            candidate, user, verdict=verdict, reason=reason, took_ms=took_ms, input=input
        )
        if answered:
            return answered
    waits_for(candidate, user)
    not_taken(candidate, user, now)
    if verdict == Decision.Verdict.APPROVE:
        unclaimed(candidate)
    decision = Decision.objects.create(
        candidate=candidate,
        verdict=verdict,
        reason=reason if verdict == Decision.Verdict.REJECT else "",
        note=note.strip()[:300],
        user=user,
        evidence=_evidence(candidate, mode, together),
        took_ms=assigning.bounded_ms(took_ms, candidate.leased_at, now),
        input=input,
        previous_state=candidate.state,
    )
    approved = verdict == Decision.Verdict.APPROVE
    candidate.publish_at = publish_time(now) if approved else None
    verdicts.move(candidate, STATE_AFTER[Decision.Verdict(verdict)])
    if approved and candidate.publish_at is None:
        verdicts.send_approved(candidate, decision)
    elif approved:
        _ring_after_grace()
    assigning.draw_second(decision)
    learn_soon(decision)
    return decision


def _evidence(candidate: Candidate, mode: str, together: str) -> dict[str, object]:
    """Return what was before the curator's eyes, and which gate and certificate were in force."""
    seen = verdicts.evidence_as_seen(candidate) | {"mode": mode, "gate": _gate_seen(candidate)}
    return seen | {"together": together} if together else seen


def _gate_seen(candidate: Candidate) -> Mapping[str, object] | None:
    """Return version, autonomy and certificate of the gate whose bounds the page showed."""
    gates = Gate.objects.filter(brand=candidate.brand_id, tier=candidate.tier, is_active=True)
    style = candidate.render.style_version.style_id
    in_force = Certificate.objects.filter(gate=OuterRef("pk"), ended_at=None).values("pk")[:1]
    found = gates.filter(Q(style=style) | Q(style=None)).annotate(certificate=Subquery(in_force))
    return (
        found.order_by(F("style").asc(nulls_last=True))
        .values("id", "version", "autonomy", "certificate")
        .first()
    )


def _ring_after_grace() -> None:
    from curation import tasks

    transaction.on_commit(tasks.ring_after_grace, robust=True)


@transaction.atomic
def undo(*, user: User, decision_id: int | None = None) -> Candidate:
    """Take a decision back, by a further row; return its candidate, which waits for review again.

    Without an id it is the user's own last decision that still stands, or their last blind opinion
    if that came later and has not taken effect. An approval that is taken back within the time of
    grace was never on sale; later its listing is taken off.

    Raises:
        NotAllowed: the user may not review.
        StateConflict: there is nothing to undo, or the decision is not the last one any more.
    """
    may_review(user)
    decision = _undoable(user, decision_id)
    answer = _last_answer(user, decision) if decision_id is None else None
    if answer is not None:
        assigning.take_back(answer)
        return answer.candidate
    if decision is None:
        raise StateConflict("There is no decision left to take back.")
    candidate = locked(decision.candidate_id)
    # Read again: somebody may have undone it, or decided anew, while the row was locked by them.
    if standing(candidate) != decision:
        raise StateConflict("That decision was taken back or replaced already.")
    _take_back(candidate, decision, user)
    return candidate


@transaction.atomic
def undo_together(*, user: User) -> list[Candidate]:
    """Take back the user's last decision and those that the same press made; newest first.

    Those that somebody took back or replaced since are left as they are.

    Raises:
        NotAllowed: the user may not review.
        StateConflict: there is nothing to undo.
    """
    last = _undoable(user, None) if user.has_perm("curation.review") else None
    first = undo(user=user)
    together = last.evidence.get("together") if last and last.candidate_id == first.pk else None
    if not together:
        return [first]
    rest = Decision.objects.filter(user=user, evidence__together=together, undone_by=None)
    undone = [first]
    for decision in rest.exclude(candidate=first).order_by("-pk"):
        if decision.verdict not in STATE_AFTER:
            continue
        candidate = locked(decision.candidate_id)
        if standing(candidate) == decision:
            _take_back(candidate, decision, user)
            undone.append(candidate)
    return undone


def _take_back(candidate: Candidate, decision: Decision, user: User) -> None:
    """Write the undo of a locked candidate's standing decision, and send it back to review."""
    Decision.objects.create(
        candidate=candidate,
        verdict=Decision.Verdict.UNDO,
        user=user,
        undoes=decision,
        previous_state=candidate.state,
        evidence={"undid": decision.verdict, "by": f"user:{decision.user_id}"},
    )
    was_listed = decision.verdict == Decision.Verdict.APPROVE and candidate.publish_at is None
    candidate.publish_at = None
    if decision.verdict == Decision.Verdict.ESCALATE:
        candidate.escalated_at = None
    assigning.void(candidate=candidate, purposes=[Assignment.Purpose.SECOND])
    verdicts.move(candidate, State.REVIEW, reasons=[f"Decision of {decision.author} taken back."])
    if was_listed:
        reason = f"{user.get_username()} took the approval back."
        render_id = candidate.render_id
        transaction.on_commit(
            lambda: render_withdrawn.send_robust(Candidate, render_id=render_id, reason=reason)
        )


def _known_verdict(verdict: str, reason: str) -> None:
    if verdict not in STATE_AFTER:
        raise InvalidInput("Decide with approve or reject.", where="verdict")
    if verdict == Decision.Verdict.REJECT and reason not in Decision.Reason.values:
        raise InvalidInput("Choose a reason from the list.", where="reason")
    if verdict == Decision.Verdict.REJECT and not reason:
        raise InvalidInput("Choose why it is rejected.", where="reason")


def _undoable(user: User, decision_id: int | None) -> Decision | None:
    """Return the decision to take back, if there is one.

    What a curator handed up can be taken back too; what went up because two disagreed cannot.
    """
    later = Decision.objects.filter(candidate=OuterRef("candidate"), pk__gt=OuterRef("pk"))
    handed_up = Q(verdict=Decision.Verdict.ESCALATE) & ~Q(evidence__has_key="second")
    last = Decision.objects.filter(Q(verdict__in=list(STATE_AFTER)) | handed_up, ~Exists(later))
    mine = last.filter(user=user) if decision_id is None else last.filter(pk=decision_id)
    return mine.order_by("-pk").first()


def _last_answer(user: User, decision: Decision | None) -> Assignment | None:
    """Return the user's last blind opinion if it is newer than a decision and has no effect yet."""
    rows = Assignment.objects.filter(user=user, state="done", noted_at=None)
    if decision is not None:
        rows = rows.filter(done_at__gt=decision.decided_at)
    related = rows.select_related("candidate__render", "user").order_by("-done_at")
    return related.select_for_update(of=("self",)).first()
