"""Act once on what a gateway says: ledger, state, rights, credits and counters together.

`settle_payment` is the only way to a grant. The webhook, the return page and the sweep all call it,
in any order and any number of times. Each event is in the ledger once, with what was done about it.
"""

import logging
from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalog.checkout.gateway import GatewayEvent
from catalog.demand.noting import record_sold
from catalog.models import Artwork, CartItem, Grant, Order, OrderLine, PaymentEvent
from catalog.services import bells, credits, exclusive, refunds
from catalog.services.counters import record_sale
from catalog.services.papers import issue_invoice
from catalog.services.pricing import is_sold, refresh_sold
from genart.lib.errors import NotFound

log = logging.getLogger(__name__)
Kind = GatewayEvent.Kind
BANK_DAYS = timedelta(days=14)
"""How long a payment that is under way may take."""
NOTHING_DUE = "shop"
"""The gateway named in the ledger where credits or a code left nothing to pay."""
TOO_LATE = gettext_noop("The work was no longer for sale when the payment arrived.")


@transaction.atomic
def settle_payment(*, event: GatewayEvent) -> Order:
    """Act once on an event, and return its order as it is then.

    Events may come twice, late, in any order, or not at all. A payment counts even after a decline
    or when the page has closed; nothing follows a payment but refunds and disputes.

    Raises:
        NotFound: the event names no order of ours; nothing was written.
    """
    order = _order_of(event)
    noted, created = PaymentEvent.objects.get_or_create(
        gateway=event.gateway,
        event_id=event.event_id,
        defaults={"kind": event.kind, "payload": dict(event.payload), "order": order},
    )
    if created:
        noted.outcome = _act(order, event)[:200]
        noted.save(update_fields=["outcome"])
    return order


def _order_of(event: GatewayEvent) -> Order:
    """Return the order of an event, locked."""
    rows = Order.objects.select_for_update(no_key=True, of=["self"]).select_related("buyer")
    if event.gateway != NOTHING_DUE:  # no gateway speaks for the orders of another
        rows = rows.filter(gateway=event.gateway)
    order = None
    if event.order_id is not None:
        order = rows.filter(pk=event.order_id).first()
    elif event.payment_reference:
        order = rows.filter(payment_reference=event.payment_reference).first()
    if order is None:
        raise NotFound("The payment event names no order of this shop.", where="order")
    return order


def _act(order: Order, event: GatewayEvent) -> str:
    """Do what an event asks for, and say it in a few words; the caller holds the order's lock."""
    return {
        Kind.PAID: _paid,
        Kind.WAITING: _waiting,
        Kind.DECLINED: _unpaid,
        Kind.EXPIRED: _unpaid,
        Kind.REFUNDED: refunds.on_refunded,
        Kind.REFUND_DONE: refunds.on_refund_done,
        Kind.REFUND_FAILED: refunds.on_refund_failed,
        Kind.DISPUTED: refunds.on_disputed,
        Kind.DISPUTE_WON: refunds.on_dispute_won,
        Kind.DISPUTE_LOST: refunds.on_dispute_lost,
    }[event.kind](order, event)


def _paid(order: Order, event: GatewayEvent) -> str:
    """Count a payment: the order's own, one too many, or a wrong one."""
    if (event.amount_cents, event.currency) != (order.due_cents, order.currency):
        sums = f"{event.amount_cents} {event.currency} for {order.due_cents} {order.currency}"
        flag(order, f"A payment of a wrong sum arrived ({sums}): look at {event.reference}.")
        return f"refused: wrong sum, {sums}"
    if order.paid_at is not None:
        if event.payment_reference in ("", order.payment_reference):
            return "known: paid already"
        return refunds.pay_back_surplus(order, event)
    late = order.state == Order.State.CANCELLED
    order.state, order.paid_at = Order.State.PAID, timezone.now()
    order.payment_reference = event.payment_reference
    if event.country:
        order.country_evidence = order.country_evidence | {"payment": event.country}
    order.save(update_fields=["state", "paid_at", "payment_reference", "country_evidence"])
    return _deliver(order) + (", after it was closed" if late else "")


