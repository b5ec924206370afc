"""Asks curators for blind opinions: audits, second opinions, and pictures with a known answer.

What is asked looks like any picture that waits; see `curation/blind.py`. An answer takes effect
after the time of grace, once, and until then can be taken back.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from curation import blind
from curation.filters import EVERYTHING, Filters
from curation.models import Assignment, Candidate, Decision
from curation.queue import decided_today
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, StateConflict

Purpose = Assignment.Purpose
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


def chance(text: str) -> float:
    """Return a number of 0 … 1 that depends on a text alone, evenly spread."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


# -- whose turn it is --------------------------------------------------------------------------


def next_for(
    user: User, now: datetime, filters: Filters, skipped: Sequence[UUID], *, rest: bool
) -> Candidate | None:
    """Hold and return a picture beside the queue if it is its turn, disguised as one that waits.

    Args:
        user: who is asked.
        now: this moment.
        filters: of the queue; its pictures match them too.
        skipped: pictures to leave out.
        rest: whether nothing else waits, so that any audit or second opinion may come.
    """
    if filters.escalated or filters.mine:
        return None
    mine = blind.held_by(user).filter(filters.matches("candidate__"), lease_expires_at__gt=now)
    assignment = mine.exclude(candidate__in=list(skipped)).select_for_update(of=("self",)).first()
    if assignment is None:
        purposes = _DULL if rest else _purposes(user, turn=decided_today(user))
        assignment = _take(user, now, filters, skipped, purposes)
    return _hold(assignment, user, now) if assignment else None


def expected_next(user: User, turn: int, filters: Filters = EVERYTHING) -> UUID | None:
    """Return the picture beside the queue that a user will see after this one, if it is one's turn.

    Pages fetch it early, as they do with what waits.
    """
    if filters.escalated or filters.mine:
        return None
    purposes = _purposes(user, turn=turn)
    rows = blind.open_for(user, filters).filter(blind.free(timezone.now()), purpose__in=purposes)
    return rows.values_list("candidate", flat=True).first() if purposes else None


_DULL = (Purpose.AUDIT_APPROVED, Purpose.AUDIT_REJECTED, Purpose.SECOND)


def _purposes(user: User, turn: int) -> Sequence[str]:
    """Return what a user is asked at a turn: mostly nothing beside the queue."""
    drawn = chance(f"{user.pk}/{timezone.now():%Y-%m-%d}/{turn}")
    if drawn < settings.GOLD_SHARE:
        return (Purpose.GOLD,)
    return _DULL if drawn < settings.GOLD_SHARE + settings.BLIND_SHARE else ()


def _take(
    user: User, now: datetime, filters: Filters, skipped: Sequence[UUID], purposes: Sequence[str]
) -> Assignment | None:
    """Lock and return the oldest assignment of some purposes that a user may answer."""
    if not purposes:
        return None
    rows = blind.open_for(user, filters).filter(blind.free(now), purpose__in=purposes)
    rows = rows.exclude(candidate__in=list(skipped))
    return rows.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()


def hold(candidate: Candidate, user: User, now: datetime) -> Candidate | None:
    """Hold a locked, decided candidate for a user of whom an opinion is asked, disguised.

    `None`: none is asked of this user.

    Raises:
        StateConflict: another curator looks at it.
    """
    assignment = _asked(candidate, user, now)
    return _hold(assignment, user, now) if assignment else None


def _asked(candidate: Candidate, user: User, now: datetime) -> Assignment | None:
    """Lock and return the assignment under which a user meets a candidate."""
    found = blind.found_for(candidate.pk, user)
    if found is None:
        return None
    rows = Assignment.objects.select_related("leased_by").filter(pk=found.pk, state=OPEN)
    assignment = rows.select_for_update(no_key=True, of=("self",)).first()
    other = assignment and assignment.leased_by_id not in (None, user.pk)
    if assignment and other and (assignment.lease_expires_at or now) > now:
        name = assignment.leased_by.get_username() if assignment.leased_by else "Somebody"
        raise StateConflict(f"{name} is looking at this picture.")
    return assignment


def _hold(assignment: Assignment, user: User, now: datetime) -> Candidate:
    """Lease a locked assignment to a user and return its candidate, disguised."""
    again = assignment.leased_by_id == user.pk and (assignment.lease_expires_at or now) > now
    assignment.leased_by = user
    assignment.leased_at = assignment.leased_at if again else now
    assignment.lease_expires_at = now + timedelta(seconds=settings.REVIEW_LEASE_SECONDS)
    assignment.save(update_fields=["leased_by", "leased_at", "lease_expires_at"])
    related = ("render__style_version", "leased_by")
    candidate = Candidate.objects.select_related(*related).get(pk=assignment.candidate_id)
    return blind.disguise(candidate, assignment)


def step_aside(user: User, now: datetime) -> None:
    """Let others have what a user walked away from; the user may still walk back to it."""
    mine = Assignment.objects.filter(state=OPEN, leased_by=user, lease_expires_at__gt=now)
    mine.update(lease_expires_at=now)


def let_go(candidate_id: UUID, user: User) -> None:
    """Free an assignment that a user skips. Safe to repeat."""
    mine = Assignment.objects.filter(candidate=candidate_id, state=OPEN, leased_by=user)
    mine.update(leased_by=None, leased_at=None, lease_expires_at=None)


# -- answers -----------------------------------------------------------------------------------


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
    assignment = _asked(candidate, user, now)
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

    Without a word from the page it is the time since the picture was given out, if that is known.
    """
    if since is None:
        return None
    most = max(0, round((now - since).total_seconds() * 1000))
    return most if told is None or told < 0 else min(told, most)
