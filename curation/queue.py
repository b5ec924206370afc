"""Reads over what waits for a person: how many, in what order, and who looks at what."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from curation import blind
from curation.filters import EVERYTHING, Filters
from curation.models import Assignment, Brand, Candidate, Decision, Flag
from genart.accounts.models import User
from generation.models import Style, Tier

State = Candidate.State


def in_queue(filters: Filters = EVERYTHING, user: User | None = None) -> QuerySet[Candidate]:
    """Return what waits for a person, in the order in which it is offered.

    What was handed up is there only where the filters ask for it.
    """
    rows = Candidate.objects.filter(
        filters.matches(), state=State.REVIEW, escalated_at__isnull=not filters.escalated
    )
    if filters.mine and user:
        touched = Decision.objects.filter(candidate=OuterRef("pk"), user=user)
        rows = rows.filter(Exists(touched))
    return rows.order_by("-doubt", "created_at", "pk")


def free_for(user: User, now: datetime) -> Q:
    """Match what nobody but a user holds at this moment."""
    return Q(lease_expires_at=None) | Q(lease_expires_at__lte=now) | Q(leased_by=user)


def queue_counts(user: User | None = None, filters: Filters = EVERYTHING) -> dict[str, int]:
    """Return how many pictures wait for a person, are being scored, and were handed up.

    Pictures of which a blind opinion is asked count as waiting for those who may give it.
    """
    review, up = Q(state=State.REVIEW), Q(escalated_at__isnull=False)
    counts = Candidate.objects.filter(state__in=(State.REVIEW, State.SCORING)).aggregate(
        waiting=Count("pk", filter=review & ~up),
        handed_up=Count("pk", filter=review & up),
        scoring=Count("pk", filter=Q(state=State.SCORING)),
    )
    if filters != EVERYTHING:
        counts["waiting"] = in_queue(filters, user).order_by().count()
    return counts | {"waiting": counts["waiting"] + _asked(user, filters)}


def _asked(user: User | None, filters: Filters) -> int:
    """Return of how many pictures beside the queue a user's opinion is asked."""
    if user is None or filters.escalated or filters.mine or not blind.any_open():
        return 0
    gold = Q(purpose=Assignment.Purpose.GOLD)
    return blind.open_for(user, filters).exclude(gold & ~Q(leased_by=user)).count()


def decided_today(user: User) -> int:
    """Return how many verdicts of a user's last 24 hours stand, blind opinions included."""
    since = timezone.now() - timedelta(days=1)
    mine = Decision.objects.filter(user=user, decided_at__gte=since, undone_by=None)
    answers = Assignment.objects.filter(user=user, state="done", done_at__gte=since)
    return mine.filter(verdict__in=("approve", "reject")).count() + answers.count()


def held_by_others(user: User) -> list[Candidate]:
    """Return what other curators look at at this moment."""
    held = Candidate.objects.filter(
        state=State.REVIEW, lease_expires_at__gt=timezone.now(), leased_by__isnull=False
    )
    return list(held.exclude(leased_by=user).select_related("leased_by")[:200])


def stack_of(candidate: Candidate) -> QuerySet[Candidate]:
    """Return what waits beside a candidate: same job, same style, same prompt; itself included."""
    render = candidate.render
    same = Candidate.objects.filter(
        state=State.REVIEW,
        render__job=render.job_id,
        render__prompt=render.prompt,
        render__style_version__style=render.style_version.style_id,
    )
    return same.filter(escalated_at__isnull=candidate.escalated_at is None).order_by("pk")


@dataclass(frozen=True)
class Place:
    """Where a candidate stands in the queue.

    Attributes:
        before: its neighbour, to walk to.
        after: the other one.
        soon: whose pictures to fetch early.
        ahead: the one that is held for the user and comes next, whatever is decided now.
    """

    before: UUID | None
    after: UUID | None
    soon: tuple[UUID, ...]
    ahead: UUID | None = None


def place_of(
    candidate: Candidate,
    user: User,
    filters: Filters = EVERYTHING,
    *,
    ahead: UUID | None = None,
    expected: UUID | None = None,
    aside: UUID | None = None,
    soon: int = 4,
) -> Place:
    """Return what `user` may walk to from a candidate, and the next few likely to be shown.

    What others hold is left out. Three short walks along the queue's index, however long it is.

    Args:
        candidate: where the walk begins.
        user: who walks.
        filters: of the queue.
        ahead: a picture that is held for the user and comes next.
        expected: a picture from beside the queue that will probably be shown next.
        aside: one that the user was shown and walked away from; it lies before all others.
        soon: how many to fetch early.
    """
    free = free_for(user, timezone.now())
    others = in_queue(filters, user).filter(free).exclude(pk=candidate.pk)
    ids = others.values_list("pk", flat=True)
    first = list(others.values_list("pk", "doubt", "created_at")[:soon])
    likely: list[UUID] = [pk for pk, _doubt, _created_at in first]
    after = likely[0] if likely else None
    likely = list(dict.fromkeys(pk for pk in (ahead, expected, *likely) if pk))
    if candidate.state != State.REVIEW:
        return Place(None, after, tuple(likely), ahead)
    here = candidate.doubt, candidate.created_at, candidate.pk
    leads = not first or _sort_key(*here) < _sort_key(first[0][1], first[0][2], first[0][0])
    if leads:  # mostly so: then its neighbours are known already
        return Place(aside, after, tuple(likely), ahead)
    before = ids.filter(_ahead_of(*here)).reverse().first()
    after = ids.filter(~_ahead_of(*here)).first()
    near = [*likely, *([after] if after else [])]
    return Place(before or aside, after, tuple(dict.fromkeys(near)), ahead)


def first_ids(user: User, filters: Filters = EVERYTHING, count: int = 4) -> list[UUID]:
    """Return what stands first in the queue among what a user may have."""
    rows = in_queue(filters, user).filter(free_for(user, timezone.now()))
    return list(rows.values_list("pk", flat=True)[:count])


def _ahead_of(doubt: float, created_at: datetime, pk: UUID) -> Q:
    """Match what stands before a place in the queue."""
    earlier = Q(created_at__lt=created_at) | Q(created_at=created_at, pk__lt=pk)
    return Q(doubt__gt=doubt) | (Q(doubt=doubt) & earlier)


def _sort_key(doubt: float, created_at: datetime, pk: UUID) -> tuple[float, datetime, UUID]:
    """Return what sorts as the queue does."""
    return -doubt, created_at, pk


def choices(filters: Filters) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Return what the queue can be filtered by now: name, label, chosen value, its options."""
    waiting = Candidate.objects.filter(state=State.REVIEW)
    styles = Style.objects.filter(
        pk__in=waiting.values("render__style_version__style").distinct()
    ).values_list("slug", "name")
    kinds = Flag.objects.filter(candidate__state=State.REVIEW).order_by("kind")
    labels = dict(Flag.Kind.choices)
    found = kinds.values_list("kind", flat=True).distinct()
    brands = Brand.objects.filter(is_active=True).values_list("slug", "name")
    return [
        ("style", "Style", filters.style, list(styles.order_by("name"))),
        ("brand", "Brand", filters.brand, list(brands)),
        ("tier", "Tier", filters.tier, [(tier.value, str(tier.label)) for tier in Tier]),
        ("kind", "Held because", filters.kind, [(k, str(labels.get(k, k))) for k in found]),
    ]
