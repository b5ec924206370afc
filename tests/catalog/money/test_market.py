"""Whatever arrives in whatever order, every book agrees with the gateway's."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import services
from catalog.checkout.test import decide
from catalog.models import Grant, Order, PaymentEvent, Refund, TestCheckout
from catalog.services import payments
from tests.catalog.money.conftest import look_up, make_works, order_of
from tests.catalog.money.market import Market, faults
from tests.factories import make_licence, make_user

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


def test_a_second_payment_goes_back_though_the_event_of_the_first_was_lost(shelf, broker):
    order = order_of(make_user(), shelf[0])
    services.open_payment(order=order)
    page = TestCheckout.objects.get()
    decide(reference=page.pk, answer="pay")
    TestCheckout.objects.filter(pk=page.pk).update(order_id=uuid.uuid4())  # so that another is made
    services.open_payment(order=order)
    TestCheckout.objects.filter(pk=page.pk).update(order_id=order.pk)
    second = TestCheckout.objects.exclude(pk=page.pk).get()
    decide(reference=second.pk, answer="pay")
    order.refresh_from_db()
    assert look_up(order).payment_reference == f"pi_{second.pk}"
    for _ in range(2):
        payments.catch_up(since=timezone.now() - timedelta(days=1))
    refund = Refund.objects.get()
    payments.ask_refund(refund_id=refund.pk)
    assert (refund.payment_reference, refund.lines.count()) == (f"pi_{page.pk}", 0)
    assert TestCheckout.objects.get(pk=page.pk).refunds[0]["amount"] == 900
    assert TestCheckout.objects.get(pk=second.pk).refunds == []
    assert Grant.objects.filter(revoked_at=None).count() == 1
