"""Who holds which waiting picture: reads and writes the lease of `Candidate`, within a transaction.

A picture is held either as the one that is shown (`leased_at` says since when) or ahead, as the one
that its holder sees next (`leased_at` is empty). Opinions asked blindly are leased the same way, by
`turns.py`.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from curation import live
from curation.models import Candidate
from genart.accounts.models import User

State = Candidate.State


def first_of(rows: QuerySet[Candidate]) -> Candidate | None:
    """Lock and return the first of some candidates that nobody else has locked."""
    related = rows.select_related("render__style_version")
    return related.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()


def hold(candidates: list[Candidate], user: User, now: datetime) -> list[Candidate]:
    """Lease locked candidates to a user who is shown them."""
    until = lease_end(now)
    shown = [each for each in candidates if is_shown_to(each, user, now)]
    fresh = [each for each in candidates if each not in shown]
    for candidate in fresh:
        candidate.leased_by, candidate.leased_at = user, now
    if fresh:
        rows = Candidate.objects.filter(pk__in=[candidate.pk for candidate in fresh])
        rows.update(leased_by=user, leased_at=now, lease_expires_at=until)
        live.announce_holder(fresh[0].pk)
    if shown:
        rows = Candidate.objects.filter(pk__in=[candidate.pk for candidate in shown])
        rows.update(lease_expires_at=until)
    for candidate in candidates:
        candidate.lease_expires_at = until
    return candidates


def hold_ahead(candidate: Candidate, user: User, now: datetime) -> None:
    """Lease a locked candidate to a user who is shown it next."""
    Candidate.objects.filter(pk=candidate.pk).update(
        leased_by=user, leased_at=None, lease_expires_at=lease_end(now)
    )


def let_go(user: User, keep: Collection[UUID]) -> None:
    """Free what a user holds, but for some."""
    others = Candidate.objects.filter(leased_by=user, state=State.REVIEW).exclude(pk__in=keep)
    let_go = list(others.values_list("pk", flat=True))
    if let_go:
        others.update(leased_by=None, leased_at=None, lease_expires_at=None)
        live.announce_holder(let_go[0])


def lease_end(now: datetime) -> datetime:
    """Return when a lease ends that is given at a moment."""
    return now + timedelta(seconds=settings.REVIEW_LEASE_SECONDS)


def unleased(now: datetime) -> Q:
    """Match rows that nobody holds at this moment."""
    return Q(lease_expires_at=None) | Q(lease_expires_at__lte=now)


def held_by(user: User, now: datetime) -> Q:
    """Match rows that a user holds at this moment, shown or ahead."""
    return Q(leased_by=user, lease_expires_at__gt=now)


def ahead_of_others(user: User, now: datetime) -> Q:
    """Match rows that another user holds only ahead."""
    ahead = Q(leased_by__isnull=False, leased_at=None, lease_expires_at__gt=now)
    return ahead & ~Q(leased_by=user)


def is_held(candidate: Candidate, now: datetime) -> bool:
    """Tell whether somebody holds a candidate at this moment."""
    return candidate.lease_expires_at is not None and candidate.lease_expires_at > now


def is_shown_to(candidate: Candidate, user: User, now: datetime) -> bool:
    """Tell whether a user holds a candidate as the one that is shown."""
    mine = candidate.leased_by_id == user.pk and is_held(candidate, now)
    return mine and candidate.leased_at is not None
