import json
import random
import threading
import uuid

import pytest
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from catalog import services
from catalog.checkout import gateway
from catalog.checkout.gateway import BadSignature, GatewayEvent, check_signature, sign
from catalog.checkout.test import decide, signed
from catalog.models import (
    ArtworkStats,
    Cart,
    CartItem,
    Grant,
    Licence,
    Order,
    PaymentEvent,
    TestCheckout,
)
from catalog.services.buyer import Buyer
from catalog.services.cart import cart_for
from genart.lib.errors import InvalidInput, NotFound, StateConflict
from tests.factories import make_artwork, make_licence, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def artwork():
    make_licence("personal", 900)
    make_licence("commercial", 3900)
    return make_artwork()


def cart_with(user, *artworks, licence="personal"):
    cart = cart_for(user=user, cart_id=None)
    for work in artworks:
        services.add_to_cart(cart=cart, artwork_id=work.pk, licence_slug=licence)
    return cart


def buyer_of(user=None, **fields):
    return Buyer(
        user=user, **{"email": "" if user else "guest@example.com", "country": "DE"} | fields
    )


def event_for(order, kind="paid", event_id=None, **changes):
    values = {
        "gateway": "test",
        "event_id": event_id or f"evt_{uuid.uuid4()}",
        "kind": GatewayEvent.Kind(kind),
        "order_id": order.pk,
        "amount_cents": order.total_cents,
        "currency": order.currency,
    }
    return GatewayEvent(**values | changes)


# -- cart


def test_adding_twice_changes_the_licence(artwork):
    user = make_user()
    cart = cart_with(user, artwork)
    services.add_to_cart(cart=cart, artwork_id=artwork.pk, licence_slug="commercial")
    assert [item.licence.slug for item in cart.items.all()] == ["commercial"]


def test_what_is_not_sold_cannot_be_added(artwork):
    cart = cart_for(user=None, cart_id=None)
    with pytest.raises(NotFound):
        services.add_to_cart(cart=cart, artwork_id=uuid.uuid4(), licence_slug="personal")
    with pytest.raises(NotFound):
        services.add_to_cart(cart=cart, artwork_id=artwork.pk, licence_slug="none")
    services.withdraw_artwork(render_id=artwork.render_id, reason="gone")
    with pytest.raises(StateConflict):
        services.add_to_cart(cart=cart, artwork_id=artwork.pk, licence_slug="personal")
    assert not CartItem.objects.exists()


def test_a_guest_cart_moves_into_the_account(artwork):
    other, user = make_artwork(), make_user()
    own = cart_with(user, artwork)
    guest = cart_with(None, artwork, other, licence="commercial")
    services.merge_carts(guest_cart_id=guest.pk, user=user)
    services.merge_carts(guest_cart_id=guest.pk, user=user)
    held = {item.artwork_id: item.licence.slug for item in own.items.all()}
    assert held == {artwork.pk: "commercial", other.pk: "commercial"}
    assert Cart.objects.count() == 1


def test_a_cart_of_an_account_is_nobody_elses(artwork):
    own = cart_with(make_user(), artwork)
    assert cart_for(user=None, cart_id=own.pk) != own


# -- orders


def test_an_order_keeps_the_prices_of_its_moment(artwork):
    user = make_user()
    order = services.start_order(cart=cart_with(user, artwork), buyer=buyer_of(user))
    Licence.objects.get(slug="personal").prices.update(amount_cents=5000)
    assert order.total_cents == 900
    assert services.start_order(cart=user.cart, buyer=buyer_of(user)).total_cents == 5000


def test_checking_out_twice_is_one_order(artwork):
    user = make_user()
    cart = cart_with(user, artwork)
    first = services.start_order(cart=cart, buyer=buyer_of(user))
    assert services.start_order(cart=cart, buyer=buyer_of(user)) == first


def test_an_empty_cart_or_a_withdrawn_work_makes_no_order(artwork):
    user = make_user()
    with pytest.raises(InvalidInput):
        services.start_order(cart=cart_for(user=user, cart_id=None), buyer=buyer_of(user))
    cart = cart_with(user, artwork)
    services.withdraw_artwork(render_id=artwork.render_id, reason="gone")
    with pytest.raises(StateConflict):
        services.start_order(cart=cart, buyer=buyer_of(user))
    assert not Order.objects.exists()


# -- payment


def test_a_payment_grants_once_and_empties_the_cart(artwork):
    user, other = make_user(), make_artwork()
    cart = cart_with(user, artwork)
    order = services.start_order(cart=cart, buyer=buyer_of(user))
    services.add_to_cart(cart=cart, artwork_id=other.pk, licence_slug="personal")
    event = event_for(order)
    for _ in range(3):
        settled = services.settle_payment(event=event)
    assert settled.state == "paid"
    assert Grant.objects.filter(buyer=user, artwork=artwork).count() == 1
    assert PaymentEvent.objects.count() == 1
    assert ArtworkStats.objects.get(pk=artwork.pk).sales == 1
    assert [item.artwork_id for item in cart.items.all()] == [other.pk]


def test_a_wrong_amount_grants_nothing(artwork):
    user = make_user()
    order = services.start_order(cart=cart_with(user, artwork), buyer=buyer_of(user))
    services.settle_payment(event=event_for(order, amount_cents=1))
    services.settle_payment(event=event_for(order, currency="USD"))
    assert Order.objects.get().state == "pending"
    assert not Grant.objects.exists()
    assert PaymentEvent.objects.count() == 2


