"""Asks curators for blind opinions: audits, second opinions, and pictures with a known answer.

What is asked looks like any picture that waits; see `curation/blind.py`. An answer takes effect
after the time of grace, once, and until then can be taken back.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from curation import blind
from curation.models import Assignment, Candidate, Decision
from curation.services.turns import asked_of, chance
from genart.accounts.models import User
from genart.lib.errors import InvalidInput

Purpose = Assignment.Purpose
EARLY_MS = 5_000
OPEN, DONE, VOID = Assignment.State.OPEN, Assignment.State.DONE, Assignment.State.VOID


@transaction.atomic
def assign(
    *, candidate: Candidate, purpose: str, propensity: float, expected: str = ""
) -> Assignment:
    """Ask for a blind opinion of a decided picture. Safe to repeat: one is open at a time.

    Args:
        candidate: what to look at.
        purpose: of `Assignment.Purpose`.
        propensity: the probability with which it was drawn, over 0 … 1.
        expected: the known answer of a gold item, approve or reject.
    """
    assignment, _created = Assignment.objects.get_or_create(
        candidate=candidate,
        purpose=purpose,
        state=OPEN,
        defaults={"propensity": propensity, "expected": expected},
    )
    return assignment


@transaction.atomic
def mark_gold(*, candidate: Candidate, expected: str) -> Assignment:
    """Give every curator a picture once whose right verdict is known. Safe to repeat.

    Raises:
        InvalidInput: the picture waits itself, or the verdict is not one.
    """
    if expected not in ("approve", "reject"):
        raise InvalidInput("Expect approve or reject.", where="expected")
    if candidate.state not in blind.DECIDED:
        raise InvalidInput("Only a picture that is decided can be a known answer.")
    void(candidate=candidate, purposes=[Purpose.GOLD])
    return assign(candidate=candidate, purpose=Purpose.GOLD, propensity=1.0, expected=expected)


def void(*, candidate: Candidate, purposes: Sequence[str]) -> int:
    """Ask no longer for opinions of a candidate; return how many were open. Safe to repeat."""
    rows = Assignment.objects.filter(candidate=candidate, purpose__in=purposes, state=OPEN)
    return rows.update(state=VOID, leased_by=None, lease_expires_at=None)


def draw_second(decision: Decision) -> Assignment | None:
    """Ask another curator about a person's decision, in a share of `SECOND_OPINION_SHARE`."""
    share = settings.SECOND_OPINION_SHARE
    if not share or chance(f"second/{decision.pk}") >= share:
        return None
    return assign(candidate=decision.candidate, purpose=Purpose.SECOND, propensity=share)


def answer(
    candidate: Candidate,
    user: User,
    *,
    verdict: str,
    reason: str = "",
    took_ms: int | None = None,
    input: str = "",
) -> Assignment | None:
    """Keep a user's opinion of a locked, decided candidate; `None` where none is asked of them.

    Raises:
        StateConflict: another curator looks at it.
    """
    now = timezone.now()
    assignment = asked_of(candidate, user, now)
    if assignment is None:
        return None
    assignment.took_ms = bounded_ms(took_ms, assignment.leased_at, now)
    assignment.state, assignment.verdict, assignment.done_at = DONE, verdict, now
    assignment.reason = reason if verdict == Decision.Verdict.REJECT else ""
    assignment.user, assignment.input = user, input
    assignment.leased_by = assignment.lease_expires_at = None
    assignment.save()
    if assignment.purpose == Purpose.GOLD:  # the others have still to meet it
        assign(
            candidate=candidate,
            purpose=Purpose.GOLD,
            propensity=assignment.propensity,
            expected=assignment.expected,
        )
    if not settings.REVIEW_GRACE_SECONDS:
        note_answers()
    return assignment


def take_back(assignment: Assignment) -> Assignment:
    """Make an answer void that has not taken effect, and ask its giver again."""
    Assignment.objects.filter(pk=assignment.pk).update(state=VOID)
    void(candidate=assignment.candidate, purposes=[assignment.purpose])
    return Assignment.objects.create(
        candidate=assignment.candidate,
        purpose=assignment.purpose,
        propensity=assignment.propensity,
        expected=assignment.expected,
        leased_by=assignment.user,
    )


def note_answers() -> int:
    """Let answers take effect whose time of grace is over; return how many. Safe to repeat."""
    over = timezone.now() - timedelta(seconds=settings.REVIEW_GRACE_SECONDS)
    due = Assignment.objects.filter(state=DONE, noted_at=None, done_at__lte=over)
    return sum(_note(pk) for pk in list(due.order_by("done_at").values_list("pk", flat=True)[:200]))


@transaction.atomic
def _note(assignment_id: int) -> bool:
    """Let one answer take effect, once."""
    from curation.services.escalating import compare

    rows = Assignment.objects.select_related("candidate", "user").filter(pk=assignment_id)
    assignment = rows.filter(state=DONE, noted_at=None).select_for_update(of=("self",)).first()
    if assignment is None:
        return False
    Assignment.objects.filter(pk=assignment.pk).update(noted_at=timezone.now())
    assignment.refresh_from_db(fields=["noted_at"])
    if assignment.purpose == Purpose.SECOND:
        compare(assignment)
    elif assignment.purpose in (Purpose.AUDIT_APPROVED, Purpose.AUDIT_REJECTED):
        from curation.services import auditing

        auditing.note_opinion(assignment)
    return True


def bounded_ms(told: int | None, since: datetime | None, now: datetime) -> int | None:
    """Return how long a picture was looked at: what the page says, within what the lease allows.

    A page shows what is held ahead while the last decision is on its way: up to `EARLY_MS` before
    it is given out. Without a word from the page it is the time since the picture was given out,
    if that is known.
    """
    if since is None:
        return None
    most = max(0, round((now - since).total_seconds() * 1000))
    return most if told is None or told < 0 else min(told, most + EARLY_MS)
