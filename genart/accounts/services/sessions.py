"""Where a person is signed in: the list, and how each end of it comes about."""

import math
import time
from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest
from django.utils import timezone

from genart.accounts.models import Device, PersonSession, User
from genart.accounts.services.devices import agent_of
from genart.lib.audit import note
from genart.lib.errors import NotFound

TOUCH_AFTER = timedelta(minutes=5)
TOUCHED_MOST = 10_000
_touched: dict[str, float] = {}
"""Sessions that this process has touched, and when, so that a page does not ask each time."""


def begin_session(*, user: User, request: HttpRequest, device: Device | None) -> PersonSession:
    """Write a session down that has just begun. Safe to repeat."""
    row, _made = PersonSession.objects.update_or_create(
        session_key=str(request.session.session_key),
        defaults={
            "user": user,
            "device": device,
            "agent": agent_of(request),
            "address": address_of(request) or None,
        },
    )
    return row


def touch_session(*, key: str) -> None:
    """Note that a session is used; asks the database at most once in five minutes."""
    if time.monotonic() - _touched.get(key, -math.inf) < TOUCH_AFTER.total_seconds():
        return
    if len(_touched) >= TOUCHED_MOST:
        _touched.clear()
    _touched[key] = time.monotonic()
    now = timezone.now()
    PersonSession.objects.filter(session_key=key, seen_at__lt=now - TOUCH_AFTER).update(seen_at=now)


def living_sessions(user: User) -> list[PersonSession]:
    """Return the sessions of a person that still hold, the latest first."""
    rows = list(user.sessions.all()[:50])
    keys = [row.session_key for row in rows]
    living = Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now())
    alive = set(living.values_list("session_key", flat=True))
    return [row for row in rows if row.session_key in alive]


@transaction.atomic
def end_session(*, user: User, pk: int) -> None:
    """End one session of a person, at once.

    Raises:
        NotFound: the person has no such session.
    """
    row = user.sessions.filter(pk=pk).first()
    if row is None:
        raise NotFound("That session has ended already.")
    Session.objects.filter(session_key=row.session_key).delete()
    row.delete()
    note(verb="session.ended", subject=user, actor=user)


@transaction.atomic
def end_every_session(*, user: User, actor: User | None = None) -> None:
    """End all sessions of a person, known to the list or not, and forget his browsers.

    The epoch is part of what each session must carry, so that none outlives it. A caller that wants
    to stay in calls `update_session_auth_hash` afterwards.
    """
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    Session.objects.filter(session_key__in=user.sessions.values("session_key")).delete()
    user.sessions.all().delete()
    user.devices.all().delete()
    note(verb="sessions.ended", subject=user, actor=actor or user)


def forget_ended_sessions() -> int:
    """Remove from the lists what no longer holds; return how many."""
    living = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return PersonSession.objects.exclude(session_key__in=living).delete()[0]


def address_of(request: HttpRequest) -> str:
    """Return the network address a request comes from; a proxy's, unless uvicorn trusts it."""
    return str(request.META.get("REMOTE_ADDR") or "")
