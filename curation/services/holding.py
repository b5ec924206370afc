"""Holds a picture for one curator at a time, so that no two decide on it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from curation import live
from curation.models import Candidate, Decision
from genart.accounts.models import User
from genart.lib.errors import NotAllowed, NotFound, StateConflict

State = Candidate.State


@transaction.atomic
def claim(*, candidate_id: UUID, user: User) -> Candidate:
    """Hold a candidate for a user, and let go of any other the user held.

    Raises:
        NotFound: there is no such candidate.
        StateConflict: it does not wait for a person, or another curator holds it.
    """
    may_review(user)
    now = timezone.now()
    candidate = locked(candidate_id)
    if candidate.state != State.REVIEW:
        raise StateConflict(what_was_decided(candidate))
    not_taken(candidate, user, now)
    return _hold(candidate, user, now)


@transaction.atomic
def claim_next(*, user: User, skipped: Sequence[UUID] = ()) -> Candidate | None:
    """Hold the next candidate for a user: the one held already, else the most doubtful free one.

    What was skipped comes last. `None`: nothing is free.
    """
    may_review(user)
    now = timezone.now()
    waiting = Candidate.objects.filter(state=State.REVIEW).order_by("-doubt", "created_at")
    mine = Q(leased_by=user, lease_expires_at__gt=now)
    for choice in (
        waiting.filter(mine).exclude(pk__in=skipped),
        waiting.filter(unleased(now)).exclude(pk__in=skipped),
        waiting.filter(unleased(now) | mine),
    ):
        candidate = choice.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if candidate:
            return _hold(candidate, user, now)
    return None


@transaction.atomic
def release(*, candidate_id: UUID, user: User) -> None:
    """Let go of a candidate, as when it is skipped. Safe to repeat."""
    mine = Candidate.objects.filter(pk=candidate_id, leased_by=user, state=State.REVIEW)
    if mine.update(leased_by=None, lease_expires_at=None):
        live.announce_holder(candidate_id)


def _hold(candidate: Candidate, user: User, now: datetime) -> Candidate:
    """Lease a locked candidate to a user, alone."""
    others = Candidate.objects.filter(leased_by=user, state=State.REVIEW).exclude(pk=candidate.pk)
    let_go = list(others.values_list("pk", flat=True))
    others.update(leased_by=None, lease_expires_at=None)
    fresh = candidate.leased_by_id != user.pk
    candidate.leased_by = user
    candidate.lease_expires_at = now + timedelta(seconds=settings.REVIEW_LEASE_SECONDS)
    candidate.save(update_fields=["leased_by", "lease_expires_at"])
    for candidate_id in [*let_go, *([candidate.pk] if fresh else [])]:
        live.announce_holder(candidate_id)
    return candidate


def locked(candidate_id: UUID) -> Candidate:
    """Return a candidate, locked until the transaction ends.

    Raises:
        NotFound: there is no such candidate.
    """
    rows = Candidate.objects.select_related("render", "leased_by").filter(pk=candidate_id)
    candidate = rows.select_for_update(no_key=True, of=("self",)).first()
    if candidate is None:
        raise NotFound("There is no such candidate.")
    return candidate


def unleased(now: datetime) -> Q:
    """Match rows that nobody holds at this moment."""
    return Q(lease_expires_at=None) | Q(lease_expires_at__lte=now)


def may_review(user: User) -> None:
    """Raise `NotAllowed` unless a user is a curator."""
    if not user.has_perm("curation.review"):
        raise NotAllowed("Only curators may work the review queue.")


def not_taken(candidate: Candidate, user: User, now: datetime) -> None:
    """Raise `StateConflict` where somebody else looks at a candidate."""
    held = candidate.lease_expires_at and candidate.lease_expires_at > now
    if held and candidate.leased_by and candidate.leased_by != user:
        raise StateConflict(f"{candidate.leased_by.get_username()} is looking at this picture.")


def what_was_decided(candidate: Candidate) -> str:
    """Say in a sentence why a candidate does not wait for review."""
    decision = standing(candidate)
    if decision is None or decision.verdict == Decision.Verdict.REVIEW:
        return "This picture does not wait for a person."
    word = "approved" if decision.verdict == Decision.Verdict.APPROVE else "rejected"
    return f"{decision.author.partition(':')[2]} {word} this picture already."


def standing(candidate: Candidate) -> Decision | None:
    """Return the decision that put a candidate where it is, if none took it back."""
    last = candidate.decisions.select_related("user", "gate__brand").order_by("-pk").first()
    return None if last is None or last.verdict == Decision.Verdict.UNDO else last
