from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import services
from catalog.models import CreditEntry, CreditPack, Grant, Order, Refund
from catalog.services import payments
from genart.lib.errors import InvalidInput, StateConflict
from tests.catalog.money.conftest import (
    buyer_of,
    cart_with,
    event_for,
    look_up,
    make_works,
    order_of,
    paid_order,
)
from tests.catalog.money.test_exclusive import beside
from tests.factories import make_licence, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pack(db):
    return CreditPack.objects.create(slug="ten", name="Ten", credit_cents=1_000, price_cents=900)


def buy(pack, user):
    order = services.start_pack_order(pack=pack, buyer=buyer_of(user))
    services.open_payment(order=order)
    order.refresh_from_db()
    from catalog.checkout.test import decide

    decide(reference=order.gateway_reference, answer="pay")
    return look_up(order)


def test_a_pack_gives_credits_once_and_without_vat(pack, settings, broker):
    settings.VAT_MODE = "oss"
    user = make_user()
    assert services.start_pack_order(pack=pack, buyer=buyer_of(user)) == (
        services.start_pack_order(pack=pack, buyer=buyer_of(user))
    )
    order = buy(pack, user)
    services.settle_payment(event=event_for(order, payment_reference=order.payment_reference))
    assert (order.total_cents, order.vat_cents, services.balance_of(user)) == (900, 0, 1_000)
    with pytest.raises(InvalidInput):
        services.start_pack_order(pack=pack, buyer=buyer_of())


def test_credits_pay_a_part_and_the_gateway_the_rest(shelf):
    user = make_user()
    services.give_credits(user=user, cents=1_000, reason="Welcome", key="w")
    services.give_credits(user=user, cents=1_000, reason="Welcome", key="w")
    order = order_of(user, shelf[0], shelf[1], use_credits=True)
    assert (order.total_cents, order.credits_cents, order.due_cents) == (1800, 1000, 800)
    assert services.balance_of(user) == 0
    services.settle_payment(event=event_for(order))
    assert Grant.objects.count() == 2


def test_credits_that_cover_all_need_no_gateway(shelf):
    user = make_user()
    services.give_credits(user=user, cents=5_000, reason="Welcome", key="w")
    order = order_of(user, shelf[0], use_credits=True)
    assert (order.state, services.balance_of(user)) == ("paid", 4_100)
    refund = services.refund_order(order=order, reason="Changed my mind")
    assert (refund.state, services.balance_of(user)) == ("done", 5_000)
    assert Grant.objects.get().revoked_at is not None


def test_an_order_that_is_not_paid_gives_its_credits_back(shelf):
    user = make_user()
    services.give_credits(user=user, cents=500, reason="Welcome", key="w")
    order = order_of(user, shelf[0], use_credits=True)
    assert services.balance_of(user) == 0
    services.settle_payment(event=event_for(order, "expired"))
    assert services.balance_of(user) == 500
    services.settle_payment(event=event_for(order))  # paid in the last second
    assert (services.balance_of(user), Grant.objects.count()) == (0, 1)


def test_a_late_payment_whose_credits_are_gone_goes_back(shelf, broker):
    user = make_user()
    services.give_credits(user=user, cents=900, reason="Welcome", key="w")
    order = order_of(user, shelf[0], shelf[1], use_credits=True)
    services.settle_payment(event=event_for(order, "expired"))
    other = cart_with(user, shelf[2])
    other.items.exclude(artwork=shelf[2]).delete()
    services.start_order(cart=other, buyer=buyer_of(user), use_credits=True)
    services.settle_payment(event=event_for(order))
    assert set(Grant.objects.values_list("artwork", flat=True)) == {shelf[2].pk}
    assert Refund.objects.get().order == order


def test_another_checkout_of_the_cart_uses_the_same_credits(shelf):
    user = make_user()
    services.give_credits(user=user, cents=900, reason="Welcome", key="w")
    first = order_of(user, shelf[0], shelf[1], use_credits=True)
    again = order_of(user, shelf[0], shelf[1], use_credits=True)
    assert again == first
    bigger = order_of(user, shelf[2], use_credits=True)
    assert (bigger.total_cents, bigger.credits_cents) == (2_700, 900)
    first.refresh_from_db()
    assert (first.state, services.balance_of(user)) == ("cancelled", 0)


def test_a_refund_gives_money_first_then_credits(shelf, broker):
    user = make_user()
    services.give_credits(user=user, cents=600, reason="Welcome", key="w")
    order = paid_order(user, shelf[0], shelf[1], use_credits=True)
    one, two = order.lines.order_by("pk")
    first = services.refund_order(order=order, lines=[one], reason="No")
    second = services.refund_order(order=order, lines=[two], reason="No")
    assert (first.credit_cents, second.credit_cents) == (0, 600)
    for refund in (first, second):
        payments.ask_refund(refund_id=refund.pk)
    order.refresh_from_db()
    assert (order.state, order.refunded_cents, services.balance_of(user)) == (
        "refunded", 1_800, 600,
    )  # fmt: skip
    with pytest.raises(StateConflict, match="left to pay back"):
        services.refund_order(order=order, reason="once more")


def test_a_pack_is_paid_back_while_its_credits_are_there(pack, shelf, broker):
    user = make_user()
    order = buy(pack, user)
    spent = order_of(user, shelf[0], use_credits=True)
    assert spent.state == "paid"
    with pytest.raises(StateConflict, match="spent already"):
        services.refund_order(order=order, reason="No")
    services.refund_order(order=spent, reason="No")
    refund = services.refund_order(order=order, reason="No")
    assert services.balance_of(user) == 0
    payments.ask_refund(refund_id=refund.pk)
    order.refresh_from_db()
    assert (order.state, services.balance_of(user)) == ("refunded", 0)


@pytest.mark.django_db(transaction=True)
def test_credits_are_spent_once_however_many_spend_at_once(broker):
    make_licence("personal", 900)
    works, user = make_works(4), make_user()
    services.give_credits(user=user, cents=1_000, reason="Welcome", key="w")
    from catalog.models import Cart

    carts = [Cart.objects.create() for _ in works]
    for cart, work in zip(carts, works, strict=True):
        services.add_to_cart(cart=cart, artwork_id=work.pk, licence_slug="personal")
    beside(
        *(
            lambda cart=cart: services.start_order(
                cart=cart, buyer=buyer_of(user), use_credits=True
            )
            for cart in carts
        )
    )
    spent = -sum(CreditEntry.objects.filter(cents__lt=0).values_list("cents", flat=True))
    assert spent == 1_000
    assert services.balance_of(user) == 0
    assert Order.objects.filter(state="paid").count() == 1


def test_an_old_order_can_no_longer_be_paid(shelf):
    order = order_of(make_user(), shelf[0])
    Order.objects.update(created_at=timezone.now() - timedelta(days=1))
    order.refresh_from_db()
    with pytest.raises(StateConflict, match="no longer be paid"):
        services.open_payment(order=order)
