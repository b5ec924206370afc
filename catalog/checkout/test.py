"""The embedded test gateway: a payment page of our own that moves no money.

It speaks the same flow, and the same words, as Stripe: its own memory (`TestCheckout`), its own
page (`/pay/<reference>/`), signed events over HTTP (`catalog/tasks.py: deliver_test_events`), and
an answer when the shop asks. It says on every page that it is a test.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string

from catalog.checkout.events import as_event, refund_event, session_event
from catalog.checkout.gateway import (
    SIGNATURE_HEADER,
    BadSignature,
    GatewayEvent,
    Payment,
    Repayment,
    Session,
    check_signature,
    sign,
)
from catalog.models import TestCheckout
from genart.lib.errors import NotFound, StateConflict
from genart.lib.queue import send_on_commit

State = TestCheckout.State
ANSWERS = {"pay", "decline", "later", "arrived", "failed", "dispute", "dispute_won", "dispute_lost"}


class TestGateway:
    """See the module."""

    __test__ = False
    name = "test"
    signature_header = SIGNATURE_HEADER

    def open_session(self, payment: Payment) -> Session:
        """Return the open payment page of an order, or make one."""
        pages = TestCheckout.objects.filter(
            order_id=payment.order_id, amount_cents=payment.amount_cents
        )
        page = pages.exclude(state__in=[State.DECLINED, State.EXPIRED]).first()
        if page is None:
            page = TestCheckout.objects.create(
                reference=f"tp_{get_random_string(24)}",
                order_id=payment.order_id,
                amount_cents=payment.amount_cents,
                currency=payment.currency,
                return_url=payment.return_url,
                expires_at=payment.expires_at,
            )
        return Session(page.reference, reverse("catalog:test_pay", args=[page.reference]))

    @transaction.atomic
    def close_session(self, *, reference: str) -> None:
        """Close an open page."""
        page = TestCheckout.objects.select_for_update().filter(pk=reference).first()
        if page is not None and page.state == State.OPEN:
            _tell(page, "checkout.session.expired", State.EXPIRED)

    def read_event(self, *, body: bytes, signature: str) -> GatewayEvent | None:
        """Return the event of a genuine webhook call."""
        check_signature(body, signature, settings.PAYMENT_WEBHOOK_SECRET)
        try:
            return as_event(self.name, json.loads(body))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSignature("The event cannot be read.") from error

    def look_up(self, *, reference: str) -> GatewayEvent | None:
        """Return what became of a payment page, or `None` while it is open or unknown."""
        page = TestCheckout.objects.filter(pk=reference).first()
        if page is None:
            return None
        if page.state == State.DECLINED:  # a session does not show a failure; its last event does
            return as_event(self.name, page.events[-1])
        return session_event(self.name, session_object(page), event_id=f"{reference}:{page.state}")

    def told_since(self, since: datetime) -> Iterator[GatewayEvent]:
        """Tell again what was said."""
        for page in TestCheckout.objects.filter(state=State.PAID, created_at__gte=since):
            for said in page.events:
                event = as_event(self.name, said)
                if event is not None:
                    yield event

    @transaction.atomic
    def refund(self, repayment: Repayment) -> GatewayEvent | None:
        """Note a refund; it succeeds at once, unless more would go back than was paid."""
        reference = repayment.payment_reference.removeprefix("pi_")
        page = TestCheckout.objects.select_for_update().filter(pk=reference).first()
        if page is None or page.state != State.PAID:
            raise StateConflict("There is no such test payment to pay back.")
        refund = _refund_object(page, repayment)
        if refund is not None and refund["id"] not in {held["id"] for held in page.refunds}:
            page.refunds.append(refund)
            _tell(page, "charge.refunded", page.state, charge_object(page))
            _tell(page, "refund.updated", page.state, refund)
        if refund is None:
            raise StateConflict("More would be paid back than was paid.")
        return refund_event(self.name, refund, event_id=f"{refund['id']}:{refund['status']}")


@transaction.atomic
def decide(*, reference: str, answer: str) -> TestCheckout:
    """Do what was chosen on the test page, and say so. What no longer fits changes nothing.

    Args:
        reference: of the page.
        answer: of `ANSWERS`. `later` is a bank that takes days, until it `arrived` or `failed`.
    """
    page = TestCheckout.objects.select_for_update().filter(pk=reference).first()
    if page is None:
        raise NotFound("There is no such test payment.")
    steps: dict[tuple[str, str], Callable[[], None]] = {
        (State.OPEN, "pay"): lambda: _tell(page, "checkout.session.completed", State.PAID),
        (State.OPEN, "later"): lambda: _tell(page, "checkout.session.completed", State.WAITING),
        (State.OPEN, "decline"): lambda: _fail(page),
        (State.WAITING, "arrived"): lambda: _tell(
            page, "checkout.session.async_payment_succeeded", State.PAID
        ),
        (State.WAITING, "failed"): lambda: _fail(page),
        (State.PAID, "dispute"): lambda: _dispute(page, "created", "needs_response"),
        (State.PAID, "dispute_won"): lambda: _dispute(page, "closed", "won"),
        (State.PAID, "dispute_lost"): lambda: _dispute(page, "closed", "lost"),
    }
    step = steps.get((page.state, answer))
    if step is not None:
        step()
    return page


def signed(event: dict[str, Any]) -> tuple[bytes, str]:
    """Return body and signature header of an event."""
    body = json.dumps(event, sort_keys=True).encode()
    return body, sign(body, settings.PAYMENT_WEBHOOK_SECRET)


def session_object(page: TestCheckout) -> dict[str, Any]:
    """Return a payment page as Stripe shows a checkout session."""
    status = {State.OPEN: "open", State.EXPIRED: "expired"}.get(State(page.state), "complete")
    if page.state == State.OPEN and page.expires_at and page.expires_at <= timezone.now():
        status = "expired"
    return {
        "id": page.reference,
        "object": "checkout.session",
        "status": status,
        "payment_status": "paid" if page.state == State.PAID else "unpaid",
        "amount_total": page.amount_cents,
        "currency": page.currency.lower(),
        "client_reference_id": str(page.order_id),
        "metadata": {"order": str(page.order_id)},
        "payment_intent": f"pi_{page.reference}" if page.state == State.PAID else None,
    }


def charge_object(page: TestCheckout) -> dict[str, Any]:
    """Return a payment as Stripe shows a charge."""
    return {
        "id": f"ch_{page.reference}",
        "object": "charge",
        "amount": page.amount_cents,
        "amount_refunded": sum(refund["amount"] for refund in page.refunds),
        "currency": page.currency.lower(),
        "payment_intent": f"pi_{page.reference}",
        "metadata": {"order": str(page.order_id)},
    }


def _refund_object(page: TestCheckout, repayment: Repayment) -> dict[str, Any] | None:
    """Return the refund as Stripe shows one, or `None` where too much would go back."""
    wanted = f"re_{repayment.refund_id}"
    for held in page.refunds:
        if held["id"] == wanted:
            return dict(held)
    back = sum(refund["amount"] for refund in page.refunds) + repayment.amount_cents
    if back > page.amount_cents:
        return None
    return {
        "id": wanted,
        "object": "refund",
        "amount": repayment.amount_cents,
        "currency": page.currency.lower(),
        "status": "succeeded",
        "payment_intent": f"pi_{page.reference}",
        "metadata": {"order": str(repayment.order_id), "refund": str(repayment.refund_id)},
    }


def _fail(page: TestCheckout) -> None:
    _tell(page, "checkout.session.async_payment_failed", State.DECLINED)


def _dispute(page: TestCheckout, step: str, status: str) -> None:
    about = {
        "id": f"dp_{page.reference}",
        "object": "dispute",
        "amount": page.amount_cents,
        "currency": page.currency.lower(),
        "payment_intent": f"pi_{page.reference}",
        "status": status,
    }
    kind = f"charge.dispute.{step}"
    if kind not in {event["type"] for event in page.events}:
        _tell(page, kind, page.state, about)


def _tell(page: TestCheckout, kind: str, state: str, about: dict[str, Any] | None = None) -> None:
    """Keep the new state and what is said of it, and ring for the delivery."""
    from catalog.tasks import deliver_test_events

    page.state = state
    event = {
        "id": f"evt_{page.reference}_{len(page.events)}",
        "type": kind,
        "data": {"object": about or session_object(page)},
    }
    page.events.append(event)
    page.save(update_fields=["state", "events", "refunds"])
    send_on_commit(deliver_test_events, page.reference, len(page.events) - 1)
