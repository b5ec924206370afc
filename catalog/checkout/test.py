"""The embedded test gateway: a payment page of our own that moves no money.

It speaks the same flow as a hosted one: its own memory (`TestCheckout`), its own page
(`/pay/<reference>/`), signed events over HTTP (`catalog/tasks.py: deliver_test_event`), and an
answer when the shop asks what became of a payment. It says on every page that it is a test.
"""

import json
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import get_random_string

from catalog.checkout.gateway import BadSignature, GatewayEvent, Session, check_signature, sign
from catalog.models import TestCheckout
from genart.lib.errors import NotFound


class TestGateway:
    """See the module."""

    __test__ = False
    name = "test"

    def open_session(
        self, *, order_id: UUID, amount_cents: int, currency: str, return_url: str
    ) -> Session:
        """Return the open payment page of an order, or make one; `return_url` is always ours."""
        del return_url
        page = TestCheckout.objects.filter(order_id=order_id, state=TestCheckout.State.OPEN).first()
        if page is None:
            page = TestCheckout.objects.create(
                reference=f"tp_{get_random_string(24)}",
                order_id=order_id,
                amount_cents=amount_cents,
                currency=currency,
            )
        return Session(page.reference, reverse("catalog:test_pay", args=[page.reference]))

    def read_event(self, *, body: bytes, signature: str) -> GatewayEvent:
        """Return the event of a genuine webhook call."""
        check_signature(body, signature, settings.PAYMENT_WEBHOOK_SECRET)
        try:
            return self._event(json.loads(body))
        except (ValueError, KeyError, TypeError) as error:
            raise BadSignature("The event cannot be read.") from error

    def look_up(self, *, reference: str) -> GatewayEvent | None:
        """Return what became of a payment page, or `None` while it is open or unknown."""
        page = TestCheckout.objects.filter(pk=reference).exclude(state=TestCheckout.State.OPEN)
        found = page.first()
        return self._event(message(found)) if found else None

    def _event(self, said: dict[str, Any]) -> GatewayEvent:
        data = said["data"]
        return GatewayEvent(
            gateway=self.name,
            event_id=str(said["id"])[:120],
            kind=GatewayEvent.Kind(said["type"].removeprefix("payment.")),
            order_id=UUID(data["order"]),
            amount_cents=int(data["amount_cents"]),
            currency=str(data["currency"]),
            payload=said,
        )


@transaction.atomic
def decide(*, reference: str, paid: bool) -> TestCheckout:
    """Pay or decline on the test page. The first answer stands; safe to repeat."""
    page = TestCheckout.objects.select_for_update().filter(pk=reference).first()
    if page is None:
        raise NotFound("There is no such test payment.")
    if page.state == TestCheckout.State.OPEN:
        page.state = TestCheckout.State.PAID if paid else TestCheckout.State.DECLINED
        page.event_id = f"evt_{get_random_string(24)}"
        page.save(update_fields=["state", "event_id"])
    return page


def message(page: TestCheckout) -> dict[str, Any]:
    """Return what the gateway posts about a decided payment page."""
    return {
        "id": page.event_id,
        "type": f"payment.{page.state}",
        "data": {
            "reference": page.reference,
            "order": str(page.order_id),
            "amount_cents": page.amount_cents,
            "currency": page.currency,
        },
    }


def signed(page: TestCheckout) -> tuple[bytes, str]:
    """Return body and signature header of the gateway's event."""
    body = json.dumps(message(page), sort_keys=True).encode()
    return body, sign(body, settings.PAYMENT_WEBHOOK_SECRET)
