"""Goes on with remote calls whose worker vanished, so that nothing is lost or asked for twice.

A render with an open call does not go back on the queue (`queue.reap_expired` leaves it alone): it
keeps its expired lease until a loop takes call and render over together. So it does with one that
went back all the same. Calls of renders that ended otherwise, such as with a cancelled job, are
taken over to be called off.
"""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from generation.attempts import note_ends
from generation.models import Offer, RemoteCall, Render, RenderEvent
from generation.queue import lease_end
from generation.remote.ledger import OPEN
from generation.remote.types import Assignment

State = Render.State
GOING_ON = (State.QUEUED, State.RENDERING)
LOST = "Its worker vanished while a provider made it; another goes on with it."


def adrift() -> QuerySet[RemoteCall]:
    """Return the open calls that perhaps nobody looks after, oldest first."""
    expired = Q(render__state=State.RENDERING, render__lease_expires_at__lt=Now())
    expired |= Q(render__state=State.QUEUED)
    ended = Q(render__state__in=(State.CANCELLED, State.FAILED, State.RENDERED))
    calls = RemoteCall.objects.filter(expired | ended, state__in=OPEN).order_by("created_at")
    return calls.select_related("provider", "render__checkpoint", "render__job")


def is_adrift(call: RemoteCall, now: datetime) -> bool:
    """Return whether nobody looks after one of these calls.

    Whoever waits for the answer about a render that ended hears of its end when he asks next, or
    when the answer comes: he is given that time.
    """
    if call.render.state in GOING_ON:
        return True
    patience = timedelta(seconds=settings.RENDER_LEASE_SECONDS)
    if call.state == RemoteCall.State.SENDING:
        return now > call.created_at + timedelta(seconds=call.provider.timeout_seconds) + patience
    return now > (call.render.finished_at or call.created_at) + patience


def has_adrift() -> bool:
    """Return whether a call waits to be taken over."""
    now = timezone.now()
    return any(is_adrift(call, now) for call in adrift())


def take_over(worker: str) -> tuple[Assignment, RemoteCall] | None:
    """Take one call over from a worker that vanished; `None` where there is none.

    Safe beside itself: one of several gets it. Calls to be called off may be given out twice, and
    may be called off twice.
    """
    now = timezone.now()
    for call in adrift():
        if is_adrift(call, now):
            taken = _take(call.pk, worker)
            if taken:
                return taken
    return None


@transaction.atomic
def _take(call_id: uuid.UUID, worker: str) -> tuple[Assignment, RemoteCall] | None:
    """Lock a call and give its render, if it is still being made, a new lease."""
    locked = adrift().select_for_update(skip_locked=True, no_key=True, of=("self",))
    call = locked.filter(pk=call_id).first()
    if call is None:
        return None
    render, token = call.render, uuid.uuid4()
    if render.state in GOING_ON and not _hold(call, token, worker):
        return None
    return Assignment(token, render, _offer(call)), call


def _hold(call: RemoteCall, token: uuid.UUID, worker: str) -> bool:
    """Give the render of a call a new lease; `False` if somebody was faster."""
    render = call.render
    note_ends([render], RenderEvent.Kind.LOST, LOST)
    change: dict[str, object] = {
        "state": State.RENDERING,
        "provider": call.provider.slug,
        "worker": worker,
    }
    change |= {"lease_token": token, "started_at": render.started_at or timezone.now()}
    held = Render.objects.filter(pk=render.pk, state=render.state)
    if render.state == State.RENDERING:
        held = held.filter(lease_expires_at__lt=Now())
    if not held.update(**change, lease_expires_at=lease_end()):
        return False
    for field, value in change.items():
        setattr(render, field, value)
    return True


def _offer(call: RemoteCall) -> Offer:
    """Return the offer a call was made by, or one like it if it is gone."""
    known = {"provider": call.provider, "checkpoint": call.render.checkpoint}
    offer = Offer.objects.filter(**known).first() or Offer(**known, price_cents=call.cost_cents)
    offer.provider = call.provider
    return offer


def let_go(token: uuid.UUID) -> None:
    """End a lease at once without ending its render: another worker goes on with the call."""
    Render.objects.filter(lease_token=token, state=State.RENDERING).update(lease_expires_at=Now())
