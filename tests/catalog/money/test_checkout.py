import re

import pytest

from catalog import services
from catalog.models import CreditPack, Grant, Order, Promotion, TestCheckout
from tests.catalog.money.conftest import cart_with
from tests.conftest import signed_in
from tests.factories import make_artwork, make_licence, make_user

pytestmark = pytest.mark.django_db
GUEST = {"email": "ada@example.com", "country": "DE", "agree": "yes"}


@pytest.fixture
def work():
    make_licence("personal", 900)
    make_licence("commercial", 3900)
    return make_artwork()


@pytest.fixture
def guest(client, work):
    client.post("/cart/add/", {"artwork": work.pk, "licence": "personal"})
    return client


def seen_in(page):
    return re.search(r'name="seen" value="(\d*)"', page.content.decode())[1]


def test_a_guest_buys_without_account_and_comes_back_by_his_link(guest, client, broker):
    page = guest.get("/checkout/")
    assert "No account needed" in page.content.decode()
    pay = guest.post("/checkout/", GUEST | {"seen": seen_in(page)}).url
    order = Order.objects.get()
    assert (order.buyer, order.email, order.country) == (None, "ada@example.com", "DE")
    assert order.waived_at is not None and "right of withdrawal" in order.waiver_text
    back = guest.post(pay, {"answer": "pay"}).url
    assert guest.get(back).status_code == 302
    order.refresh_from_db()
    assert order.state == "paid"
    assert Grant.objects.get().buyer is None
    assert guest.get("/cart/").content.decode().count("Your cart is empty") == 1


def test_a_strangers_order_does_not_open(guest, stranger, buyer_client, broker):
    guest.post("/checkout/", GUEST)
    order = Order.objects.get()
    path = f"/checkout/return/{order.pk}/"
    assert guest.get(path).status_code == 200
    for other in (stranger, buyer_client):
        assert other.get(path).status_code == 404
        assert other.get(f"{path}?key=wrong").status_code == 404
    assert stranger.get(f"{path}?key={order.secret}").status_code == 200
    assert stranger.get(path).status_code == 200  # known from now on


def test_an_accounts_order_asks_to_sign_in(work, buyer, buyer_client, stranger, broker):
    buyer_client.post("/cart/add/", {"artwork": work.pk, "licence": "personal"})
    buyer_client.post("/checkout/", {"country": "DE", "agree": "yes"})
    path = f"/checkout/return/{Order.objects.get().pk}/"
    assert "/accounts/login/" in stranger.get(path).url


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"email": ""}, "Write your address of e-mail"),
        ({"email": "ada"}, "This is no address of e-mail"),
        ({"country": ""}, "Choose your country"),
        ({"country": "QQ"}, "Select a valid choice"),
        ({"agree": ""}, "Tick this box"),
        ({"vat_id": "DE1"}, "VAT"),
        ({"code": "NONE"}, "There is no such code"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(guest, change, says):
    answer = guest.post("/checkout/", GUEST | change)
    page = answer.content.decode()
    assert answer.status_code == 422
    field = next(iter(change))
    assert says in page[page.index(f'id="id_{field}_error"') :]
    assert "ada" in page or field == "email"
    assert not Order.objects.exists()


def test_double_submit_is_one_order(guest):
    first = guest.post("/checkout/", GUEST).url
    assert guest.post("/checkout/", GUEST).url == first
    assert (Order.objects.count(), TestCheckout.objects.count()) == (1, 1)
    other = guest.post("/checkout/", GUEST | {"email": "bob@example.com"}).url
    assert other != first
    assert list(Order.objects.order_by("created_at").values_list("state", flat=True)) == [
        "cancelled", "pending",
    ]  # fmt: skip


def test_a_changed_price_is_said_and_asked_again(guest):
    seen = seen_in(guest.get("/checkout/"))
    make_licence("personal").prices.update(amount_cents=1100)
    assert "it was €9, and is €11 now" in guest.get("/checkout/?seen=900").content.decode()
    answer = guest.post("/checkout/", GUEST | {"seen": seen})
    assert answer.status_code == 409
    assert "has changed from 9.00 to 11.00" in answer.content.decode()
    assert seen_in(answer) == "1100"
    assert not Order.objects.exists()
    assert guest.post("/checkout/", GUEST | {"seen": seen_in(answer)}).status_code == 302


def test_the_sum_shows_vat_code_and_credits(work, settings):
    settings.VAT_MODE, settings.SHOP_COUNTRY = "oss", "DE"
    user = make_user()
    cart_with(user, work)
    services.give_credits(user=user, cents=100, reason="Welcome", key="w")
    Promotion.objects.create(code="TEN", name="Ten", percent_off=10)
    asked = {"country": "FR", "code": "ten", "use_credits": "on", "do": "update"}
    page = signed_in(user).post("/checkout/", asked)
    text = page.content.decode()
    assert page.status_code == 200
    for part in (
        "Of it 20 % VAT (FR)",
        "€1.35",
        "Code TEN",
        "−€0.90",
        "Paid with credits",
        "€7.10",
    ):
        assert part in text
    assert "Tick this box" not in text
    outside = signed_in(user).post("/checkout/", asked | {"country": "US"}).content.decode()
    assert "VAT taken off" in outside and "−€1.29" in outside


def test_a_withdrawn_work_cannot_be_paid(guest, work):
    services.withdraw_artwork(render_id=work.render_id, reason="gone")
    answer = guest.post("/checkout/", GUEST)
    assert answer.status_code == 409
    assert "is no longer sold" in answer.content.decode()


def test_the_test_page_says_that_no_money_moves(guest, broker):
    pay = guest.post("/checkout/", GUEST).url
    assert "No money moves" in guest.get(pay).content.decode()
    assert guest.post(pay, {"answer": "other"}).status_code == 422
    guest.post(pay, {"answer": "later"})
    assert "The bank has been asked" in guest.get(pay).content.decode()
    back = guest.post(pay, {"answer": "failed"}).url
    assert "The payment was not made" in guest.get(back).content.decode()


def test_a_code_is_put_on_the_cart_and_taken_off(guest):
    Promotion.objects.create(code="TEN", name="Ten", percent_off=10)
    wrong = guest.post("/cart/code/", {"code": "eleven"})
    assert wrong.status_code == 422 and "There is no such code" in wrong.content.decode()
    guest.post("/cart/code/", {"code": "ten"})
    assert "€8.10" in guest.get("/cart/").content.decode()
    guest.post("/cart/code/", {"code": "TEN", "do": "drop"})
    assert "€8.10" not in guest.get("/cart/").content.decode()


def test_credits_have_a_page_and_are_bought(buyer, buyer_client, stranger, broker):
    CreditPack.objects.create(slug="ten", name="Ten", credit_cents=1_000, price_cents=900)
    assert stranger.get("/credits/").status_code == 302
    assert "/accounts/login/" in stranger.get("/credits/ten/").url
    assert "for €9" in buyer_client.get("/credits/").content.decode()
    assert buyer_client.get("/credits/none/").status_code == 404
    assert buyer_client.post("/credits/ten/", {"country": "DE"}).status_code == 422
    pay = buyer_client.post("/credits/ten/", {"country": "DE", "agree": "yes"}).url
    back = buyer_client.post(pay, {"answer": "pay"}).url
    buyer_client.get(back)
    page = buyer_client.get("/credits/").content.decode()
    assert "€10" in page and "Bought: Ten" in page