def test_a_payment_counts_after_a_decline_and_a_decline_not_after_a_payment(artwork):
    user = make_user()
    order = services.start_order(cart=cart_with(user, artwork), buyer=buyer_of(user))
    assert services.settle_payment(event=event_for(order, "declined")).state == "cancelled"
    assert services.settle_payment(event=event_for(order)).state == "paid"
    assert services.settle_payment(event=event_for(order, "declined")).state == "paid"


def test_an_event_of_an_unknown_order_is_refused_and_not_noted(artwork):
    user = make_user()
    order = services.start_order(cart=cart_with(user, artwork), buyer=buyer_of(user))
    with pytest.raises(NotFound):
        services.settle_payment(event=event_for(order, order_id=uuid.uuid4()))
    assert not PaymentEvent.objects.exists()


def test_events_doubled_shuffled_and_dropped_balance(artwork):
    """Each paid order is granted once and no unpaid one, whatever arrives in whatever order."""
    chance = random.Random(11)
    works = [artwork, make_artwork(), make_artwork()]
    events, paid = [], set()
    for number in range(24):
        user = make_user()
        order = services.start_order(
            cart=cart_with(user, *chance.sample(works, chance.randint(1, 3))), buyer=buyer_of(user)
        )
        fate = chance.choice(["paid", "declined", "declined then paid", "dropped"])
        if "declined" in fate:
            events.append(event_for(order, "declined"))
        if "paid" in fate:
            paid.add(order.pk)
            event = event_for(order)
            events += [event] * chance.randint(1, 3)
            if number % 4 == 0:  # told under a second event id as well
                events.append(event_for(order))
    chance.shuffle(events)
    for event in events:
        services.settle_payment(event=event)
    assert set(Order.objects.filter(state="paid").values_list("pk", flat=True)) == paid
    granted = Grant.objects.values_list("order_line__order_id", "artwork_id")
    lines = Order.objects.filter(pk__in=paid).values_list("pk", "lines__artwork_id")
    assert sorted(granted) == sorted(lines)
    sold = sum(ArtworkStats.objects.values_list("sales", flat=True))
    assert sold == len(granted)


@pytest.mark.django_db(transaction=True)
def test_webhook_and_return_page_at_once_grant_once():
    make_licence()
    works = [make_artwork(), make_artwork()]
    orders = []
    for _ in range(2):
        user = make_user()
        orders.append(services.start_order(cart=cart_with(user, *works), buyer=buyer_of(user)))
    events = [event_for(order) for order in orders] * 4
    failed = []

    def settle(event):
        try:
            services.settle_payment(event=event)
        except Exception as error:  # shown by the assertion below
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=settle, args=(event,)) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Grant.objects.count() == 4
    assert set(ArtworkStats.objects.values_list("sales", flat=True)) == {2}


# -- gateway


@given(st.binary(max_size=200), st.text(min_size=1, max_size=40))
def test_only_the_right_secret_and_body_pass(body, secret):
    header = sign(body, secret)
    check_signature(body, header, secret)
    for wrong_body, wrong_secret in ((body + b"x", secret), (body, secret + "x")):
        with pytest.raises(BadSignature):
            check_signature(wrong_body, header, wrong_secret)


@pytest.mark.parametrize("header", ["", "t=1", "v1=ab", "t=x,v1=ab", "t=1,v1=é", "t=1,t=2,v1=a"])
def test_a_malformed_signature_is_refused(header):
    with pytest.raises(BadSignature):
        check_signature(b"{}", header, "secret")


def test_an_old_signature_is_refused():
    with pytest.raises(BadSignature):
        check_signature(b"{}", sign(b"{}", "secret", at=1_000_000), "secret")


def test_the_test_gateway_says_the_same_thing_twice(artwork, broker):
    user = make_user()
    order = services.start_order(cart=cart_with(user, artwork), buyer=buyer_of(user))
    services.open_payment(order=order)
    services.open_payment(order=order)
    page = TestCheckout.objects.get()
    assert gateway("test").look_up(reference=page.reference) is None
    assert decide(reference=page.reference, answer="pay").state == TestCheckout.State.PAID
    assert decide(reference=page.reference, answer="decline").state == TestCheckout.State.PAID
    page.refresh_from_db()
    body, signature = signed(page.events[0])
    told = gateway("test").read_event(body=body, signature=signature)
    looked_up = gateway("test").look_up(reference=page.reference)
    same = ("kind", "order_id", "amount_cents", "currency", "payment_reference", "reference")
    assert [getattr(told, name) for name in same] == [getattr(looked_up, name) for name in same]
    assert told.kind == "paid" and told.order_id == order.pk


def test_an_unreadable_event_is_refused(settings):
    for body in (b"{", b"[]", json.dumps({"id": 1, "type": "odd", "data": {}}).encode()):
        header = sign(body, settings.PAYMENT_WEBHOOK_SECRET)
        with pytest.raises(BadSignature):
            gateway("test").read_event(body=body, signature=header)


# -- licences and downloads


def test_changed_terms_are_a_new_version_and_old_grants_keep_theirs(artwork):
    user = make_user()
    order = services.start_order(cart=cart_with(user, artwork), buyer=buyer_of(user))
    services.settle_payment(event=event_for(order))
    waiting = cart_with(make_user(), artwork)
    old = Licence.objects.get(slug="personal")
    new = services.revise_licence(licence=old, text="Other terms.")
    assert (new.version, new.is_active) == (2, True)
    assert services.revise_licence(licence=new, text="Other terms.") == new
    assert Grant.objects.get().licence == old
    assert waiting.items.get().licence == new
    assert set(new.prices.values_list("tier", "amount_cents")) == {
        ("commodity", 900),
        ("premium", 900),
    }
