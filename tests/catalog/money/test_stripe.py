import subprocess
import sys

import pytest

from catalog import services
from catalog.checkout import gateway
from catalog.checkout.gateway import BadSignature
from catalog.models import Grant, Order, Refund
from catalog.services import payments
from genart.lib.errors import StateConflict, Unavailable
from tests.catalog.money.conftest import look_up, order_of
from tests.catalog.money.stripe_server import KEY, WEBHOOK_SECRET, StripeServer, posted
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def stripe(settings, monkeypatch):
    monkeypatch.setattr("stripe._http_client.HTTPClient._sleep_time_seconds", lambda *a, **k: 0)
    server = StripeServer()
    settings.PAYMENT_GATEWAY, settings.STRIPE_API_URL = "stripe", server.url
    settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRET = KEY, WEBHOOK_SECRET
    yield server
    server.close()


def opened(*works, licence="personal"):
    order = order_of(make_user(), *works, licence=licence)
    services.open_payment(order=order)
    order.refresh_from_db()
    return order


def post(client, event, **signing):
    body, signature = posted(event, **signing)
    return client.post(
        "/webhooks/payments/",
        body,
        content_type="application/json",
        headers={"Stripe-Signature": signature},
    )


def test_an_order_is_paid_by_its_event(shelf, stripe, client):
    order = opened(shelf[0], shelf[1])
    session = stripe.sessions[order.gateway_reference]
    assert (session["amount_total"], session["currency"]) == (1800, "eur")
    event = stripe.pay(order.gateway_reference)
    for _ in range(3):  # Stripe repeats an event until it is answered
        answer = post(client, event)
        assert (answer.status_code, answer.json()["state"]) == (200, "paid")
    order.refresh_from_db()
    assert order.payment_reference == f"pi_{order.gateway_reference}"
    assert order.country_evidence["payment"] == "DE"
    assert Grant.objects.count() == 2
    assert order.events.get().outcome == "paid: 2 of 2 lines delivered"


def test_the_return_page_finds_a_payment_whose_event_is_late(shelf, stripe):
    order = opened(shelf[0])
    assert look_up(order).state == "pending"
    event = stripe.pay(order.gateway_reference)
    assert look_up(order).state == "paid"
    told = gateway("stripe").read_event(body=posted(event)[0], signature=posted(event)[1])
    assert services.settle_payment(event=told).state == "paid"
    assert Grant.objects.count() == 1


@pytest.mark.parametrize("faults", [["500", "503"], ["cut"]])
def test_passing_faults_are_overcome_and_make_one_page(shelf, stripe, faults):
    stripe.fail(*faults, after=True)
    order = opened(shelf[0])
    assert list(stripe.sessions) == [order.gateway_reference]
    assert len(stripe.calls) == len(faults) + 1


def test_a_lasting_fault_is_said_and_the_order_waits(shelf, stripe):
    order = order_of(make_user(), shelf[0])
    for faults in (["500"] * 3, ["429"]):
        stripe.fail(*faults, after=True)
        with pytest.raises(Unavailable):
            services.open_payment(order=order)
    assert services.open_payment(order=order).startswith("https://checkout.stripe.com/")
    assert len(stripe.sessions) == 1
    stripe.fail(*["cut"] * 3)
    assert look_up(order).state == "pending"


def test_one_order_has_one_page(shelf, stripe):
    order = opened(shelf[0])
    first = services.open_payment(order=order)
    assert services.open_payment(order=order) == first
    assert len(stripe.sessions) == 1


def test_an_exclusive_work_is_paid_by_what_is_sure_at_once(shelf, stripe):
    order = opened(shelf[0], licence="exclusive")
    assert stripe.sessions[order.gateway_reference]["payment_method_types"] == ["card"]


def test_a_bank_may_take_days_and_fail(shelf, stripe, client):
    order = opened(shelf[0])
    event = stripe.pay(order.gateway_reference, at_once=False)
    assert post(client, event).json()["state"] == "pending"
    session = stripe.sessions[order.gateway_reference]
    failed = stripe.event("checkout.session.async_payment_failed", session)
    assert post(client, failed).json()["state"] == "cancelled"
    session["payment_status"] = "paid"
    arrived = stripe.event("checkout.session.async_payment_succeeded", session)
    assert post(client, arrived).json()["state"] == "paid"
    assert post(client, failed).json()["state"] == "paid"


def test_the_sweep_closes_what_ran_out_and_finds_what_was_paid(shelf, stripe):
    from datetime import timedelta

    from django.utils import timezone

    left, paid = opened(shelf[0]), opened(shelf[1])
    stripe.pay(paid.gateway_reference)
    past = timezone.now() - timedelta(hours=1)
    Order.objects.update(created_at=past, expires_at=past)
    payments.sweep(thorough=True)
    states = dict(Order.objects.values_list("pk", "state"))
    assert states == {left.pk: "cancelled", paid.pk: "paid"}
    assert stripe.sessions[left.gateway_reference]["status"] == "expired"


def test_a_refund_is_asked_once_whatever_is_lost(shelf, stripe):
    order = opened(shelf[0], shelf[1])
    stripe.pay(order.gateway_reference)
    look_up(order)
    line = order.lines.order_by("pk")[0]
    refund = services.refund_order(order=order, lines=[line], reason="One is enough")
    assert services.refund_order(order=order, lines=[line], reason="again") == refund
    stripe.fail(*["500"] * 3, after=True)
    with pytest.raises(Unavailable):
        payments.ask_refund(refund_id=refund.pk)
    payments.ask_refund(refund_id=refund.pk)
    payments.ask_refund(refund_id=refund.pk)
    refund.refresh_from_db()
    order.refresh_from_db()
    assert [each["amount"] for each in stripe.refunds.values()] == [900]
    assert (refund.state, order.state, order.refunded_cents) == ("done", "paid", 900)
    assert Grant.objects.filter(revoked_at=None).count() == 1


