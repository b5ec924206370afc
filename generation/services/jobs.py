"""Verbs: ask for a series, stop it, try its failures again.

Claims, leases and the ends of a render are in `generation/queue.py`. Every verb may run beside
itself; effects on others (doorbell, live pages) happen after the commit.
"""

import secrets
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from genart.lib.queue import send_on_commit
from generation import progress, tasks
from generation.compile import compile_renders, tier_of
from generation.models import Job, Lane, Render
from generation.screens import screen_spec
from generation.spec import SEED_LIMIT, DesignSpec, as_json, canonical_hash, parse_spec
from generation.sweeps import expand

UNFINISHED = (Render.State.QUEUED, Render.State.RENDERING)


def submit_job(
    *,
    spec: dict[str, Any],
    owner: User,
    idempotency_key: str | None = None,
    lane: str = Lane.STANDARD,
) -> tuple[Job, bool]:
    """Take on a design spec and queue its renders; return the job and whether it is new.

    With an `idempotency_key`, the same owner, key, spec and lane give the same job, also when
    asked twice at once.

    Raises:
        InvalidInput: the spec cannot be rendered; every fault with its place.
        StateConflict: the key was used with another spec.
    """
    parsed = parse_spec(spec, limit=settings.SPEC_RENDER_LIMIT)
    if lane not in Lane.values:
        raise InvalidInput(f"Choose a lane from {', '.join(Lane.values)}.", where="lane")
    spec_hash = canonical_hash(parsed)
    earlier = _earlier_job(owner, idempotency_key, spec_hash, lane)
    if earlier:
        return earlier, False
    screen_spec(parsed)
    return _write_job(parsed, spec_hash, owner, idempotency_key, Lane(lane))


def _earlier_job(owner: User, key: str | None, spec_hash: str, lane: str) -> Job | None:
    """Return the job that was made with this key.

    Raises:
        StateConflict: it was made from another spec.
    """
    job = Job.objects.filter(owner=owner, idempotency_key=key).first() if key else None
    if job and (job.spec_hash, job.lane) != (spec_hash, lane):
        raise StateConflict(
            "This Idempotency-Key was used with another spec: take a new key.",
            where="header.Idempotency-Key",
        )
    return job


def _write_job(
    parsed: DesignSpec, spec_hash: str, owner: User, key: str | None, lane: Lane
) -> tuple[Job, bool]:
    """Write a job with its renders and ring the doorbell; the earlier job if one was faster."""
    if parsed.seed is None:
        parsed = parsed.model_copy(update={"seed": secrets.randbelow(SEED_LIMIT)})
    plans = expand(parsed, limit=settings.SPEC_RENDER_LIMIT)
    renders = compile_renders(plans, lane=lane)
    job = Job(
        owner=owner,
        title=parsed.title or parsed.subject[:1].upper() + parsed.subject[1:200],
        spec=as_json(parsed),
        spec_hash=spec_hash,
        collection=parsed.collection or "",
        tier=tier_of(parsed, plans),
        lane=lane,
        idempotency_key=key,
    )
    try:
        with transaction.atomic():
            job.save(force_insert=True)
            for render in renders:
                render.job = job
            Render.objects.bulk_create(renders)
            send_on_commit(tasks.work_lane)
    except IntegrityError:
        earlier = _earlier_job(owner, key, spec_hash, lane)
        if earlier is None:
            raise
        return earlier, False
    return job, True


@transaction.atomic
def cancel_job(*, job_id: UUID) -> int:
    """Cancel what is not yet rendered and return how many renders that were. Safe to repeat.

    A worker notices at its next denoising step. What is rendered already stays.

    Raises:
        NotFound: there is no such job.
    """
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    unfinished = job.renders.filter(state__in=UNFINISHED).order_by("pk")
    ids = list(unfinished.select_for_update(no_key=True).values_list("pk", flat=True))
    now = timezone.now()
    Render.objects.filter(pk__in=ids).update(
        state=Render.State.CANCELLED, lease_token=None, lease_expires_at=None, finished_at=now
    )
    if job.state != Job.State.CANCELLED:
        job.state, job.cancelled_at = Job.State.CANCELLED, now
        job.save(update_fields=["state", "cancelled_at"])
    progress.announce(job_id, ids)
    return len(ids)


@transaction.atomic
def retry_job(*, job_id: UUID) -> int:
    """Queue the failed renders of a job again, with the same seeds; return how many.

    Raises:
        NotFound: there is no such job.
        StateConflict: the job was cancelled.
    """
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    if job.state == Job.State.CANCELLED:
        raise StateConflict("This job was cancelled: commission it anew instead.")
    failed = job.renders.filter(state=Render.State.FAILED).order_by("pk")
    ids = list(failed.select_for_update(no_key=True).values_list("pk", flat=True))
    Render.objects.filter(pk__in=ids).update(
        state=Render.State.QUEUED, attempts=0, losses=0, error="", step=0, finished_at=None
    )
    if ids:
        send_on_commit(tasks.work_lane)
        progress.announce(job_id, ids)
    return len(ids)
