import json

import pytest

from catalog import services
from catalog.models import Order, Promotion
from genart.accounts.services import create_token
from tests.catalog.money.conftest import order_of, paid_order
from tests.factories import make_user

pytestmark = pytest.mark.django_db
BUYER = {"country": "DE", "agree": True}


@pytest.fixture
def user(db):
    return make_user()


@pytest.fixture
def call(client, user):
    _token, secret = create_token(user=user, scopes=["orders:read", "orders:write"])

    def ask(method, path, body=None):
        return client.generic(
            method,
            f"/api/v1{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )

    return ask


def test_a_program_buys_with_credits(shelf, call, user):
    services.give_credits(user=user, cents=2_000, reason="Welcome", key="w")
    put = call("PUT", f"/cart/items/{shelf[0].pk}", {"licence": "personal"})
    assert put.json()["total_cents"] == 900
    asked = BUYER | {"use_credits": True, "expected_cents": 0}
    order = call("POST", "/orders", asked)
    assert order.status_code == 201
    assert order.json()["state"] == "paid" and order.json()["lines"][0]["serial"]
    assert call("GET", "/credits").json() == {"balance_cents": 1_100}
    assert call("GET", "/cart").json()["lines"] == []


def test_a_program_gets_the_payment_page(shelf, call, broker):
    call("PUT", f"/cart/items/{shelf[0].pk}", {"licence": "personal"})
    order = call("POST", "/orders", BUYER).json()
    assert call("POST", "/orders", BUYER).json()["id"] == order["id"]
    assert "/pay/tp_" in order["pay_url"]
    from catalog.checkout.test import decide

    decide(reference=Order.objects.get().gateway_reference, answer="pay")
    after = call("GET", f"/orders/{order['id']}").json()
    assert (after["state"], after["pay_url"]) == ("paid", None)


def test_a_code_and_a_country_change_the_quote(shelf, call, settings):
    settings.VAT_MODE, settings.SHOP_COUNTRY = "oss", "DE"
    Promotion.objects.create(code="TEN", name="Ten", percent_off=10)
    call("PUT", f"/cart/items/{shelf[0].pk}", {"licence": "personal"})
    assert call("PUT", "/cart/code", {"code": "none"}).status_code == 422
    assert call("PUT", "/cart/code", {"code": "ten"}).json()["total_cents"] == 810
    quote = call("POST", "/cart/quote", {"country": "us"}).json()
    assert (quote["vat_scheme"], quote["total_cents"]) == ("outside", 681)
    assert call("PUT", "/cart/code", {"code": ""}).json()["code"] == ""
    assert call("DELETE", f"/cart/items/{shelf[0].pk}").json()["lines"] == []


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"agree": False}, 422, "invalid"),
        ({"country": "1Q"}, 422, "invalid"),
        ({"vat_id": "DE1"}, 422, "invalid"),
        ({"expected_cents": 1}, 409, "price_changed"),
    ],
)
def test_a_wrong_order_is_refused_with_its_reason(shelf, call, change, status, code):
    call("PUT", f"/cart/items/{shelf[0].pk}", {"licence": "personal"})
    answer = call("POST", "/orders", BUYER | change)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert not Order.objects.exists()


def test_orders_are_the_accounts_alone(shelf, call, user, broker):
    own = [paid_order(user, work) for work in shelf[:3]]
    other = order_of(make_user(), shelf[0])
    assert call("GET", f"/orders/{other.pk}").status_code == 404
    first = call("GET", "/orders?limit=2").json()
    second = call("GET", f"/orders?limit=2&after={first['next']}").json()
    ids = [each["id"] for each in first["items"] + second["items"]]
    assert ids == [str(order.pk) for order in reversed(own)]
    assert second["next"] is None
    assert call("GET", "/orders?after=x").status_code == 422


def test_a_token_without_the_scope_buys_nothing(shelf, client, user):
    _token, secret = create_token(user=user, scopes=["orders:read"])
    answer = client.put(
        f"/api/v1/cart/items/{shelf[0].pk}",
        {"licence": "personal"},
        "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )
    assert answer.status_code == 403
    assert client.get("/api/v1/orders").status_code == 401
