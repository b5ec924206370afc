"""Decides for a program, which may say what it had seen: something else by now is a conflict."""

from uuid import UUID

from django.db import transaction

from curation import blind, records
from curation.models import Candidate, Decision
from curation.services import deciding
from curation.services.holding import locked, may_review, standing, what_was_decided
from genart.accounts.models import User
from genart.lib.errors import StateConflict


@transaction.atomic
def decide_expecting(
    *,
    candidate_id: UUID,
    user: User,
    verdict: str,
    reason: str = "",
    note: str = "",
    expected: str = "",
) -> Candidate:
    """Approve or reject as `decide` does, if the candidate is still as it was seen.

    Args:
        candidate_id: what is decided on.
        user: who decides.
        verdict: approve or reject.
        reason: of `Decision.Reason`; a rejection needs one.
        note: free text.
        expected: `version` of the candidate when it was read; empty for whatever it is.

    Raises:
        As `decide`; and StateConflict, with what happened, where it is not as it was seen.
    """
    may_review(user)
    candidate = locked(candidate_id)
    hidden = bool(blind.masked([candidate.pk], user))
    if expected and expected != records.version(candidate, hidden=hidden):
        changed = what_was_decided(candidate)
        if candidate.state == Candidate.State.REVIEW:
            changed = "This picture was judged again since you read it."
        raise StateConflict(f"{changed} Read it again.")
    deciding.decide(
        candidate_id=candidate_id,
        user=user,
        verdict=verdict,
        reason=reason,
        note=note,
        input=Decision.Input.API,
        mode="api",
    )
    candidate.refresh_from_db()
    return candidate


@transaction.atomic
def undo_on(*, candidate_id: UUID, user: User) -> Candidate:
    """Take back the decision that stands on a candidate, or the user's own opinion on it.

    Raises:
        NotAllowed: the user may not review.
        NotFound: there is no such candidate.
        StateConflict: nothing on it can be taken back.
    """
    may_review(user)
    candidate = locked(candidate_id)
    decision = standing(candidate)
    own_opinion = candidate.assignments.filter(user=user).exclude(verdict="").exists()
    if own_opinion or decision is None:
        undone = deciding.undo(user=user)
        if undone.pk != candidate_id:
            raise StateConflict("There is no decision left to take back on this picture.")
        return undone
    return deciding.undo(user=user, decision_id=decision.pk)
