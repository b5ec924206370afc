"""A person approves or rejects, and takes it back. Decisions are added, never changed."""

from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from curation import verdicts
from curation.models import Candidate, Decision
from curation.services.holding import locked, may_review, not_taken, standing, what_was_decided
from curation.signals import render_withdrawn
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, StateConflict

State = Candidate.State
STATE_AFTER = {
    Decision.Verdict.APPROVE: State.APPROVED,
    Decision.Verdict.REJECT: State.REJECTED,
}


@transaction.atomic
def decide(
    *, candidate_id: UUID, user: User, verdict: str, reason: str = "", note: str = ""
) -> Decision:
    """Approve or reject a candidate that waits for a person.

    Raises:
        NotAllowed: the user may not review.
        InvalidInput: the verdict is unknown, or a rejection names no reason.
        NotFound: there is no such candidate.
        StateConflict: somebody decided already, or another curator is looking at it.
    """
    may_review(user)
    _known_verdict(verdict, reason)
    now = timezone.now()
    candidate = locked(candidate_id)
    if candidate.state != State.REVIEW:
        raise StateConflict(what_was_decided(candidate))
    not_taken(candidate, user, now)
    decision = Decision.objects.create(
        candidate=candidate,
        verdict=verdict,
        reason=reason if verdict == Decision.Verdict.REJECT else "",
        note=note.strip()[:300],
        user=user,
        evidence=verdicts.evidence_as_seen(candidate),
        previous_state=candidate.state,
    )
    verdicts.move(candidate, STATE_AFTER[Decision.Verdict(verdict)])
    if candidate.state == State.APPROVED:
        verdicts.send_approved(candidate, decision)
    return decision


@transaction.atomic
def undo(*, user: User, decision_id: int | None = None) -> Candidate:
    """Take a decision back, by a further row; return its candidate, which waits for review again.

    Without an id it is the user's own last decision that still stands. An approval that is taken
    back takes its listing off sale.

    Raises:
        NotAllowed: the user may not review.
        StateConflict: there is nothing to undo, or the decision is not the last one any more.
    """
    may_review(user)
    decision = _undoable(user, decision_id)
    candidate = locked(decision.candidate_id)
    # Read again: somebody may have undone it, or decided anew, while the row was locked by them.
    if standing(candidate) != decision:
        raise StateConflict("That decision was taken back or replaced already.")
    Decision.objects.create(
        candidate=candidate,
        verdict=Decision.Verdict.UNDO,
        user=user,
        undoes=decision,
        previous_state=candidate.state,
        evidence={"undid": decision.verdict, "by": decision.author},
    )
    verdicts.move(candidate, State.REVIEW, reasons=[f"Decision of {decision.author} taken back."])
    if decision.verdict == Decision.Verdict.APPROVE:
        reason = f"{user.get_username()} took the approval back."
        render_id = candidate.render_id
        transaction.on_commit(
            lambda: render_withdrawn.send_robust(Candidate, render_id=render_id, reason=reason)
        )
    return candidate


def _known_verdict(verdict: str, reason: str) -> None:
    if verdict not in STATE_AFTER:
        raise InvalidInput("Decide with approve or reject.", where="verdict")
    if verdict == Decision.Verdict.REJECT and reason not in Decision.Reason.values:
        raise InvalidInput("Choose a reason from the list.", where="reason")
    if verdict == Decision.Verdict.REJECT and not reason:
        raise InvalidInput("Choose why it is rejected.", where="reason")


def _undoable(user: User, decision_id: int | None) -> Decision:
    """Return the decision to take back.

    Raises:
        StateConflict: there is none.
    """
    later = Decision.objects.filter(candidate=OuterRef("candidate"), pk__gt=OuterRef("pk"))
    last = Decision.objects.filter(~Exists(later), verdict__in=list(STATE_AFTER))
    mine = last.filter(user=user) if decision_id is None else last.filter(pk=decision_id)
    found = mine.order_by("-pk").first()
    if found is None:
        raise StateConflict("There is no decision left to take back.")
    return found
