"""Verbs: ask for a copy or for the end, take the end back, do what is due."""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from genart.accounts.models import User
from genart.accounts.services.notices import tell
from genart.lib.audit import note
from genart.lib.errors import GenartError, NotFound, StateConflict
from genart.lib.queue import send_on_commit
from genart.privacy.models import DataRequest
from genart.privacy.services import erasing, exporting
from genart.privacy.subject import Subject, guest

logger = logging.getLogger(__name__)
Kind, State = DataRequest.Kind, DataRequest.State
EXPORTS_A_DAY = 3


def subject_of(asked: DataRequest) -> Subject:
    """Return whose data a request is about."""
    return Subject(user=asked.user) if asked.user else guest(asked.email)


def ask_export(*, subject: Subject, by: User | None = None) -> DataRequest:
    """Have an archive made of everything about somebody; one under way is returned.

    Raises:
        StateConflict: he asked very often today.
    """
    day = timezone.now() - timedelta(days=1)
    if _of(subject).filter(kind=Kind.EXPORT, asked_at__gt=day).count() >= EXPORTS_A_DAY:
        raise StateConflict(
            "You asked for several copies today. Take one of them, or ask tomorrow."
        )
    asked = _open(subject, Kind.EXPORT, timedelta(0), by)
    _ring(asked)
    return asked


def ask_erasure(*, subject: Subject, by: User | None = None) -> DataRequest:
    """Have everything about somebody erased after the days of grace; one that waits is returned.

    Raises:
        StateConflict: the account cannot go as it is; the sentence says what to do first.
    """
    obstacle = erasing.obstacle(subject)
    if obstacle:
        raise StateConflict(obstacle)
    grace = timedelta(days=settings.ERASURE_GRACE_DAYS)
    asked = _open(subject, Kind.ERASURE, grace, by)
    if asked.user is not None:
        tell(user=asked.user, notice="erasure_asked", detail=f"On {asked.due_at:%d %B %Y}.")
    return asked


@transaction.atomic
def cancel_erasure(*, user: User) -> None:
    """Take an erasure back.

    Raises:
        NotFound: none waits; it may be done already.
    """
    waiting = DataRequest.objects.select_for_update().filter(
        user=user, kind=Kind.ERASURE, state=State.WAITING
    )
    asked = waiting.first()
    if asked is None:
        raise NotFound("No erasure waits for your account.")
    asked.state, asked.done_at = State.CANCELLED, timezone.now()
    asked.save(update_fields=["state", "done_at"])
    note(verb="erasure.cancelled", subject=user, actor=user)


def fulfil(*, request_id: UUID) -> bool:
    """Do what a request asks, if it is due; return whether it is done now.

    Safe to repeat and beside itself: the row is locked meanwhile, and tells what was done.
    """
    with transaction.atomic():
        rows = DataRequest.objects.select_for_update(skip_locked=True, of=("self",))
        asked = rows.select_related("user").filter(pk=request_id, state=State.WAITING).first()
        if asked is None or asked.due_at > timezone.now():
            return False
        try:
            with transaction.atomic():
                _do(asked)
        except GenartError as error:  # it waits for something: said on the page, tried again
            DataRequest.objects.filter(pk=asked.pk).update(problem=error.message[:300])
            return False
    return True


def sweep() -> int:
    """Ring for what is due, and remove archives whose time is over; return how many are due."""
    now = timezone.now()
    for asked in DataRequest.objects.filter(state=State.READY, expires_at__lte=now):
        remove_archive(asked)
    due = DataRequest.objects.filter(state=State.WAITING, due_at__lte=now).order_by("due_at")[:50]
    for asked in due:
        _ring(asked)
    return len(due)


def remove_archive(asked: DataRequest) -> None:
    """Remove an archive and say so in its row. Safe to repeat."""
    name = asked.file
    DataRequest.objects.filter(pk=asked.pk).update(state=State.EXPIRED, file="")
    if name:
        storages["originals"].delete(name)


def _do(asked: DataRequest) -> None:
    """Make the archive or erase; write the outcome into the row."""
    subject, now = subject_of(asked), timezone.now()
    if asked.kind == Kind.EXPORT:
        archive = exporting.write_archive(subject, asked.pk)
        asked.file, asked.sha256, asked.size_bytes = archive.name, archive.sha256, archive.size
        asked.outcome, asked.state = archive.counts, State.READY
        asked.expires_at = now + timedelta(days=settings.RETENTION_DAYS["EXPORTS"])
        if asked.user is not None:
            tell(user=asked.user, notice="data_ready")
    else:
        asked.outcome, asked.state = erasing.erase(subject, request_id=asked.pk), State.DONE
        asked.email = ""
    asked.done_at, asked.problem = now, ""
    asked.save()


def _open(subject: Subject, kind: str, wait: timedelta, by: User | None) -> DataRequest:
    """Return the request that waits, written now where there is none."""
    whose = {"user": subject.user, "email": subject.email}
    waiting = DataRequest.objects.filter(kind=kind, state=State.WAITING, **whose)
    found = waiting.first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            asked = DataRequest.objects.create(
                kind=kind, due_at=timezone.now() + wait, asked_by=by, **whose
            )
            note(verb=f"{kind}.asked", subject=asked, actor=by or subject.user)
    except IntegrityError:  # asked twice at once
        return waiting.get()
    return asked


def _of(subject: Subject) -> QuerySet[DataRequest]:
    return DataRequest.objects.filter(user=subject.user, email=subject.email)


def _ring(asked: DataRequest) -> None:
    from genart.privacy.tasks import fulfil_request  # late: workers import the verbs

    send_on_commit(fulfil_request, str(asked.pk))
