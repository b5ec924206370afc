"""What the end of an errand means for the ledger, the render and the provider's health.

| how it ended | the call | money | the render |
|---|---|---|---|
| made and verified | done | what it costs | rendered |
| `Refused` | refused | none, unless charged | to others; failed where there are none |
| `RateLimited`, `Unavailable` | failed | none | back on the queue, uncounted |
| `Failed` | failed | none, unless charged | back on the queue; failed after three |
| `Spoilt` | spoilt | the price | once more; failed where it was the second |
| `Unknown` | unknown | the price | once more; failed where it was the second |
| its job was cancelled | cancelled | none if it had not begun | stays cancelled |

The rule for what nobody can tell: it is booked as paid, and asked for once more, which the router
does only within the budgets. So at most two prices are paid for one picture, and the ledger tells.
"""

import logging
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from generation import queue, work
from generation.images import picture_of
from generation.models import Checkpoint, Offer, RemoteCall, Render
from generation.remote import breaker, ledger
from generation.remote.errand import Errand
from generation.remote.ledger import MOST_IN_VAIN, NOTHING
from generation.remote.pictures import verified
from generation.remote.types import (
    Failed,
    Gone,
    Made,
    RateLimited,
    Refused,
    RemoteError,
    Running,
    Spoilt,
    Unavailable,
    Unknown,
)

logger = logging.getLogger(__name__)
State = RemoteCall.State

ENDS: dict[type[RemoteError], State] = {
    Refused: State.REFUSED,
    RateLimited: State.FAILED,
    Unavailable: State.FAILED,
    Failed: State.FAILED,
    Spoilt: State.SPOILT,
    Unknown: State.UNKNOWN,
    Gone: State.UNKNOWN,
}
BOOKED = (State.SPOILT, State.UNKNOWN)


def made(errand: Errand, answer: Made, seconds: float) -> None:
    """Verify a picture, store it, and book what it costs: all or nothing.

    Args:
        errand: the errand.
        answer: what the provider sent.
        seconds: how long it took.

    Raises:
        Spoilt: it is not the picture asked for; nothing was written.
    """
    render, provider = errand.render, errand.assignment.provider
    image, facts = verified(answer, errand.order)
    fingerprint = {**answer.fingerprint, **provenance(errand, answer), **facts}
    if "batch" in fingerprint:  # our own worker knows it by the call
        fingerprint["batch"] = [str(render.pk)]
    picture = picture_of(image, fingerprint | {"lane": render.lane})
    with transaction.atomic():
        ledger.end(errand.call, State.DONE, cost_cents=cents(answer.cost_cents))
        queue.complete(render_id=render.pk, token=errand.assignment.token, picture=picture)
    breaker.note_success(provider, seconds)
    work.announce([render])


def provenance(errand: Errand, answer: Made) -> dict[str, object]:
    """Return who made a picture, as its fingerprint says it."""
    provider = errand.assignment.provider
    return {
        "provider": provider.slug,
        "provider_kind": provider.kind,
        "model": errand.order.model or errand.render.checkpoint.slug,
        "remote_id": answer.remote_id or errand.call.remote_id,
        "call": str(errand.call.pk),
        "seed": errand.order.seed,
        "seed_echo": answer.seed,
    }


def cents(amount: float | None) -> Decimal | None:
    """Return an amount as the ledger keeps it."""
    return None if amount is None else Decimal(str(amount)).quantize(Decimal("0.0001"))


def cost_of(error: RemoteError) -> Decimal | None:
    """Return what a provider says an order cost that it charges for; `None`: its price."""
    return cents(error.cost_cents)


def ended(errand: Errand, error: RemoteError) -> None:
    """Book an order that ended without a picture and decide what becomes of its render.

    Nothing is decided where somebody else closed the entry before.
    """
    state = ENDS[type(error)]
    cost = cost_of(error) if error.charged or state in BOOKED else NOTHING
    with transaction.atomic():
        if ledger.end(errand.call, state, cost_cents=cost, error=error.message):
            _dispose(errand, error)
    _tell_the_breaker(errand, error)
    work.announce([errand.render])


def _dispose(errand: Errand, error: RemoteError) -> None:
    """Put a render back on the queue, or give it up with a reason."""
    token, render = errand.assignment.token, errand.render
    reason, final = error.message, False
    if isinstance(error, Refused):
        final = is_foreign(render) and not others(render).exists()
    elif isinstance(error, Spoilt | Unknown) or error.charged:
        times = ledger.paid_in_vain(render)
        final = is_foreign(render) and times >= MOST_IN_VAIN
        reason += f" It was paid for {times} times in vain; look at its calls." if final else ""
    if final or isinstance(error, Failed):
        queue.fail(token=token, render_ids=[render.pk], reason=reason, final=final)
    else:
        queue.release(token=token, note=reason)


def _tell_the_breaker(errand: Errand, error: RemoteError) -> None:
    """Note what the end says of the provider's health; a refusal says nothing."""
    provider = errand.assignment.provider
    if isinstance(error, RateLimited):
        breaker.note_rate_limit(provider, error.retry_after_seconds)
    elif not isinstance(error, Refused):
        breaker.note_failure(provider, error.message)


def is_foreign(render: Render) -> bool:
    """Return whether no worker of our own can make a render."""
    return render.checkpoint.source == Checkpoint.Source.REMOTE


def others(render: Render) -> QuerySet[Offer]:
    """Return the offers of providers that have not refused a render."""
    refused = RemoteCall.objects.filter(render=render, state=State.REFUSED)
    offers = Offer.objects.filter(checkpoint=render.checkpoint, is_active=True)
    return offers.filter(provider__is_active=True).exclude(provider__in=refused.values("provider"))


def called_off(errand: Errand) -> None:
    """Stop an order whose render ended without it, such as with its job, and book what it cost.

    It costs nothing only where the provider says that it never began, or took nothing for it.
    """
    call, remote_id = errand.call, errand.call.remote_id
    cost, note = None, "Its job ended before it came."
    if remote_id:
        errand.call_off(remote_id)
        try:
            answer: Running | Made | None = errand.client.poll(errand.order, remote_id)
        except Failed as error:
            cost = cost_of(error) if error.charged else NOTHING
            answer, note = None, error.message
        except RemoteError as error:
            answer, note = None, error.message
        if isinstance(answer, Made):
            cost, note = cents(answer.cost_cents), "It came after its job had ended."
    ledger.end(call, State.CANCELLED, cost_cents=cost, error=note)
