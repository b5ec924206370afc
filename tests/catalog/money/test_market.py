"""Whatever arrives in whatever order, every book agrees with the gateway's."""

import pytest

from catalog.models import Grant, Order, PaymentEvent
from tests.catalog.money.conftest import make_works
from tests.catalog.money.market import Market, faults
from tests.factories import make_licence

pytestmark = pytest.mark.django_db


def test_a_market_day_leaves_every_book_right(broker):
    make_licence("personal", 905)
    make_licence("commercial", 3_901)
    market = Market(make_works(12), orders=40, seed=2)
    market.run()
    assert {name: number for name, number in faults().items() if number} == {}
    assert len(market.fates) > 5
    assert market.received > 40
    assert Grant.objects.count() > 20
    assert Order.objects.filter(state="refunded").exists()
    assert not PaymentEvent.objects.filter(outcome="").exists()
