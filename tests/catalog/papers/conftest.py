"""Paid orders, made the shortest way that is still true, and through the shop's own verbs."""

import pytest
from django.utils import timezone

from catalog.models import Grant, Order, OrderLine
from tests.factories import make_artwork, make_licence, make_listings


def paid_order(works, *, buyer=None, email="guest@example.com", licence=None, prices=(), **fields):
    """Make a paid order with a grant for each work, without invoice; values in cents."""
    licence = licence or make_licence("personal", 900)
    prices = prices or [900] * len(works)
    total = sum(prices)
    values = {"net_cents": total, "vat_cents": 0, "total_cents": total, "subtotal_cents": total}
    values |= {"paid_at": timezone.now()}
    order = Order.objects.create(
        buyer=buyer, email=email if buyer is None else buyer.email, currency="EUR",
        gateway="test", state="paid", **values | fields,
    )  # fmt: skip
    for work, cents in zip(works, prices, strict=True):
        line = OrderLine.objects.create(
            order=order, artwork=work, licence=licence, list_cents=cents, price_cents=cents
        )
        Grant.objects.create(
            buyer=buyer, artwork=work, licence=licence, order_line=line, licensee="Ada Lovelace"
        )
    return order


@pytest.fixture
def listing(db):
    """A listing without files."""
    return make_listings(1)[0]


@pytest.fixture
def work(db):
    """A published work with its files."""
    return make_artwork()


@pytest.fixture
def guest_order(work):
    """A guest's paid order of one work."""
    return paid_order([work])
