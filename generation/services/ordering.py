"""Verbs about who is served when: priority, pause, resume, order by hand.

They change what is claimed next, never what is being rendered. The rule that reads these columns
is in `generation/fairness.py`. Each verb is safe to repeat.
"""

from uuid import UUID

from django.db import connection, transaction
from django.db.models import Max, Min
from django.utils import timezone

from genart.lib.errors import InvalidInput, NotFound, StateConflict
from generation import progress, tasks
from generation.models import Job, Render

LOCK = 0x67656E6172740010
"""Advisory lock of the order by hand."""
LOWEST_PRIORITY, HIGHEST_PRIORITY = -10, 10


@transaction.atomic
def pause_job(*, job_id: UUID) -> Job:
    """Let nothing more of a job be claimed; what is being rendered is finished.

    Raises:
        NotFound: there is no such job.
        StateConflict: it was cancelled.
    """
    job = _locked(job_id)
    if job.state == Job.State.ACTIVE:
        job.state, job.paused_at = Job.State.PAUSED, timezone.now()
        job.save(update_fields=["state", "paused_at"])
        progress.announce(job.pk, _waiting(job))
    return job


@transaction.atomic
def resume_job(*, job_id: UUID) -> Job:
    """Let a paused job go on where it stopped.

    Raises:
        NotFound: there is no such job.
        StateConflict: it was cancelled.
    """
    job = _locked(job_id)
    if job.state == Job.State.PAUSED:
        job.state, job.paused_at = Job.State.ACTIVE, None
        job.save(update_fields=["state", "paused_at"])
        tasks.call_workers()
        progress.announce(job.pk, _waiting(job))
    return job


@transaction.atomic
def set_priority(*, job_id: UUID, priority: int) -> Job:
    """Serve a job before those of lower priority.

    Raises:
        InvalidInput: the priority is not from -10 to 10.
        NotFound: there is no such job.
        StateConflict: it was cancelled.
    """
    if not LOWEST_PRIORITY <= priority <= HIGHEST_PRIORITY:
        raise InvalidInput(
            f"Choose a priority from {LOWEST_PRIORITY} to {HIGHEST_PRIORITY}.", where="priority"
        )
    job = _locked(job_id)
    job.priority = priority
    job.save(update_fields=["priority"])
    return job


@transaction.atomic
def move_job(*, job_id: UUID, before: UUID | None) -> Job:
    """Give a job a place in the order by hand: right before another, or behind all that have one.

    Among jobs of one priority those with a place come first, in its order; the others take turns.

    Args:
        job_id: the job to move.
        before: the job that shall follow it. It gets a place too where it has none; its priority
            is taken over, since a lower one would undo the move.

    Raises:
        InvalidInput: the job is to stand before itself.
        NotFound: there is no such job.
        StateConflict: one of them was cancelled.
    """
    if before == job_id:
        raise InvalidInput("A job cannot stand before itself: choose another.", where="before")
    _lock_places()
    job = _locked(job_id)
    if before is None:
        job.place = _last_place(job) + 1
    else:
        follower = _locked(before)
        if follower.place is None:
            follower.place = _last_place(follower) + 1
            follower.save(update_fields=["place"])
        job.priority = follower.priority
        job.place = _place_before(follower, job)
    job.save(update_fields=["place", "priority"])
    return job


@transaction.atomic
def release_place(*, job_id: UUID) -> Job:
    """Let a job take turns with the others again.

    Raises:
        NotFound: there is no such job.
        StateConflict: it was cancelled.
    """
    job = _locked(job_id)
    job.place = None
    job.save(update_fields=["place"])
    return job


def _locked(job_id: UUID) -> Job:
    """Return a job that is not cancelled, locked."""
    job = Job.objects.select_for_update(no_key=True).filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    if job.state == Job.State.CANCELLED:
        raise StateConflict("This job was cancelled: commission it anew instead.")
    return job


def _waiting(job: Job) -> list[UUID]:
    return list(job.renders.filter(state=Render.State.QUEUED).values_list("pk", flat=True))


def _lock_places() -> None:
    """Let one person at a time change the order: places are found from one another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


def _last_place(job: Job) -> float:
    """Return the last place of the other jobs of this priority, 0 where none has one."""
    others = Job.objects.filter(priority=job.priority).exclude(pk=job.pk)
    return others.aggregate(last=Max("place"))["last"] or 0.0


def _place_before(follower: Job, job: Job) -> float:
    """Return a place between a job and the one that stood before it; make room if there is none."""
    others = Job.objects.filter(priority=follower.priority).exclude(pk=job.pk)
    behind = follower.place or 0.0
    earlier = others.filter(place__lt=behind).aggregate(last=Max("place"))["last"]
    if earlier is None:
        first = others.aggregate(first=Min("place"))["first"]
        return float(first) - 1
    middle = float(earlier + behind) / 2
    if earlier < middle < behind:
        return middle
    for number, row in enumerate(others.filter(place__isnull=False).order_by("place"), start=1):
        Job.objects.filter(pk=row.pk).update(place=number)
        if row.pk == follower.pk:
            behind = float(number)
    return behind - 0.5
