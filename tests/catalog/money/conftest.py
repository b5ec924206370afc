"""A shop with licences, and the shortest ways to a cart and an order."""

import uuid
from typing import Any

import pytest

from catalog import services
from catalog.checkout.gateway import GatewayEvent
from catalog.models import Artwork, ArtworkStats, Cart, Order
from catalog.services.buyer import Buyer
from catalog.services.cart import cart_for
from tests.factories import make_licence, make_listings


@pytest.fixture
def shelf(db: None) -> list[Artwork]:
    """Four works, sold as personal (€9), commercial (€39) and exclusive (€990)."""
    make_licence("personal", 900)
    make_licence("commercial", 3900)
    make_licence("exclusive", 99_000, is_exclusive=True)
    return make_works(4)


def make_works(number: int, **fields: Any) -> list[Artwork]:
    """Make works without files, with counters."""
    works = make_listings(number, **fields)
    ArtworkStats.objects.bulk_create(ArtworkStats(artwork=work) for work in works)
    return works


def cart_with(user: Any, *works: Artwork, licence: str = "personal") -> Cart:
    """Return the user's cart, or a new guest's, with works in it."""
    cart = cart_for(user=user, cart_id=None)
    for work in works:
        services.add_to_cart(cart=cart, artwork_id=work.pk, licence_slug=licence)
    return cart


def buyer_of(user: Any = None, **fields: Any) -> Buyer:
    """Return a buyer in Germany: an account, or a guest."""
    email = "" if user else f"guest-{uuid.uuid4().hex[:8]}@example.com"
    return Buyer(user=user, **{"email": email, "country": "DE"} | fields)


def order_of(user: Any, *works: Artwork, licence: str = "personal", **asked: Any) -> Order:
    """Return a pending order."""
    cart = cart_with(user, *works, licence=licence)
    return services.start_order(cart=cart, buyer=asked.pop("buyer", buyer_of(user)), **asked)


def event_for(order: Order, kind: str = "paid", **changes: Any) -> GatewayEvent:
    """Return what the gateway says about an order; each time under another id."""
    values: dict[str, Any] = {
        "gateway": "test",
        "event_id": f"evt_{uuid.uuid4()}",
        "kind": GatewayEvent.Kind(kind),
        "order_id": order.pk,
        "amount_cents": order.due_cents,
        "currency": order.currency,
        "payment_reference": f"pi_{order.pk}",
    }
    return GatewayEvent(**values | changes)


def paid_order(user: Any, *works: Artwork, licence: str = "personal", **asked: Any) -> Order:
    """Return a paid order, by the embedded gateway, which can pay it back."""
    from catalog.checkout.test import decide

    order = order_of(user, *works, licence=licence, **asked)
    if order.state == Order.State.PAID:
        return order
    services.open_payment(order=order)
    order.refresh_from_db()
    decide(reference=order.gateway_reference, answer="pay")
    return look_up(order)


def look_up(order: Order) -> Order:
    """Ask the gateway about an order."""
    from catalog.services.payments import look_up as ask

    order.refresh_from_db()
    return ask(order=order)