def _waiting(order: Order, event: GatewayEvent) -> str:
    """Keep an order open while the bank takes its time."""
    if order.state != Order.State.PENDING:
        return f"late: the order is {order.state}"
    order.expires_at = timezone.now() + BANK_DAYS
    order.save(update_fields=["expires_at"])
    return "waits for the bank"


def _unpaid(order: Order, event: GatewayEvent) -> str:
    """Close an order whose page was left, declined or ran out, unless a newer page is open."""
    if order.state != Order.State.PENDING:
        return f"late: the order is {order.state}"
    if event.reference and order.gateway_reference not in ("", event.reference):
        return "of an earlier page: nothing to do"
    cancel(order)
    return f"cancelled: {event.kind}"


def cancel(order: Order) -> None:
    """Close an order that will not be paid; the caller holds its lock."""
    order.state = Order.State.CANCELLED
    order.save(update_fields=["state"])
    credits.return_from(order)


def flag(order: Order, problem: str) -> None:
    """Note on an order what a person must look at."""
    log.error("Order %s: %s", order.pk, problem)
    order.problem = problem[:300]
    order.save(update_fields=["problem"])


def _deliver(order: Order) -> str:
    """Give the buyer of a paid order what can be given; what cannot is paid back."""
    lines = list(order.lines.select_related("licence", "credit_pack").order_by("pk"))
    covered = credits.spend_on(order)  # the account before the works, as in `orders.py`
    works = exclusive.lock_works([line.artwork_id for line in lines if line.artwork_id])
    lost = [line for line in lines if not covered or not _is_free(line, works)]
    given = [line for line in lines if line not in lost]
    _grant(order, given)
    for line in given:
        _hand_over(order, line, works)
    issue_invoice(order=order)
    if lost:
        refunds.pay_back_lost(
            order, lost, TOO_LATE if covered else gettext_noop("The credits were spent.")
        )
    bells.tell_paid(order.pk)
    return f"paid: {len(given)} of {len(lines)} lines delivered"


def _is_free(line: OrderLine, works: dict[UUID, Artwork]) -> bool:
    """Tell whether a line can be delivered; the caller holds the work's lock."""
    if line.artwork_id is None:
        return True
    work = works[line.artwork_id]
    exclusive_line = line.licence is not None and line.licence.is_exclusive
    return work.withdrawn_at is None and not (exclusive_line and is_sold(work))


def _grant(order: Order, lines: list[OrderLine]) -> None:
    """Give the rights, count the sales, and take the works out of the cart."""
    Grant.objects.bulk_create(
        [
            Grant(
                buyer_id=order.buyer_id,
                artwork_id=line.artwork_id,
                licence_id=line.licence_id,
                order_line=line,
                licensee=licensee_of(order),
            )
            for line in lines
            if line.artwork_id is not None and line.licence_id is not None
        ]
    )
    bought = [line.artwork_id for line in lines if line.artwork_id]
    record_sale(artwork_ids=bought)
    record_sold(lines=lines)
    refresh_sold(bought)
    carts = CartItem.objects.filter(artwork_id__in=bought)
    if order.buyer_id is not None:
        carts.filter(cart__user_id=order.buyer_id).delete()
    elif order.cart_id is not None:
        carts.filter(cart_id=order.cart_id).delete()


def _hand_over(order: Order, line: OrderLine, works: dict[UUID, Artwork]) -> None:
    """Do what a line asks for beyond the right: credits, or the end of the work's sale."""
    if line.credit_pack is not None and order.buyer is not None:
        credits.add_entry(
            user=order.buyer,
            cents=line.credit_pack.credit_cents,
            reason=f"Bought: {line.credit_pack.name}",
            key=f"pack:{line.pk}",
            order=order,
        )
    if line.artwork_id is None:
        return
    if line.licence is not None and line.licence.is_exclusive:
        exclusive.take_off_sale(works[line.artwork_id])
    bells.outbid(line.artwork_id)


def licensee_of(order: Order) -> str:
    """Return the name on certificates: of the invoice, of the account, or the address."""
    name = order.bill_to.strip().partition("\n")[0].strip()
    if not name and order.buyer is not None:
        name = order.buyer.get_full_name()
    return (name or order.email)[:200]
