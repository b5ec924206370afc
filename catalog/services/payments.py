"""Talk to the gateway about an order: open its page, close it, ask what became of it, repay.

No lock is held while the gateway is asked. Whatever it says goes through `settle_payment`.
"""

import logging
import random
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from catalog.checkout import gateway
from catalog.checkout.gateway import GatewayEvent, Payment, Repayment
from catalog.models import Order, PaymentEvent, Refund
from catalog.services import bells, refunds
from catalog.services.exclusive import orders_outbid
from catalog.services.settlement import BANK_DAYS, cancel, settle_payment
from genart.lib.errors import GenartError, NotFound, StateConflict, Unavailable

log = logging.getLogger(__name__)
LEAST_MINUTES = 31  # Stripe's pages stay open half an hour at least
QUIET = timedelta(minutes=2)
"""How long a webhook is waited for before the gateway is asked."""
BATCH = 200
ENDS = (GatewayEvent.Kind.PAID, GatewayEvent.Kind.DECLINED, GatewayEvent.Kind.EXPIRED)
"""After one of these a payment page is closed."""


def open_payment(*, order: Order) -> str:
    """Return the address of the payment page of an order; of its own page where it is paid.

    Raises:
        StateConflict: the order is closed.
        Unavailable: the gateway does not answer; the order waits, the same call may work later.
    """
    own = f"{settings.SITE_URL}{return_path(order)}"
    if order.state in (Order.State.PAID, Order.State.REFUNDED):
        return own
    page = gateway(order.gateway).open_session(
        Payment(
            order_id=order.pk,
            title=_title(order),
            amount_cents=order.due_cents,
            currency=order.currency,
            email=order.email,
            return_url=own,
            cancel_url=settings.SITE_URL
            + reverse("catalog:cart" if order.cart_id else "catalog:credits"),
            expires_at=_open_until(order),
            at_once=order.lines.filter(licence__is_exclusive=True).exists(),
            previous=order.gateway_reference,
        )
    )
    if page.reference == order.gateway_reference:
        return page.url
    known = Order.objects.filter(pk=order.pk, gateway_reference=order.gateway_reference)
    if known.update(gateway_reference=page.reference):
        order.gateway_reference = page.reference
        return page.url
    return _others_page(order, page.reference)


def _others_page(order: Order, reference: str) -> str:
    """Return the page that a second click made meanwhile, and close ours: one can be paid."""
    order.refresh_from_db()
    if order.gateway_reference != reference:
        gateway(order.gateway).close_session(reference=reference)
    return open_payment(order=order)


def return_path(order: Order) -> str:
    """Return where a buyer comes back to; the secret opens it for a guest."""
    path = reverse("catalog:checkout_return", args=[order.pk])
    return path if order.buyer_id else f"{path}?key={order.secret}"


def look_up(*, order: Order) -> Order:
    """Ask the gateway what became of an order that waits, and act on it.

    A gateway that does not answer is no fault: the order stays as it is.
    """
    if order.state != Order.State.PENDING or not order.gateway_reference:
        return order
    try:
        event = gateway(order.gateway).look_up(reference=order.gateway_reference)
    except GenartError as error:
        log.warning("Order %s could not be looked up: %s", order.pk, error)
        return order
    return settle_payment(event=event) if event is not None else order


def close_page(*, order_id: UUID) -> None:
    """Close the payment page of an order that is closed here; what was paid before counts."""
    order = Order.objects.filter(pk=order_id, state=Order.State.CANCELLED).first()
    if order is None or not order.gateway_reference:
        return
    door = gateway(order.gateway)
    door.close_session(reference=order.gateway_reference)
    event = door.look_up(reference=order.gateway_reference)
    if event is not None:
        settle_payment(event=event)


def close_outbid(*, artwork_id: UUID) -> int:
    """Close the orders that wait for a work which they can no longer get; return how many."""
    closed = 0
    for order_id in orders_outbid(artwork_id):
        closed += _cancel(order_id, "Sold to somebody else meanwhile.")
    return closed


def ask_refund(*, refund_id: UUID) -> None:
    """Ask the gateway for a refund, or how it stands, and act on the answer. Safe to repeat.

    Raises:
        Unavailable: the gateway does not answer; the refund stays to be asked.
    """
    refund = Refund.objects.select_related("order").filter(pk=refund_id).first()
    if refund is None or refund.state != Refund.State.PENDING:
        return
    repayment = Repayment(
        refund_id=refund.pk,
        order_id=refund.order_id,
        payment_reference=refund.payment_reference,
        amount_cents=refund.amount_cents - refund.credit_cents,
        currency=refund.order.currency,
        reference=refund.gateway_reference,
    )
    try:
        event = gateway(refund.order.gateway).refund(repayment)
    except Unavailable:
        raise
    except GenartError as error:
        _fail(refund, str(error))
        return
    if event is not None:
        settle_payment(event=event)


