"""Several decisions by one press: each is answered by itself, and none waits for another."""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from curation.models import Candidate
from curation.services.deciding import decide
from genart.accounts.models import User
from genart.lib.errors import GenartError, InvalidInput

MOST = 60


@dataclass(frozen=True)
class Outcome:
    """What became of one of several decisions.

    Attributes:
        candidate_id: whose.
        verdict: what it became; empty where it was refused.
        problem: a sentence that says why it was refused, or empty.
    """

    candidate_id: UUID
    verdict: str = ""
    problem: str = ""


def decide_many(
    *,
    candidate_ids: Iterable[UUID],
    user: User,
    verdict: str,
    reason: str = "",
    note: str = "",
    took_ms: int | None = None,
    mode: str = "grid",
    together: str = "",
) -> list[Outcome]:
    """Decide on up to `MOST` candidates alike, one after the other, each in its own transaction.

    Args:
        candidate_ids: which, in order.
        user: who decides.
        verdict: approve or reject.
        reason: of `Decision.Reason`.
        note: free text, kept with each.
        took_ms: for all of them together; each is given its share.
        mode: grid or stack.
        together: names what one press made; a fresh name without it.

    Raises:
        NotAllowed: the user may not review.
        InvalidInput: there is none or too many, or the verdict or its reason is wrong.
    """
    ids = list(dict.fromkeys(candidate_ids))
    if not ids:
        raise InvalidInput("Select at least one picture.", where="candidate")
    if len(ids) > MOST:
        raise InvalidInput(f"Decide on at most {MOST} pictures at once.", where="candidate")
    given = {
        "verdict": verdict,
        "reason": reason,
        "note": note,
        "took_ms": None if took_ms is None else took_ms // len(ids),
        "mode": mode,
        "together": together or uuid.uuid4().hex,
    }
    return [_one(candidate_id, user, given) for candidate_id in ids]


def _one(candidate_id: UUID, user: User, given: Mapping[str, object]) -> Outcome:
    try:
        decided = decide(candidate_id=candidate_id, user=user, input="bulk", **given)  # type: ignore[arg-type]
    except GenartError as error:
        if error.status not in (404, 409):
            raise
        return Outcome(candidate_id, problem=error.message)
    return Outcome(candidate_id, verdict=decided.verdict)


def choose_best(
    *,
    best_ids: Sequence[UUID],
    rest_ids: Sequence[UUID],
    user: User,
    reason: str = "taste",
    took_ms: int | None = None,
) -> list[Outcome]:
    """Approve the best of a stack and reject the rest; remember that one was preferred.

    A single best one counts as compared with each that was rejected. Where the best one could not
    be approved the rest is left as it is.
    """
    together = uuid.uuid4().hex
    shared = {"user": user, "took_ms": took_ms, "mode": "stack", "together": together}
    outcomes = decide_many(candidate_ids=best_ids, verdict="approve", **shared)  # type: ignore[arg-type]
    if any(outcome.problem for outcome in outcomes) or not rest_ids:
        return outcomes
    rest = decide_many(candidate_ids=rest_ids, verdict="reject", reason=reason, **shared)  # type: ignore[arg-type]
    losers = [outcome.candidate_id for outcome in rest if outcome.verdict]
    if len(best_ids) == 1 and losers:
        _prefer(user, best_ids[0], losers)
    return [*outcomes, *rest]


def _prefer(user: User, winner_id: UUID, loser_ids: list[UUID]) -> None:
    from curation import services

    if Candidate.objects.filter(pk=winner_id).exists():
        services.record_best(user=user, winner_id=winner_id, loser_ids=loser_ids)
