"""Whose turn it is to give a blind opinion, and who holds which picture for it.

A turn is a number of a curator's day; what it brings is drawn by a hash, so that reloading changes
nothing. Opinions are asked and answered in `assigning.py`.
"""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F
from django.utils import timezone

from curation import blind
from curation.filters import EVERYTHING, Filters
from curation.models import Assignment, Candidate
from curation.queue import decided_today
from curation.services.leases import lease_end
from genart.accounts.models import User
from genart.lib.errors import StateConflict

Purpose = Assignment.Purpose
OPEN = Assignment.State.OPEN
_DULL = (Purpose.AUDIT_APPROVED, Purpose.AUDIT_REJECTED, Purpose.SECOND)


def chance(text: str) -> float:
    """Return a number of 0 … 1 that depends on a text alone, evenly spread."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2**64


def held_by(
    user: User, now: datetime, filters: Filters, skipped: Sequence[UUID], *, ahead: bool = False
) -> Assignment | None:
    """Lock and return what a user holds beside the queue, shown first; or what is `ahead` alone."""
    if filters.escalated or filters.mine:
        return None
    mine = blind.held_by(user).filter(filters.matches("candidate__"), lease_expires_at__gt=now)
    mine = mine.filter(leased_at=None) if ahead else mine
    rows = mine.exclude(candidate__in=list(skipped)).select_for_update(of=("self",))
    return rows.order_by(F("leased_at").desc(nulls_last=True), "-pk").first()


def due(
    user: User, now: datetime, filters: Filters, skipped: Sequence[UUID], *, later: int = 0
) -> Assignment | None:
    """Lock and return a picture beside the queue if it is its turn.

    Args:
        user: who is asked.
        now: this moment.
        filters: of the queue; its pictures match them too.
        skipped: pictures to leave out.
        later: how many turns from now.
    """
    if filters.escalated or filters.mine:
        return None
    purposes = _purposes(user, turn=decided_today(user) + later)
    return _take(user, now, filters, skipped, purposes)


def any_left(
    user: User, now: datetime, filters: Filters, skipped: Sequence[UUID]
) -> Assignment | None:
    """Lock and return any audit or second opinion: nothing else waits."""
    if filters.escalated or filters.mine:
        return None
    return _take(user, now, filters, skipped, _DULL)


def expected_next(user: User, turn: int, filters: Filters = EVERYTHING) -> UUID | None:
    """Return the picture beside the queue that a user will see after this one, if it is one's turn.

    Pages fetch it early, as they do with what waits.
    """
    if filters.escalated or filters.mine:
        return None
    purposes = _purposes(user, turn=turn)
    rows = blind.open_for(user, filters).filter(blind.free(timezone.now()), purpose__in=purposes)
    return rows.values_list("candidate", flat=True).first() if purposes else None


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
    assignment = asked_of(candidate, user, now)
    return show(assignment, user, now) if assignment else None


def asked_of(candidate: Candidate, user: User, now: datetime) -> Assignment | None:
    """Lock and return the assignment under which a user meets a candidate.

    Raises:
        StateConflict: another curator looks at it.
    """
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


def show(assignment: Assignment, user: User, now: datetime) -> Candidate:
    """Lease a locked assignment to a user and return its candidate, disguised."""
    again = assignment.leased_by_id == user.pk and (assignment.lease_expires_at or now) > now
    assignment.leased_by = user
    assignment.leased_at = (assignment.leased_at if again else None) or now
    assignment.lease_expires_at = lease_end(now)
    assignment.save(update_fields=["leased_by", "leased_at", "lease_expires_at"])
    related = ("render__style_version", "leased_by")
    candidate = Candidate.objects.select_related(*related).get(pk=assignment.candidate_id)
    return blind.disguise(candidate, assignment)


def hold_ahead(assignment: Assignment, user: User, now: datetime) -> None:
    """Lease a locked assignment to a user who is shown its picture next."""
    assignment.leased_by, assignment.leased_at = user, None
    assignment.lease_expires_at = lease_end(now)
    assignment.save(update_fields=["leased_by", "leased_at", "lease_expires_at"])


def step_aside(user: User, now: datetime, keep: Sequence[int] = ()) -> None:
    """Let others have what a user walked away from; the user may still walk back to it.

    What was only held ahead is let go altogether: the user knows nothing of it.
    """
    mine = Assignment.objects.filter(state=OPEN, leased_by=user, lease_expires_at__gt=now)
    mine = mine.exclude(pk__in=keep)
    mine.filter(leased_at=None).update(leased_by=None, lease_expires_at=None)
    mine.update(lease_expires_at=now)


def let_go(candidate_id: UUID, user: User) -> None:
    """Free an assignment that a user skips. Safe to repeat."""
    mine = Assignment.objects.filter(candidate=candidate_id, state=OPEN, leased_by=user)
    mine.update(leased_by=None, leased_at=None, lease_expires_at=None)