def sweep(*, thorough: bool = False) -> dict[str, int]:
    """Find what a lost message left behind: payments, closed pages, refunds. Safe to repeat.

    The older an order, the more seldom the gateway is asked: at random, about twelve times in
    three quarters of an hour and forty times in two weeks.

    Args:
        thorough: ask about every order that waits.

    Returns:
        how many orders were looked up, how many were closed, of how many closed ones the page was
        asked about again, how many refunds were asked again.
    """
    now = timezone.now()
    waiting = Order.objects.filter(state=Order.State.PENDING)
    asked = waiting.filter(created_at__lt=now - QUIET).exclude(gateway_reference="")
    looked = [
        look_up(order=order)
        for order in asked.order_by("?")[:BATCH]
        if thorough or random.random() < QUIET / (now - order.created_at)  # noqa: S311
    ]
    unsure = list(_closed_without_a_word(now).order_by("?")[: BATCH // 4])
    for order in unsure:
        bells.close_page(order.pk)
    over = waiting.filter(Q(expires_at__lt=now) | Q(expires_at=None, created_at__lt=now - QUIET))
    ended = list(over.order_by("expires_at").values_list("pk", flat=True)[:BATCH])
    closed = sum(_close_expired(order_id) for order_id in ended)
    pending = Refund.objects.filter(state=Refund.State.PENDING, created_at__lt=now - QUIET)
    for refund_id in list(pending.order_by("?").values_list("pk", flat=True)[:BATCH]):
        bells.repay(refund_id)
    rung = {"unsure": len(unsure), "refunds": pending.count()}
    return {"looked": len(looked), "closed": closed} | rung


def _closed_without_a_word(now: datetime) -> QuerySet[Order]:
    """Return the closed orders whose page may still be open, or paid: no event ended it.

    The message that closes a page may be lost as any other, and the word of its payment with it.
    """
    ended = PaymentEvent.objects.filter(order=OuterRef("pk"), kind__in=ENDS)
    closed = Order.objects.filter(
        state=Order.State.CANCELLED, created_at__range=(now - BANK_DAYS, now - QUIET)
    )
    return closed.filter(~Exists(ended)).exclude(gateway_reference="")


def catch_up(*, since: datetime) -> int:
    """Act on what the gateway said and that never arrived: disputes, refunds, second payments.

    Each event has the id it had, so that what did arrive is known. Return how many were told.
    """
    told = 0
    for event in gateway().told_since(since):
        try:
            settle_payment(event=event)
        except NotFound:  # of a payment that is not of this shop
            continue
        told += 1
    return told


def _close_expired(order_id: UUID) -> int:
    """Close an order whose time is over, after its page: it may be paid in the last second."""
    order = Order.objects.get(pk=order_id)
    if order.gateway_reference:
        try:
            gateway(order.gateway).close_session(reference=order.gateway_reference)
        except GenartError as error:
            log.warning("The page of order %s could not be closed: %s", order.pk, error)
            return 0
        look_up(order=order)
    return _cancel(order_id, "")


@transaction.atomic
def _cancel(order_id: UUID, problem: str) -> int:
    """Close an order that still waits; return whether it did."""
    rows = Order.objects.select_for_update(no_key=True, of=["self"]).select_related("buyer")
    order = rows.filter(pk=order_id, state=Order.State.PENDING).first()
    if order is None:
        return 0
    if problem:
        order.problem = problem
        order.save(update_fields=["problem"])
    cancel(order)
    bells.close_page(order.pk)
    return 1


@transaction.atomic
def _fail(refund: Refund, problem: str) -> None:
    order = Order.objects.select_for_update(no_key=True).get(pk=refund.order_id)
    refund = Refund.objects.get(pk=refund.pk)
    refund.order = order
    if refund.state == Refund.State.PENDING:
        refunds.fail(refund, f"The gateway refused the refund: {problem}")


def _open_until(order: Order) -> datetime:
    """Return when the page closes; an order that is nearly over gets its time once more."""
    now = timezone.now()
    window = timedelta(minutes=settings.PAYMENT_PAGE_MINUTES)
    if order.state != Order.State.PENDING or order.created_at + 2 * window < now:
        raise StateConflict("This order can no longer be paid. Your cart is as it was: start anew.")
    if order.expires_at is None or order.expires_at < now + timedelta(minutes=LEAST_MINUTES):
        order.expires_at = now + window
        Order.objects.filter(pk=order.pk).update(expires_at=order.expires_at)
    return order.expires_at


def _start_of(order: Order) -> str:
    """Return the page where an order began: a pack of credits has no cart."""
    return "cart" if order.cart_id else "credits"


def _title(order: Order) -> str:
    """Return what is bought, in a few words."""
    lines = list(order.lines.select_related("artwork", "credit_pack", "licence")[:2])
    first = str(lines[0].credit_pack or f"“{lines[0].artwork}”")
    more = order.lines.count() - 1
    return first + (f" and {more} more" if more else "")
