from datetime import timedelta

import pytest
from django.utils import timezone

from catalog import services
from catalog.models import Cart, Order, Promotion
from genart.lib.errors import InvalidInput
from tests.catalog.money.conftest import buyer_of, cart_with, event_for, make_works
from tests.catalog.money.test_exclusive import beside
from tests.factories import make_licence, make_user

pytestmark = pytest.mark.django_db


def with_code(cart, **fields):
    values = {"code": "SPRING", "name": "Spring", "percent_off": 10}
    Promotion.objects.create(**values | fields)
    services.use_code(cart=cart, code=" spring ")
    return cart


def test_a_share_is_spread_over_the_lines_to_the_cent(shelf):
    user = make_user()
    cart = with_code(cart_with(user, *shelf[:3]), percent_off=33)
    order = services.start_order(cart=cart, buyer=buyer_of(user))
    assert (order.subtotal_cents, order.discount_cents, order.total_cents) == (2700, 891, 1809)
    assert sum(order.lines.values_list("price_cents", flat=True)) == 1809


def test_a_sum_is_never_more_than_what_it_is_for(shelf):
    user = make_user()
    cart = with_code(cart_with(user, shelf[0]), percent_off=0, cents_off=5_000)
    order = services.start_order(cart=cart, buyer=buyer_of(user))
    assert (order.total_cents, order.state) == (0, "paid")
    services.refund_order(order=order, reason="Changed my mind")
    order.refresh_from_db()
    assert order.state == "refunded"


def test_vat_comes_off_after_the_discount(shelf, settings):
    settings.VAT_MODE, settings.SHOP_COUNTRY = "oss", "DE"
    user = make_user()
    cart = with_code(cart_with(user, *shelf[:2]), percent_off=10)
    order = services.start_order(cart=cart, buyer=buyer_of(user, country="US"))
    assert (order.vat_cents, order.total_cents) == (0, round(1620 / 1.19))
    again = services.start_order(cart=cart, buyer=buyer_of(user, country="FR"))
    assert (again.total_cents, again.net_cents) == (1620, 1350)


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"least_cents": 901}, "from a sum"),
        ({"style_slug": "other"}, "not for these works"),
        ({"licence_slug": "extended"}, "not for these works"),
    ],
)
def test_a_code_that_does_not_fit_says_why(shelf, fields, says):
    cart = with_code(cart_with(make_user(), shelf[0]), **fields)
    quote = services.quote_cart(cart)
    assert says in quote.promotion_problem and quote.total_cents == 900
    with pytest.raises(InvalidInput, match=says) as error:
        services.start_order(cart=cart, buyer=buyer_of(cart.user))
    assert error.value.where == "promotion"
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"is_active": False}, "has run out"),
        ({"ends_at": timezone.now()}, "has run out"),
        ({"starts_at": timezone.now() + timedelta(days=1)}, "does not count yet"),
        ({"code": "OTHER"}, "no such code"),
    ],
)
def test_a_code_that_does_not_count_is_refused(shelf, fields, says):
    with pytest.raises(InvalidInput, match=says):
        with_code(cart_with(None, shelf[0]), **fields)


def test_a_code_counts_once_for_a_buyer(shelf):
    user = make_user()
    cart = with_code(cart_with(user, shelf[0]))
    order = services.start_order(cart=cart, buyer=buyer_of(user))
    assert services.start_order(cart=cart, buyer=buyer_of(user)) == order
    services.settle_payment(event=event_for(order))
    services.add_to_cart(cart=cart, artwork_id=shelf[1].pk, licence_slug="personal")
    with pytest.raises(InvalidInput, match="used the code"):
        services.start_order(cart=cart, buyer=buyer_of(user))
    guest = cart_with(None, shelf[1])
    services.use_code(cart=guest, code="SPRING")
    with pytest.raises(InvalidInput, match="used the code"):
        services.start_order(cart=guest, buyer=buyer_of(email=user.email.upper()))


@pytest.mark.django_db(transaction=True)
def test_the_last_use_of_a_code_is_used_once(broker):
    make_licence("personal", 900)
    work, buyers = make_works(1)[0], [make_user() for _ in range(4)]
    Promotion.objects.create(code="ONE", name="One", percent_off=10, most_uses=1)
    carts = [cart_with(user, work) for user in buyers]
    Cart.objects.update(promotion=Promotion.objects.get())
    results = beside(
        *(
            lambda cart=cart, user=user: services.start_order(cart=cart, buyer=buyer_of(user))
            for cart, user in zip(carts, buyers, strict=True)
        )
    )
    assert sum(isinstance(result, Order) for result in results) == 1
    assert sum(isinstance(result, InvalidInput) for result in results) == 3
