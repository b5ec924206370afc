"""Money and rights: an order is started from a cart, paid by the gateway's word, and granted once.

`settle_payment` is the only way to a grant. The webhook and the return page both call it, in any
order and any number of times: each event is written to the ledger once, each line is granted once.
"""

import logging
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog.checkout.gateway import GatewayEvent
from catalog.models import Cart, CartItem, Grant, Order, OrderLine, PaymentEvent, Price
from catalog.services.counters import record_sale
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound, StateConflict

log = logging.getLogger(__name__)


@transaction.atomic
def start_order(*, cart: Cart, user: User) -> Order:
    """Make a pending order of a cart at the prices of this moment.

    An order of the same works at the same prices that still waits for payment is used again.

    Raises:
        InvalidInput: the cart is empty.
        StateConflict: a work is no longer for sale or has no price; nothing was written.
    """
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once make one order
    items = list(cart.items.select_related("artwork", "licence"))
    if not items:
        raise InvalidInput("Your cart is empty: choose a work first.", where="cart")
    lines = [(item, _price(item)) for item in items]
    wanted = {(item.artwork_id, item.licence_id, cents) for item, cents in lines}
    for pending in Order.objects.filter(buyer=user, state=Order.State.PENDING)[:5]:
        if set(pending.lines.values_list("artwork_id", "licence_id", "price_cents")) == wanted:
            return pending
    total = sum(cents for _item, cents in lines)
    order = Order.objects.create(
        buyer=user,
        email=user.email,
        subtotal_cents=total,
        net_cents=total,
        total_cents=total,
        currency=settings.CURRENCY,
        gateway=settings.PAYMENT_GATEWAY,
    )
    OrderLine.objects.bulk_create(
        OrderLine(order=order, artwork=item.artwork, licence=item.licence, price_cents=cents)
        for item, cents in lines
    )
    return order


@transaction.atomic
def settle_payment(*, event: GatewayEvent) -> Order:
    """Act once on what the gateway said about an order, and return the order as it is then.

    Ledger, state, grants and counters change in one transaction. Events may come twice, late, in
    any order, or not at all. A payment counts even after a decline; nothing follows a payment.

    Raises:
        NotFound: the event names no order of ours; nothing was written.
    """
    order = Order.objects.select_for_update().filter(pk=event.order_id).first()
    if order is None:
        raise NotFound("The payment event names no order of this shop.", where="order")
    if not _note(event) or order.state == Order.State.PAID:
        return order
    if event.kind == GatewayEvent.Kind.PAID:
        if (event.amount_cents, event.currency) != (order.total_cents, order.currency):
            log.error("Event %s pays a wrong amount for order %s.", event.event_id, order.pk)
            return order
        _grant(order)
    elif event.kind == GatewayEvent.Kind.DECLINED and order.state == Order.State.PENDING:
        order.state = Order.State.CANCELLED
        order.save(update_fields=["state"])
    return order


def open_download(*, grant_id: UUID, user: User) -> tuple[Grant, File]:
    """Open the original of a grant for its buyer, and count the download.

    Raises:
        NotFound: there is no such grant of this user.
    """
    grants = Grant.objects.filter(pk=grant_id, buyer_id=user.pk)
    grant = grants.select_related("artwork").first()
    if grant is None:
        raise NotFound("There is no such download in your library.")
    try:
        file = storages["originals"].open(grant.artwork.original)
    except FileNotFoundError:
        log.exception("The original of artwork %s is missing.", grant.artwork_id)
        raise StateConflict("The file cannot be found just now. We have been told.") from None
    grants.update(downloads=F("downloads") + 1)
    return grant, file


def _price(item: CartItem) -> int:
    """Return what an item costs now, in cents."""
    if item.artwork.withdrawn_at is not None:
        raise StateConflict(
            f"“{item.artwork.title}” is no longer for sale: take it out of the cart."
        )
    price = Price.objects.filter(
        licence=item.licence, licence__is_active=True, tier=item.artwork.tier
    ).first()
    if price is None:
        raise StateConflict(f"Choose another licence for “{item.artwork.title}”.")
    return price.amount_cents


def _note(event: GatewayEvent) -> bool:
    """Write an event to the ledger; tell whether it is new. The caller holds the order's lock."""
    _noted, created = PaymentEvent.objects.get_or_create(
        gateway=event.gateway,
        event_id=event.event_id,
        defaults={"kind": event.kind, "payload": event.payload},
    )
    return created


def _grant(order: Order) -> None:
    """Mark an order paid and give its buyer the rights; the caller holds the order's lock."""
    order.state, order.paid_at = Order.State.PAID, timezone.now()
    order.save(update_fields=["state", "paid_at"])
    lines = list(order.lines.all())
    Grant.objects.bulk_create(
        [
            Grant(
                buyer_id=order.buyer_id,
                artwork_id=line.artwork_id,
                licence_id=line.licence_id,
                order_line=line,
            )
            for line in lines
        ],
        ignore_conflicts=True,
    )
    bought = [line.artwork_id for line in lines]
    record_sale(artwork_ids=bought)
    CartItem.objects.filter(cart__user_id=order.buyer_id, artwork_id__in=bought).delete()
