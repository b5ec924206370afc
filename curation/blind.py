"""Pictures that a curator sees as if they waited, whatever was decided: reads and disguise.

An open `Assignment` asks for an opinion that must not lean on an earlier one. So whoever may still
be asked meets its picture as any other that waits: same address, same card, same counts. Whoever
decided on it before, and whoever looks after gates, sees it as it is. The shop shows what is on
sale to everybody; that cannot be hidden.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from curation.filters import EVERYTHING, Filters
from curation.models import Assignment, Candidate, Decision
from genart.accounts.models import User

State = Candidate.State
Purpose = Assignment.Purpose
DECIDED = (State.APPROVED, State.REJECTED)
PASSES = "Every measure passes; a person decides all the same."


def any_open() -> bool:
    """Tell whether any opinion is asked at all, in one short look: mostly none is."""
    return Assignment.objects.filter(state=Assignment.State.OPEN).exists()


def open_for(user: User, filters: Filters = EVERYTHING) -> QuerySet[Assignment]:
    """Return the assignments on which a user may still be asked, oldest first.

    Nobody is asked about a picture on which they decided or gave an opinion before.
    """
    decided = Decision.objects.filter(candidate=OuterRef("candidate"), user=user)
    answered = Assignment.objects.filter(candidate=OuterRef("candidate"), user=user)
    rows = Assignment.objects.filter(
        ~Exists(decided),
        ~Exists(answered.exclude(verdict="")),
        filters.matches("candidate__"),
        state=Assignment.State.OPEN,
        candidate__state__in=DECIDED,
    )
    return rows.order_by("created_at", "pk")


def held_by(user: User) -> QuerySet[Assignment]:
    """Return the open assignments that were last given to a user, newest first."""
    mine = Assignment.objects.filter(
        state=Assignment.State.OPEN, leased_by=user, candidate__state__in=DECIDED
    )
    return mine.order_by(F("leased_at").desc(nulls_last=True), "-pk")


def sees_through(user: User) -> bool:
    """Tell whether a user looks after gates, and so sees what was decided."""
    return user.has_perm("curation.change_gate")


def found_for(candidate_id: UUID, user: User) -> Assignment | None:
    """Return the assignment under which a user meets a candidate by its address, if there is one.

    The user's own comes first; whoever looks after gates meets no other.
    """
    mine = held_by(user).filter(candidate=candidate_id).first()
    if mine is not None or sees_through(user):
        return mine
    return open_for(user).filter(candidate=candidate_id).first()


def masked(candidate_ids: Iterable[UUID], user: User) -> set[UUID]:
    """Return those candidates whose state a user must not see yet."""
    ids = list(candidate_ids)
    if not Assignment.objects.filter(candidate__in=ids, state=Assignment.State.OPEN).exists():
        return set()
    rows = held_by(user) if sees_through(user) else open_for(user)
    return set(rows.filter(candidate__in=ids).values_list("candidate", flat=True))


def free(now: datetime) -> Q:
    """Match assignments that nobody has before them at this moment."""
    return Q(lease_expires_at=None) | Q(lease_expires_at__lte=now)


def disguise(candidate: Candidate, assignment: Assignment) -> Candidate:
    """Make a candidate in memory look as if it waited for a person. It must not be saved."""
    candidate.state = State.REVIEW
    candidate.decided_at = candidate.publish_at = None
    candidate.leased_by, candidate.leased_by_id = assignment.leased_by, assignment.leased_by_id
    candidate.lease_expires_at = assignment.lease_expires_at
    if assignment.purpose == Purpose.AUDIT_APPROVED:
        candidate.reasons = [PASSES]
    return candidate
