"""Holds pictures for one curator at a time, so that no two decide on one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from curation import live
from curation.blind import DECIDED, any_open
from curation.filters import EVERYTHING, Filters
from curation.models import Candidate, Decision
from curation.queue import in_queue, stack_of
from curation.services import assigning
from genart.accounts.models import User
from genart.lib.errors import NotAllowed, NotFound, StateConflict

State = Candidate.State
PAGE_LEAST = 12
"""A page of the grid takes this many where so many wait, even if little is left for others."""


@transaction.atomic
def claim(*, candidate_id: UUID, user: User) -> Candidate:
    """Hold a candidate for a user, and let go of any other the user held.

    One whose blind opinion is asked of the user is held as if it waited.

    Raises:
        NotFound: there is no such candidate.
        StateConflict: it does not wait for this user, or another curator holds it.
    """
    may_review(user)
    now = timezone.now()
    candidate = locked(candidate_id)
    if candidate.state in DECIDED and (found := assigning.hold(candidate, user, now)):
        _let_go(user, keep=())
        return found
    waits_for(candidate, user)
    not_taken(candidate, user, now)
    return _hold([candidate], user, now)[0]


@transaction.atomic
def claim_next(
    *, user: User, skipped: Sequence[UUID] = (), filters: Filters = EVERYTHING
) -> Candidate | None:
    """Hold the next candidate for a user: the one held already, else the most doubtful free one.

    Now and then it is one whose blind opinion is asked, in the look of any other that waits. What
    was skipped comes last. `None`: nothing is free.
    """
    may_review(user)
    now = timezone.now()
    any_asked = any_open()
    asked = assigning.next_for(user, now, filters, skipped, rest=False) if any_asked else None
    if asked is None:
        candidate = _next_waiting(user, now, filters, skipped)
        if candidate:
            return _hold([candidate], user, now, step_aside=any_asked)[0]
        if any_asked:
            asked = assigning.next_for(user, now, filters, skipped, rest=True)
    if asked is not None:
        _let_go(user, keep=())
    return asked


@transaction.atomic
def claim_stack(
    *, user: User, skipped: Sequence[UUID] = (), filters: Filters = EVERYTHING
) -> list[Candidate]:
    """Hold the next candidate together with what waits beside it: same job, style and prompt.

    Siblings that another curator holds are left out. Nothing is free: an empty list.
    """
    may_review(user)
    now = timezone.now()
    first = _next_waiting(user, now, filters, skipped)
    return claimed_with_siblings(first, user, now) if first else []


@transaction.atomic
def claim_stack_of(*, candidate_id: UUID, user: User) -> list[Candidate]:
    """Hold a given candidate together with what waits beside it.

    Raises:
        NotFound: there is no such candidate.
        StateConflict: it does not wait for this user, or another curator holds it.
    """
    may_review(user)
    now = timezone.now()
    candidate = locked(candidate_id)
    waits_for(candidate, user)
    not_taken(candidate, user, now)
    return claimed_with_siblings(candidate, user, now)


def claimed_with_siblings(first: Candidate, user: User, now: datetime) -> list[Candidate]:
    """Hold a locked candidate and its free siblings, in the order of the job."""
    mine = Q(leased_by=user, lease_expires_at__gt=now)
    free = stack_of(first).filter(unleased(now) | mine).exclude(pk=first.pk)
    rows = free.select_related("render").select_for_update(
        skip_locked=True, no_key=True, of=("self",)
    )
    together = sorted([first, *rows], key=lambda candidate: candidate.render.index)
    return _hold(together, user, now)


@transaction.atomic
def claim_page(
    *,
    user: User,
    skipped: Sequence[UUID] = (),
    filters: Filters = EVERYTHING,
    most: int = 60,
) -> list[Candidate]:
    """Hold a page of the queue: what is held already, filled up with the most doubtful free ones.

    It takes at most half of what waits, so that others have something too, or `PAGE_LEAST`.
    """
    may_review(user)
    now = timezone.now()
    rows = in_queue(filters, user).exclude(pk__in=list(skipped))
    most = min(most, max(PAGE_LEAST, rows.order_by().count() // 2))
    picked: list[Candidate] = []
    for choice in (_held_by(user, now), unleased(now)):
        more = rows.filter(choice).select_related("render__style_version")
        locked_rows = more.select_for_update(skip_locked=True, no_key=True, of=("self",))
        picked += list(locked_rows[: most - len(picked)]) if most > len(picked) else []
    return _hold(picked, user, now) if picked else []


@transaction.atomic
def keep(*, candidate_ids: Sequence[UUID], user: User) -> list[UUID]:
    """Hold on to several candidates that a user holds already; return those that are lost.

    Safe to repeat.
    """
    may_review(user)
    until = timezone.now() + timedelta(seconds=settings.REVIEW_LEASE_SECONDS)
    mine = Candidate.objects.filter(pk__in=list(candidate_ids), leased_by=user, state=State.REVIEW)
    kept = set(mine.select_for_update(no_key=True).values_list("pk", flat=True))
    Candidate.objects.filter(pk__in=kept).update(lease_expires_at=until)
    return [pk for pk in candidate_ids if pk not in kept]


@transaction.atomic
def release(*, candidate_id: UUID, user: User) -> None:
    """Let go of a candidate, as when it is skipped. Safe to repeat."""
    mine = Candidate.objects.filter(pk=candidate_id, leased_by=user, state=State.REVIEW)
    if mine.update(leased_by=None, leased_at=None, lease_expires_at=None):
        live.announce_holder(candidate_id)
    else:
        assigning.let_go(candidate_id, user)


def _next_waiting(
    user: User, now: datetime, filters: Filters, skipped: Sequence[UUID]
) -> Candidate | None:
    """Lock and return the next candidate for a user."""
    rows = in_queue(filters, user)
    mine = _held_by(user, now)
    for choice in (
        rows.filter(mine).exclude(pk__in=skipped),
        rows.filter(unleased(now)).exclude(pk__in=skipped),
        rows.filter(unleased(now) | mine),
    ):
        related = choice.select_related("render__style_version")
        candidate = related.select_for_update(skip_locked=True, no_key=True, of=("self",)).first()
        if candidate:
            return candidate
    return None


def _hold(
    candidates: list[Candidate], user: User, now: datetime, *, step_aside: bool = True
) -> list[Candidate]:
    """Lease locked candidates to a user, and no others."""
    ids = [candidate.pk for candidate in candidates]
    _let_go(user, keep=ids)
    if step_aside:
        assigning.step_aside(user, now)
    until = now + timedelta(seconds=settings.REVIEW_LEASE_SECONDS)
    fresh = [
        candidate
        for candidate in candidates
        if candidate.leased_by_id != user.pk or not held(candidate, now)
    ]
    for candidate in fresh:
        candidate.leased_by, candidate.leased_at = user, now
    Candidate.objects.filter(pk__in=[candidate.pk for candidate in fresh]).update(
        leased_by=user, leased_at=now, lease_expires_at=until
    )
    rest = set(ids) - {candidate.pk for candidate in fresh}
    if rest:
        Candidate.objects.filter(pk__in=rest).update(lease_expires_at=until)
    for candidate in candidates:
        candidate.lease_expires_at = until
    if fresh:
        live.announce_holder(fresh[0].pk)
    return candidates


def _let_go(user: User, keep: Sequence[UUID]) -> None:
    """Free what a user holds, but for some."""
    others = Candidate.objects.filter(leased_by=user, state=State.REVIEW).exclude(pk__in=keep)
    let_go = list(others.values_list("pk", flat=True))
    if let_go:
        others.update(leased_by=None, leased_at=None, lease_expires_at=None)
        live.announce_holder(let_go[0])


def locked(candidate_id: UUID) -> Candidate:
    """Return a candidate, locked until the transaction ends.

    Raises:
        NotFound: there is no such candidate.
    """
    rows = Candidate.objects.select_related("render__style_version", "render__job", "leased_by")
    rows = rows.filter(pk=candidate_id)
    candidate = rows.select_for_update(no_key=True, of=("self",)).first()
    if candidate is None:
        raise NotFound("There is no such candidate.")
    return candidate


def unleased(now: datetime) -> Q:
    """Match rows that nobody holds at this moment."""
    return Q(lease_expires_at=None) | Q(lease_expires_at__lte=now)


def _held_by(user: User, now: datetime) -> Q:
    return Q(leased_by=user, lease_expires_at__gt=now)


def held(candidate: Candidate, now: datetime) -> bool:
    """Tell whether somebody holds a candidate at this moment."""
    return candidate.lease_expires_at is not None and candidate.lease_expires_at > now


def may_review(user: User) -> None:
    """Raise `NotAllowed` unless a user is a curator."""
    if not user.has_perm("curation.review"):
        raise NotAllowed("Only curators may work the review queue.")


def waits_for(candidate: Candidate, user: User) -> None:
    """Raise `StateConflict` unless a candidate waits for a person such as this user."""
    if candidate.state == State.HELD:
        raise StateConflict("A check has not run yet, so nobody can decide on this picture.")
    if candidate.state != State.REVIEW:
        raise StateConflict(what_was_decided(candidate))
    if candidate.escalated_at and not user.has_perm("curation.decide_escalated"):
        raise StateConflict("This picture was handed up: a senior curator decides on it.")


def not_taken(candidate: Candidate, user: User, now: datetime) -> None:
    """Raise `StateConflict` where somebody else looks at a candidate."""
    if held(candidate, now) and candidate.leased_by and candidate.leased_by != user:
        raise StateConflict(f"{candidate.leased_by.get_username()} is looking at this picture.")


def what_was_decided(candidate: Candidate) -> str:
    """Say in a sentence why a candidate does not wait for review."""
    decision = standing(candidate)
    if decision is None or decision.verdict not in ("approve", "reject"):
        return "This picture does not wait for a person."
    word = "approved" if decision.verdict == Decision.Verdict.APPROVE else "rejected"
    return f"{decision.author.partition(':')[2]} {word} this picture already."


def standing(candidate: Candidate) -> Decision | None:
    """Return the decision that put a candidate where it is, if none took it back."""
    last = candidate.decisions.select_related("user", "gate__brand").order_by("-pk").first()
    return None if last is None or last.verdict == Decision.Verdict.UNDO else last