def test_a_refund_that_fails_later_is_flagged(shelf, stripe, client):
    stripe.refund_status = "pending"
    order = opened(shelf[0])
    stripe.pay(order.gateway_reference)
    look_up(order)
    refund = services.refund_order(order=order, reason="Sorry")
    payments.ask_refund(refund_id=refund.pk)
    assert Refund.objects.get().state == "pending"
    told = next(iter(stripe.refunds.values())) | {"status": "failed"}
    assert post(client, stripe.event("refund.failed", told)).status_code == 200
    order.refresh_from_db()
    assert (Refund.objects.get().state, order.state) == ("failed", "paid")
    assert "could not pay" in order.problem
    assert Grant.objects.get().revoked_at is None


def test_a_refund_by_hand_is_flagged(shelf, stripe, client):
    order = opened(shelf[0])
    stripe.pay(order.gateway_reference)
    look_up(order)
    charge = {
        "id": "ch_1", "object": "charge", "amount_refunded": 100, "currency": "eur",
        "payment_intent": f"pi_{order.gateway_reference}", "metadata": {"order": str(order.pk)},
    }  # fmt: skip
    post(client, stripe.event("charge.refunded", charge))
    order.refresh_from_db()
    assert "by hand" in order.problem


def test_a_dispute_closes_the_rights_until_it_is_decided(shelf, stripe, client):
    order = opened(shelf[0])
    stripe.pay(order.gateway_reference)
    look_up(order)
    dispute = {
        "id": "dp_1", "object": "dispute", "amount": 900, "currency": "eur",
        "payment_intent": f"pi_{order.gateway_reference}", "status": "needs_response",
        "metadata": {},
    }  # fmt: skip
    post(client, stripe.event("charge.dispute.created", dispute))
    assert Grant.objects.get().revoked_at is not None
    post(client, stripe.event("charge.dispute.closed", dispute | {"status": "won"}))
    assert Grant.objects.get().revoked_at is None
    lost = dispute | {"id": "dp_2", "status": "lost"}
    post(client, stripe.event("charge.dispute.closed", lost))
    created_late = dispute | {"id": "dp_2"}
    post(client, stripe.event("charge.dispute.created", created_late))
    order.refresh_from_db()
    assert (order.state, order.refunded_cents) == ("refunded", 900)
    assert Grant.objects.get().revoked_reason == "The payment was taken back by the bank."


def test_a_dispute_whose_events_were_lost_is_found(shelf, stripe):
    from datetime import timedelta

    from django.utils import timezone

    order = opened(shelf[0])
    stripe.pay(order.gateway_reference)
    look_up(order)
    dispute = {
        "id": "dp_1", "object": "dispute", "amount": 900, "currency": "eur", "status": "lost",
        "payment_intent": f"pi_{order.gateway_reference}", "metadata": {},
    }  # fmt: skip
    stripe.event("charge.dispute.closed", dispute)
    stripe.event("charge.dispute.closed", dispute | {"payment_intent": "pi_of_another_shop"})
    for _ in range(2):
        payments.catch_up(since=timezone.now() - timedelta(days=1))
    order.refresh_from_db()
    assert (order.state, order.refunded_cents) == ("refunded", 900)


def test_what_is_forged_old_or_strange_is_refused(shelf, stripe, client):
    order = opened(shelf[0])
    event = stripe.pay(order.gateway_reference)
    assert post(client, event, secret="whsec_other").status_code == 400
    assert post(client, event, at=1_000_000).status_code == 400
    body, signature = posted(event)
    with pytest.raises(BadSignature):
        gateway("stripe").read_event(body=body + b" ", signature=signature)
    assert post(client, stripe.event("customer.created", {"id": "cus_1"})).json() == {
        "ignored": True
    }
    other = stripe.event("checkout.session.completed", {"id": "cs_other"})
    assert post(client, other).status_code == 400
    assert not Grant.objects.exists()


def test_no_gateway_speaks_for_the_orders_of_another(shelf, stripe, settings, client):
    from catalog.checkout.gateway import sign

    order = opened(shelf[0])
    body, _signature = posted(stripe.pay(order.gateway_reference))
    own = sign(body, settings.PAYMENT_WEBHOOK_SECRET)
    answer = client.post(
        "/webhooks/payments/", body, "application/json", headers={"Payment-Signature": own}
    )
    assert answer.status_code == 404
    assert not Grant.objects.exists()


def test_a_refusal_is_said(shelf, stripe, settings):
    settings.STRIPE_SECRET_KEY = "sk_wrong"
    with pytest.raises(StateConflict, match="refused"):
        services.open_payment(order=order_of(make_user(), shelf[0]))


def test_without_its_secrets_the_shop_does_not_start():
    import os

    environment = os.environ | {"PAYMENT_GATEWAY": "stripe", "STRIPE_SECRET_KEY": ""}
    asked = [sys.executable, "-c", "import genart.settings"]
    answer = subprocess.run(asked, env=environment, capture_output=True, text=True)
    assert "PAYMENT_GATEWAY=stripe needs STRIPE_SECRET_KEY" in answer.stderr
