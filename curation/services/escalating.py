"""Hands pictures up to senior curators: by a curator who is not sure, or where two disagree."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from curation import verdicts
from curation.blind import DECIDED
from curation.models import Assignment, Candidate, Decision
from curation.services import assigning, turns
from curation.services.holding import locked, may_review, not_taken, waits_for
from curation.signals import render_withdrawn
from genart.accounts.models import User

State = Candidate.State


@transaction.atomic
def escalate(
    *,
    candidate_id: UUID,
    user: User,
    note: str = "",
    took_ms: int | None = None,
    input: str = "",
    mode: str = "single",
) -> Decision | None:
    """Hand a picture up to the senior curators, who see the note.

    A picture whose blind opinion is asked is only let go, for another curator: `None`.

    Raises:
        NotAllowed: the user may not review.
        StateConflict: it does not wait for this user, or another curator looks at it.
    """
    may_review(user)
    now = timezone.now()
    candidate = locked(candidate_id)
    if candidate.state in DECIDED and turns.hold(candidate, user, now):
        turns.let_go(candidate.pk, user)
        return None
    waits_for(candidate, user)
    not_taken(candidate, user, now)
    took_ms = assigning.bounded_ms(took_ms, candidate.leased_at, now)
    seen = verdicts.evidence_as_seen(candidate) | {"mode": mode}
    return hand_up(candidate, user, note=note, evidence=seen, took_ms=took_ms, input=input)


def hand_up(
    candidate: Candidate,
    user: User,
    *,
    note: str,
    evidence: dict[str, Any],
    took_ms: int | None = None,
    input: str = "",
) -> Decision:
    """Write that a locked candidate goes to the senior curators, then send it there."""
    decision = Decision.objects.create(
        candidate=candidate,
        verdict=Decision.Verdict.ESCALATE,
        note=note.strip()[:300],
        user=user,
        evidence=evidence,
        took_ms=took_ms,
        input=input,
        previous_state=candidate.state,
    )
    listed = candidate.state == State.APPROVED and candidate.publish_at is None
    candidate.escalated_at = timezone.now()
    candidate.publish_at = None
    verdicts.move(candidate, State.REVIEW)
    if listed:
        render_id, reason = candidate.render_id, "Two curators disagree: a third one decides."
        transaction.on_commit(
            lambda: render_withdrawn.send_robust(Candidate, render_id=render_id, reason=reason)
        )
    return decision


def compare(assignment: Assignment) -> Decision | None:
    """Hand a picture up where a second opinion differs from the decision that stands.

    `None`: they agree, or the decision was taken back or replaced since.
    """
    candidate = locked(assignment.candidate_id)
    first = candidate.decisions.select_related("user").order_by("-pk").first()
    if candidate.state not in DECIDED or first is None or first.user is None:
        return None
    if first.verdict == assignment.verdict or assignment.user is None:
        return None
    second = f"{assignment.verdict} {assignment.get_reason_display()}".strip()
    one = f"{first.verdict} {first.get_reason_display()}".strip()
    note = f"Two opinions differ: {one.lower()}, then {second.lower()}."
    evidence = {"first": first.pk, "second": assignment.pk}
    return hand_up(candidate, assignment.user, note=note, evidence=evidence)
