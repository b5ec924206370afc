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
from genart.lib import tracing
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from genart.lib.queue import send_on_commit
from generation import progress, tasks
from generation.attempts import note_ends
from generation.models import GoldenRun, Job, Lane, Render, RenderEvent
from generation.outlook import Outlook, prepared
from generation.screens import screen_spec
from generation.spec import SEED_LIMIT, as_json, canonical_hash, parse_spec
from generation.spec_words import references, resolved

UNFINISHED = (Render.State.QUEUED, Render.State.RENDERING)


def submit_job(
    *,
    spec: dict[str, Any],
    owner: User,
    idempotency_key: str | None = None,
    lane: str = Lane.STANDARD,
    purpose: str = Job.Purpose.SERIES,
    golden_run: GoldenRun | None = None,
    budget_cents: int | None = None,
    priority: int | None = None,
) -> tuple[Job, bool]:
    """Take on a design spec and queue its renders; return the job and whether it is new.

    With an `idempotency_key`, the same owner, key, spec and lane give the same job, also when
    asked twice at once.

    Args:
        spec: a document of any version.
        owner: who asks.
        idempotency_key: what makes two requests one.
        lane: how it is rendered.
        purpose: of the job; what is no series is never judged or sold.
        golden_run: which proof of a checkpoint it belongs to.
        budget_cents: what other people's compute may cost; else as the spec says.
        priority: -10 … 10; else as the spec says, else 0.

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
    if parsed.seed is None:
        parsed = parsed.model_copy(update={"seed": secrets.randbelow(SEED_LIMIT)})
    outlook = prepared(parsed, lane=lane)
    job = _new_job(outlook, spec_hash, owner, idempotency_key, lane)
    job.purpose, job.golden_run = purpose, golden_run
    job.budget_cents = parsed.budget_cents if budget_cents is None else budget_cents
    job.priority = (parsed.priority or 0) if priority is None else priority
    return write_job(job, outlook.renders)


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


def _new_job(outlook: Outlook, spec_hash: str, owner: User, key: str | None, lane: str) -> Job:
    """Return the unsaved job of a series."""
    parsed = outlook.spec
    return Job(
        owner=owner,
        title=parsed.title or _title(parsed.subject),
        spec=as_json(parsed),
        spec_hash=spec_hash,
        collection=parsed.collection or "",
        tier=outlook.tier,
        lane=lane,
        outlook=outlook.as_note(),
        idempotency_key=key,
    )


def _title(subject: str) -> str:
    """Return a subject as a title; a word list is said by its name."""
    said = resolved(subject, {slug: slug.replace("-", " ") for slug in references(subject)})
    return said[:1].upper() + said[1:200]


def write_job(job: Job, renders: list[Render]) -> tuple[Job, bool]:
    """Write a job with its renders and ring the doorbell; the earlier job if one was faster."""
    try:
        with transaction.atomic():
            job.save(force_insert=True)
            origin = tracing.carried()
            for render in renders:
                render.job, render.origin = job, origin
            Render.objects.bulk_create(renders)
            tasks.call_workers()
            send_on_commit(tasks.work_remote)
    except IntegrityError:
        earlier = _earlier_job(job.owner, job.idempotency_key, job.spec_hash, job.lane)
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
    renders = list(unfinished.select_for_update(no_key=True))
    under_way = [render for render in renders if render.state == Render.State.RENDERING]
    note_ends(under_way, RenderEvent.Kind.CANCELLED)
    ids, now = [render.pk for render in renders], timezone.now()
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
        state=Render.State.QUEUED,
        attempts=0,
        losses=0,
        error="",
        step=0,
        finished_at=None,
        origin=tracing.carried(),
    )
    if ids:
        tasks.call_workers()
        send_on_commit(tasks.work_remote)
        progress.announce(job_id, ids)
    return len(ids)
