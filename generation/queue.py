"""Who renders what: claims, leases and the ends of a render. Owns those columns of `Render`.

A worker claims a group of compatible renders under one lease token and renews the lease while it
works. Every later change asks for that token, so that a worker that was given up for dead, and
comes back, changes nothing. A lease that runs out returns its renders to the queue with the same
seed. Asking for renders and cancelling them is in `generation/services.py`.
"""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.db.models.functions import Now
from django.utils import timezone
from PIL import Image

from generation.adherence import reseeding
from generation.attempts import note_ends
from generation.consistency.tasks import ring_when_complete
from generation.fairness import Head, choose
from generation.models import Job, Lane, RemoteCall, Render, RenderEvent
from generation.originals import file_stem, store
from generation.queued import claimable, heads
from generation.signals import render_finished

State = Render.State

MAX_ATTEMPTS = 3
"""Errors after which a render is given up."""
MAX_LOSSES = 20
"""Vanished workers after which a render is given up: it may be what kills them."""
ALONE_AFTER_LOSSES = 5
"""Vanished workers after which a render is claimed alone, so as not to take others along."""
CLAIM_TRIES = 5
LEASES_AHEAD = 3  # a lease that ends so far from now is older than a clock that was put back
OPEN = (RemoteCall.State.SENDING, RemoteCall.State.RUNNING)
NOTE_STEP = """
UPDATE generation_render SET step = %s WHERE id IN (
    SELECT id FROM generation_render
    WHERE lease_token = %s AND state = 'rendering' AND id = ANY(%s)
    ORDER BY id FOR NO KEY UPDATE
) RETURNING id
"""
"""One round trip at every denoising step; locks in the order of `held`."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Renders that one worker holds under one lease."""

    token: UUID
    renders: tuple[Render, ...]

    @property
    def ids(self) -> list[UUID]:
        """The renders' ids."""
        return [render.pk for render in self.renders]


@dataclass(frozen=True, slots=True)
class Picture:
    """A finished image, encoded.

    Attributes:
        png: the original.
        thumbnail: WebP, 320 px on the longer side.
        sha256: of `png`, in hex.
        fingerprint: how it was made.
        image: the same, decoded, where it is at hand.
    """

    png: bytes
    thumbnail: bytes
    sha256: str
    fingerprint: dict[str, object]
    image: Image.Image | None = None


def lease_end() -> object:
    """Return the expression for the end of a lease that starts now, on the database's clock."""
    return Now() + timedelta(seconds=settings.RENDER_LEASE_SECONDS)


def claim_group(
    *, worker: str, resident: Collection[int] = (), limit: int | None = None
) -> Claim | None:
    """Take up to `limit` compatible renders off the queue, or return `None` when it is empty.

    Renders of the archive lane come one by one. Several workers may call this at once; none gets
    what another has.

    Args:
        worker: name of the worker, as in `Worker`.
        resident: ids of the checkpoints it holds in memory, preferred.
        limit: largest group; `settings.RENDER_GROUP_LIMIT` when left out.
    """
    for _try in range(CLAIM_TRIES):
        head = choose(heads(claimable()), resident=resident, now=timezone.now())
        if head is None:
            return None
        claim = _claim(head, worker, limit or settings.RENDER_GROUP_LIMIT)
        if claim:
            return claim
    return None


@transaction.atomic
def _claim(head: Head, worker: str, limit: int) -> Claim | None:
    """Lock and mark renders of the head's group, those of its job first."""
    of_head = Case(When(job=head.job_id, then=Value(0)), default=Value(1))
    queued = (
        claimable()
        .filter(group_key=head.group_key)
        .order_by(of_head, "-job__priority", "attempts", "created_at", "job", "index")
    )
    first = queued.values_list("lane", "losses", "attempts").first()
    if first is None:
        return None
    lane, losses, attempts = first
    if lane == Lane.ARCHIVE or losses >= ALONE_AFTER_LOSSES or attempts:
        limit = 1  # what failed before is tried alone: its neighbours may be blameless
    else:
        queued = queued.filter(attempts=0, losses__lt=ALONE_AFTER_LOSSES)
    renders = list(queued.select_for_update(skip_locked=True, no_key=True, of=("self",))[:limit])
    return _hold(renders, worker) if renders else None


@transaction.atomic
def claim_one(*, render_id: UUID, worker: str, provider: str = "") -> Claim | None:
    """Take a given render off the queue, for a provider's slug; `None` if it waits no more."""
    queued = Render.objects.filter(pk=render_id, state=State.QUEUED, job__state=Job.State.ACTIVE)
    renders = list(queued.select_for_update(skip_locked=True, no_key=True, of=("self",)))
    return _hold(renders, worker, provider) if renders else None


def _hold(renders: list[Render], worker: str, provider: str = "") -> Claim:
    """Mark locked renders as being made under a new lease."""
    token, now = uuid.uuid4(), timezone.now()
    change = {"state": State.RENDERING, "lease_token": token, "worker": worker, "step": 0}
    change |= {"started_at": now, "finished_at": None, "error": "", "provider": provider}
    Render.objects.filter(pk__in=[render.pk for render in renders]).update(
        **change, lease_expires_at=lease_end()
    )
    for render in renders:
        for field, value in change.items():
            setattr(render, field, value)
    return Claim(token, tuple(renders))


