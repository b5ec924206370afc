"""Holds pictures for one curator at a time, so that no two decide on one."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from curation import live
from curation.blind import DECIDED, any_open
from curation.filters import EVERYTHING, Filters
from curation.models import Assignment, Candidate, Decision
from curation.queue import in_queue, stack_of
from curation.services import leases, turns
from curation.services.ahead import Held, choose
from curation.services.leases import (
    ahead_of_others,
    first_of,
    held_by,
    is_held,
    lease_end,
    unleased,
)
from genart.accounts.models import User
from genart.lib.errors import NotAllowed, NotFound, StateConflict

State = Candidate.State
PAGE_LEAST = 12
"""A page of the grid takes this many where so many wait, even if little is left for others."""


@transaction.atomic
def claim(
    *, candidate_id: UUID, user: User, ahead: Filters | None = None, skipped: Sequence[UUID] = ()
) -> Candidate:
    """Hold a candidate for a user, and let go of any other the user held.

    One whose blind opinion is asked of the user is held as if it waited.

    Args:
        candidate_id: what to hold.
        user: for whom.
        ahead: of the queue whose next picture is held too (`ahead.py`); without, none is.
        skipped: what does not come next.

    Raises:
        NotFound: there is no such candidate.
        StateConflict: it does not wait for this user, or another curator holds it.
    """
    may_review(user)
    now, asks = timezone.now(), any_open()
    candidate = locked(candidate_id)
    if candidate.state in DECIDED and (asked := turns.asked_of(candidate, user, now)):
        return _show(asked, user, now, ahead, skipped, asks=asks)
    waits_for(candidate, user)
    not_taken(candidate, user, now)
    return _show(candidate, user, now, ahead, skipped, asks=asks)


@transaction.atomic
def claim_next(
    *,
    user: User,
    skipped: Sequence[UUID] = (),
    filters: Filters = EVERYTHING,
    ahead: bool = False,
) -> Candidate | None:
    """Hold the next candidate for a user: what is held already, else the most doubtful free one.

    Now and then it is one whose blind opinion is asked, in the look of any other that waits. What
    was skipped comes last; where nothing else is left, what another curator holds only ahead. With
    `ahead` the one after it is held too (`ahead.py`). `None`: nothing is there.
    """
    may_review(user)
    now, asks = timezone.now(), any_open()
    found = _held(user, now, filters, skipped, asks=asks)
    found = found or _free(user, now, filters, skipped, asks=asks)
    if found is None:
        return None
    return _show(found, user, now, filters if ahead else None, skipped, asks=asks)


@transaction.atomic
def claim_stack(
    *, user: User, skipped: Sequence[UUID] = (), filters: Filters = EVERYTHING
) -> list[Candidate]:
    """Hold the next candidate together with what waits beside it: same job, style and prompt.

    Siblings that another curator holds are left out. Nothing is free: an empty list.
    """
    may_review(user)
    now = timezone.now()
    rows = in_queue(filters, user)
    first = (
        _held(user, now, filters, skipped, asks=False)
        or first_of(rows.exclude(pk__in=skipped).filter(unleased(now)))
        or first_of(rows.filter(unleased(now) | held_by(user, now)))
    )
    return claimed_with_siblings(first, user, now) if isinstance(first, Candidate) else []


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
    free = stack_of(first).filter(unleased(now) | held_by(user, now)).exclude(pk=first.pk)
    rows = free.select_related("render").select_for_update(
        skip_locked=True, no_key=True, of=("self",)
    )
    together = sorted([first, *rows], key=lambda candidate: candidate.render.index)
    return _hold_only(together, user, now)


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
    for choice in (held_by(user, now), unleased(now)):
        more = rows.filter(choice).select_related("render__style_version")
        locked_rows = more.select_for_update(skip_locked=True, no_key=True, of=("self",))
        picked += list(locked_rows[: most - len(picked)]) if most > len(picked) else []
    return _hold_only(picked, user, now) if picked else []


@transaction.atomic
def keep(*, candidate_ids: Sequence[UUID], user: User) -> list[UUID]:
    """Hold on to several candidates that a user holds already; return those that are lost.

    Safe to repeat.
    """
    may_review(user)
    mine = Candidate.objects.filter(pk__in=list(candidate_ids), leased_by=user, state=State.REVIEW)
    kept = set(mine.select_for_update(no_key=True).values_list("pk", flat=True))
    Candidate.objects.filter(pk__in=kept).update(lease_expires_at=lease_end(timezone.now()))
    return [pk for pk in candidate_ids if pk not in kept]


@transaction.atomic
def release(*, candidate_id: UUID, user: User) -> None:
    """Let go of a candidate, as when it is skipped. Safe to repeat."""
    mine = Candidate.objects.filter(pk=candidate_id, leased_by=user, state=State.REVIEW)
    if mine.update(leased_by=None, leased_at=None, lease_expires_at=None):
        live.announce_holder(candidate_id)
    else:
        turns.let_go(candidate_id, user)


def _held(
    user: User, now: datetime, filters: Filters, skipped: Sequence[UUID], *, asks: bool
) -> Held | None:
    """Lock and return what a user holds: what is shown, else what is held ahead."""
    mine = in_queue(filters, user).filter(held_by(user, now)).exclude(pk__in=skipped)
    waiting = first_of(mine.order_by(F("leased_at").asc(nulls_last=True), *mine.query.order_by))
    asked = turns.held_by(user, now, filters, skipped) if asks else None
    if asked and (waiting is None or asked.leased_at is not None):
        return asked
    return waiting


def _free(
    user: User, now: datetime, filters: Filters, skipped: Sequence[UUID], *, asks: bool
) -> Held | None:
    """Lock and return what a user who holds nothing sees next."""
    rows, mine = in_queue(filters, user), held_by(user, now)
    due = turns.due(user, now, filters, skipped) if asks else None
    found: Held | None = due or first_of(rows.filter(unleased(now)).exclude(pk__in=skipped))
    found = found or first_of(rows.filter(unleased(now) | mine))
    if found is None and asks:
        found = turns.any_left(user, now, filters, skipped)
    return found or first_of(rows.filter(ahead_of_others(user, now)))


def _show(
    found: Held,
    user: User,
    now: datetime,
    filters: Filters | None,
    skipped: Sequence[UUID],
    *,
    asks: bool,
) -> Candidate:
    """Hold one picture and, where the queue is known, what comes after it; let go of the rest."""
    after = None
    if filters is not None:
        shown = found.candidate_id if isinstance(found, Assignment) else found.pk
        after = choose(user, now, filters, [*skipped, shown], asks=asks)
    both = [each for each in (found, after) if each is not None]
    leases.let_go(user, [each.pk for each in both if isinstance(each, Candidate)])
    if asks:
        opinions = [each.pk for each in both if isinstance(each, Assignment)]
        turns.step_aside(user, now, opinions)
    if isinstance(after, Candidate):
        leases.hold_ahead(after, user, now)
    elif after is not None:
        turns.hold_ahead(after, user, now)
    if isinstance(found, Assignment):
        return turns.show(found, user, now)
    return leases.hold([found], user, now)[0]


def _hold_only(candidates: list[Candidate], user: User, now: datetime) -> list[Candidate]:
    """Lease locked candidates to a user, and nothing else."""
    leases.let_go(user, [candidate.pk for candidate in candidates])
    turns.step_aside(user, now)
    return leases.hold(candidates, user, now)


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
    if is_held(candidate, now) and candidate.leased_by and candidate.leased_by != user:
        does = "is looking at" if candidate.leased_at else "comes next to"
        raise StateConflict(f"{candidate.leased_by.get_username()} {does} this picture.")


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
