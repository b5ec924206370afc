"""The ledger of remote calls: what was asked of whom, what it costs, and how it ended.

An entry is written before its order is sent, with the whole price, so that budgets hold while it is
open and no crash can lose a charge; it is corrected when the end is known. A render has at most one
open entry, which the database enforces: nothing is asked for twice at once.
"""

from decimal import Decimal

from django.db import transaction
from django.db.models import Max, Q, Sum
from django.utils import timezone

from generation.models import RemoteCall, Render
from generation.remote.types import Assignment

State = RemoteCall.State
OPEN = (State.SENDING, State.RUNNING)
MOST_IN_VAIN = 2
"""Times that one render may cost money without a picture; then a person has to decide."""
NOTHING = Decimal(0)
ID_LENGTH = 200
ERROR_LENGTH = 500


@transaction.atomic
def begin(assignment: Assignment) -> RemoteCall:
    """Write down that a render is about to be asked for, at the offer's price.

    Raises:
        IntegrityError: it is being asked for already.
    """
    render, provider = assignment.render, assignment.provider
    earlier = RemoteCall.objects.filter(render=render, provider=provider)
    last = earlier.aggregate(last=Max("attempt"))["last"] or 0
    return RemoteCall.objects.create(
        render=render,
        provider=provider,
        attempt=last + 1,
        cost_cents=assignment.offer.price_cents,
    )


def note_expected(call: RemoteCall, remote_id: str) -> None:
    """Write down under which id an order can be asked for, before it is sent."""
    call.remote_id = remote_id[:ID_LENGTH]
    call.save(update_fields=["remote_id"])


def note_running(call: RemoteCall, remote_id: str) -> None:
    """Write down that the provider took the order on, and its id. Safe to repeat."""
    remote_id = remote_id[:ID_LENGTH]
    if (call.state, call.remote_id) == (State.RUNNING, remote_id):
        return
    call.state, call.remote_id = State.RUNNING, remote_id
    RemoteCall.objects.filter(pk=call.pk, state__in=OPEN).update(
        state=State.RUNNING, remote_id=remote_id
    )


@transaction.atomic
def end(
    call: RemoteCall, state: State, *, cost_cents: Decimal | None = None, error: str = ""
) -> bool:
    """Close an entry; return `False`, and change nothing, if somebody closed it before.

    Args:
        call: the entry.
        state: how it ended.
        cost_cents: what it costs; the price it was opened at when left out.
        error: a sentence for the studio.
    """
    change = {"state": state, "ended_at": timezone.now(), "error": error[:ERROR_LENGTH]}
    if cost_cents is not None:
        change["cost_cents"] = cost_cents
    if not RemoteCall.objects.filter(pk=call.pk, state__in=OPEN).update(**change):
        return False
    for field, value in change.items():
        setattr(call, field, value)
    Render.objects.filter(pk=call.render_id).update(cost_cents=spent_on(call.render))
    return True


@transaction.atomic
def reopen(call: RemoteCall) -> bool:
    """Open an entry again whose picture came after it was given up; `False` if another is open."""
    given_up = RemoteCall.objects.filter(pk=call.pk, state=State.UNKNOWN)
    if RemoteCall.objects.filter(render=call.render_id, state__in=OPEN).exists():
        return False
    return bool(given_up.update(state=State.RUNNING, ended_at=None, error=""))


def spent_on(render: Render) -> Decimal:
    """Return what the ended calls of a render cost, in cents."""
    ended = RemoteCall.objects.filter(render=render).exclude(state__in=OPEN)
    return ended.aggregate(total=Sum("cost_cents"))["total"] or NOTHING


def paid_in_vain(render: Render) -> int:
    """Return how many calls of a render were, or may have been, charged without a picture."""
    lost = Q(state__in=(State.SPOILT, State.UNKNOWN))
    charged = Q(state__in=(State.FAILED, State.REFUSED), cost_cents__gt=0)
    return RemoteCall.objects.filter(lost | charged, render=render).count()