def held(token: UUID) -> QuerySet[Render]:
    """Return the renders that a lease still holds, to be locked in the order of their ids.

    Every statement that locks several renders takes them in this order, so none waits for
    another in a circle.
    """
    renders = Render.objects.filter(lease_token=token, state=State.RENDERING).order_by("pk")
    return renders.select_for_update(no_key=True)


@transaction.atomic
def renew_lease(token: UUID) -> int:
    """Extend a lease and return how many renders it still holds."""
    ids = list(held(token).values_list("pk", flat=True))
    return Render.objects.filter(pk__in=ids).update(lease_expires_at=lease_end())


def note_step(*, token: UUID, render_ids: Collection[UUID], step: int) -> set[UUID]:
    """Record the denoising step and return which of the renders are still held.

    A render that is missing was cancelled, or its lease ran out: stop working on it.
    """
    with connection.cursor() as cursor:
        cursor.execute(NOTE_STEP, [step, token, list(render_ids)])
        return {row[0] for row in cursor.fetchall()}


def complete(*, render_id: UUID, token: UUID, picture: Picture) -> bool:
    """Store a finished picture; return `False`, and store nothing, if the lease was lost.

    The row is locked while the files are written, so that one row has one file: a worker that
    comes too late finds another token, and one that dies before the commit leaves a file that
    the next attempt replaces. Sends `render_finished` after the commit. A picture outside its
    tolerance goes back on the queue with the next seed instead, while there are tries left.
    """
    measured = reseeding.look(render_id, picture)
    with transaction.atomic():
        render = held(token).filter(pk=render_id).first()
        if render is None:
            return False
        if reseeding.sent_back(render, measured, picture):
            _end(render, State.QUEUED)
            return True
        _finish(render, reseeding.best_of(render, measured, picture))
    return True


def _finish(render: Render, picture: Picture) -> None:
    """Store the picture of a locked render, and tell those who wait for it after the commit."""
    render.file = store(f"{file_stem(render.pk)}.png", picture.png)
    render.thumbnail = store(f"{file_stem(render.pk)}.thumb.webp", picture.thumbnail)
    render.sha256, render.file_bytes = picture.sha256, len(picture.png)
    render.fingerprint, render.step = picture.fingerprint, render.steps
    _end(render, State.RENDERED)
    transaction.on_commit(lambda: _tell(render))


def _tell(render: Render) -> None:
    render_finished.send_robust(sender=Render, render_id=render.pk)
    ring_when_complete(render.job_id)


def _give_up(render: Render) -> bool:
    """End a locked render for good, with the best of its earlier tries if one was kept.

    Returns:
        Whether it failed.
    """
    kept = reseeding.last_resort(render)
    if kept is None:
        _end(render, State.FAILED)
        return True
    _finish(render, Picture(**kept))
    return False


def _end(render: Render, state: str) -> None:
    """Save a locked render without its lease."""
    render.state = state
    render.lease_token = render.lease_expires_at = None
    render.finished_at = None if state == State.QUEUED else timezone.now()
    render.save()


@transaction.atomic
def release(*, token: UUID, render_ids: Iterable[UUID] | None = None, note: str = "") -> int:
    """Put renders of a lease back on the queue, all or the given ones; return how many."""
    renders = held(token)
    if render_ids is not None:
        renders = renders.filter(pk__in=list(render_ids))
    rows = list(renders)
    note_ends(rows, RenderEvent.Kind.RELEASED, note)
    return Render.objects.filter(pk__in=[render.pk for render in rows]).update(
        state=State.QUEUED, lease_token=None, lease_expires_at=None, step=0
    )


@transaction.atomic
def fail(*, token: UUID, render_ids: Collection[UUID], reason: str, final: bool = False) -> int:
    """Note an error of renders of a lease; return how many were given up for good.

    They go back on the queue until `MAX_ATTEMPTS`.

    Args:
        token: the lease.
        render_ids: what failed.
        reason: a sentence for the studio.
        final: whether trying again cannot help.
    """
    given_up, renders = 0, list(held(token).filter(pk__in=render_ids))
    note_ends(renders, RenderEvent.Kind.FAILED, reason)
    for render in renders:
        render.attempts += 1
        render.error = reason
        render.step = 0
        if final or render.attempts >= MAX_ATTEMPTS:
            given_up += _give_up(render)
        else:
            _end(render, State.QUEUED)
    return given_up


@transaction.atomic
def reap_expired() -> list[Render]:
    """Put renders whose lease ran out back on the queue and return them. Safe beside itself.

    Not those that a provider is making: `remote/takeover.py` goes on with them.
    """
    beyond = Now() + timedelta(seconds=LEASES_AHEAD * settings.RENDER_LEASE_SECONDS)
    over = Q(lease_expires_at__lt=Now()) | Q(lease_expires_at__gt=beyond)
    expired = list(
        Render.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(over, state=State.RENDERING)
        .exclude(pk__in=RemoteCall.objects.filter(state__in=OPEN).values("render"))
        .order_by("pk")
    )
    note_ends(expired, RenderEvent.Kind.LOST)
    for render in expired:
        render.losses += 1
        render.step = 0
        if render.losses >= MAX_LOSSES:
            render.error = f"Its worker vanished {render.losses} times while rendering it."
            _give_up(render)
        else:
            _end(render, State.QUEUED)
    return expired
