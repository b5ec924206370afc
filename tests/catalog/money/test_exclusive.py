import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone
from dramatiq import Message

from catalog import services
from catalog.checkout.test import decide
from catalog.models import Artwork, Grant, Order, Refund, TestCheckout
from catalog.services import payments
from catalog.signals import bought_out
from genart.lib.errors import StateConflict
from tests.catalog.money.conftest import (
    cart_with,
    event_for,
    look_up,
    make_works,
    order_of,
    paid_order,
)
from tests.factories import make_licence, make_user

pytestmark = pytest.mark.django_db


def beside(*calls):
    """Run calls at the same time; return what each returned or raised."""
    results = [None] * len(calls)
    ready = threading.Barrier(len(calls))

    def run(place):
        try:
            ready.wait(10)
            results[place] = calls[place]()
        except Exception as error:  # shown by the test
            results[place] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def run_out(order):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def test_a_bought_out_work_leaves_the_shop_and_says_so(
    shelf, broker, django_capture_on_commit_callbacks
):
    told = []

    def listener(sender, artwork_id, **kwargs):
        told.append(artwork_id)

    bought_out.connect(listener)
    with django_capture_on_commit_callbacks(execute=True):
        paid_order(make_user(), shelf[0], licence="exclusive")
    bought_out.disconnect(listener)
    work = Artwork.objects.get(pk=shelf[0].pk)
    assert (work.withdrawn_by, told) == ("buyer", [work.pk])
    with pytest.raises(StateConflict):
        cart_with(make_user(), work)


def test_a_work_that_was_sold_is_not_sold_exclusively(shelf):
    services.settle_payment(event=event_for(order_of(make_user(), shelf[0])))
    with pytest.raises(StateConflict, match="somebody has a licence already"):
        cart_with(make_user(), shelf[0], licence="exclusive")
    assert "exclusive" not in {each.licence.slug for each in services.offers(shelf[0])}


def test_a_work_is_kept_for_its_exclusive_buyer_while_his_page_is_open(shelf):
    first = order_of(make_user(), shelf[0], licence="exclusive")
    for licence in ("exclusive", "personal"):
        with pytest.raises(StateConflict, match="exclusively at this moment"):
            order_of(make_user(), shelf[0], licence=licence)
    run_out(first)
    assert order_of(make_user(), shelf[0], licence="exclusive").state == "pending"


def test_the_one_who_is_too_late_is_paid_back_at_once(
    shelf, broker, django_capture_on_commit_callbacks
):
    early, late = (
        (order := order_of(make_user(), shelf[0], shelf[1], licence="exclusive"), run_out(order))[0]
        for _ in range(2)
    )
    for order in (early, late):
        Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() + timedelta(hours=1))
        order.refresh_from_db()
        services.open_payment(order=order)
        order.refresh_from_db()
    from catalog.checkout.test import decide

    for order in (early, late):
        decide(reference=order.gateway_reference, answer="pay")
    assert look_up(late).state == "paid"
    look_up(early)
    refund = Refund.objects.get()
    assert (refund.order, refund.amount_cents) == (early, 198_000)
    payments.ask_refund(refund_id=refund.pk)
    early.refresh_from_db()
    assert (early.state, early.refunded_cents) == ("refunded", 198_000)
    assert set(Grant.objects.values_list("order_line__order", flat=True)) == {late.pk}
    assert TestCheckout.objects.get(pk=early.gateway_reference).refunds[0]["amount"] == 198_000


def test_an_open_page_is_closed_when_somebody_else_wins(shelf, broker):
    slow = order_of(make_user(), shelf[0])
    services.open_payment(order=slow)
    services.settle_payment(event=event_for(order_of(make_user(), shelf[0], licence="exclusive")))
    payments.close_outbid(artwork_id=shelf[0].pk)
    slow.refresh_from_db()
    assert (slow.state, bool(slow.problem)) == ("cancelled", True)
    payments.close_page(order_id=slow.pk)
    assert TestCheckout.objects.get(pk=slow.gateway_reference).state == "expired"


@pytest.mark.parametrize("pays", [False, True])
def test_a_closed_order_is_asked_about_until_its_page_has_ended(
    shelf, broker, django_capture_on_commit_callbacks, pays
):
    slow = order_of(make_user(), shelf[0])
    services.open_payment(order=slow)
    services.settle_payment(event=event_for(order_of(make_user(), shelf[0], licence="exclusive")))
    payments.close_outbid(artwork_id=shelf[0].pk)
    slow.refresh_from_db()
    if pays:
        decide(reference=slow.gateway_reference, answer="pay")  # of which no word comes
    Order.objects.filter(pk=slow.pk).update(created_at=timezone.now() - timedelta(minutes=3))
    with django_capture_on_commit_callbacks(execute=True):
        assert payments.sweep(thorough=True)["unsure"] == 1
    [asked] = [Message.decode(sent) for sent in broker.queues["default"].queue]
    assert asked.actor_name == "close_payment_page"
    broker.get_actor(asked.actor_name).fn(*asked.args)
    slow.refresh_from_db()
    page = TestCheckout.objects.get(pk=slow.gateway_reference)
    assert (slow.state, page.state) == (("paid", "paid") if pays else ("cancelled", "expired"))
    assert Refund.objects.filter(order=slow).count() == int(pays)
    assert payments.sweep(thorough=True)["unsure"] == 0


def test_a_given_back_exclusive_work_stays_off_sale(shelf, broker):
    order = paid_order(make_user(), shelf[0], licence="exclusive")
    refund = services.refund_order(order=order, reason="A mistake")
    payments.ask_refund(refund_id=refund.pk)
    assert Grant.objects.get().revoked_at is not None
    assert Artwork.objects.get(pk=shelf[0].pk).withdrawn_by == "buyer"


@pytest.mark.django_db(transaction=True)
def test_two_at_once_for_one_exclusive_one_starts(broker):
    make_licence("exclusive", 99_000, is_exclusive=True)
    work = make_works(1)[0]
    buyers = [make_user() for _ in range(4)]
    carts = [cart_with(user, work, licence="exclusive") for user in buyers]
    from tests.catalog.money.conftest import buyer_of

    results = beside(
        *(
            lambda cart=cart, user=user: services.start_order(cart=cart, buyer=buyer_of(user))
            for cart, user in zip(carts, buyers, strict=True)
        )
    )
    assert sum(isinstance(result, Order) for result in results) == 1
    assert sum(isinstance(result, StateConflict) for result in results) == 3
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_payments_at_once_for_one_exclusive_one_wins(broker):
    make_licence("exclusive", 99_000, is_exclusive=True)
    make_licence("personal", 900)
    work = make_works(1)[0]
    plain = order_of(make_user(), work)
    alone = order_of(make_user(), work, licence="exclusive")
    events = [event_for(plain), event_for(alone)] * 3
    results = beside(
        *(lambda event=event: services.settle_payment(event=event) for event in events)
    )
    assert [result for result in results if not isinstance(result, Order)] == []
    grants = list(Grant.objects.select_related("licence"))
    exclusive = [grant for grant in grants if grant.licence.is_exclusive]
    assert len(grants) == 1 or not exclusive
    assert Refund.objects.count() == 1
    assert Refund.objects.get().order_id != grants[0].order_line.order_id
