"""Stripe Checkout through Stripe's own client. Money moves here.

Each question carries an idempotency key made of what it is about, so that Stripe answers a repeated
one with what it did the first time. The client repeats a question by itself where the network or a
500 stood in the way; after that, and at a 429, it is `Unavailable`, and a sweep asks again.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext

from catalog.checkout.events import as_event, refund_event, session_event
from catalog.checkout.gateway import BadSignature, GatewayEvent, Payment, Repayment, Session
from genart.lib.errors import StateConflict, Unavailable

if TYPE_CHECKING:
    from stripe import StripeClient

ANSWER_SECONDS = 10
NETWORK_RETRIES = 2
RETOLD = [
    "checkout.session.completed",
    "checkout.session.async_payment_succeeded",
    "charge.dispute.created",
    "charge.dispute.closed",
    "charge.refunded",
    "refund.updated",
    "refund.failed",
]
"""Every event by which money came or went."""
Answer = TypeVar("Answer")


class StripeGateway:
    """See the module."""

    name = "stripe"
    signature_header = "Stripe-Signature"

    def open_session(self, payment: Payment) -> Session:
        """Return the open page of an order, or make one."""
        sessions = self._client().v1.checkout.sessions
        if payment.previous:
            held = _plain(_asked(lambda: sessions.retrieve(payment.previous)))
            if held["status"] == "open" and held["amount_total"] == payment.amount_cents:
                return Session(held["id"], held["url"])
            if held["status"] == "complete":
                return Session(held["id"], payment.return_url)
        key = f"order-{payment.order_id}-{payment.previous or 'first'}"
        made = _asked(lambda: sessions.create(_page_of(payment), {"idempotency_key": key}))
        return Session(made.id, made.url or payment.return_url)

    def close_session(self, *, reference: str) -> None:
        """Close an open page; one that is paid or closed stays as it is."""
        from stripe import InvalidRequestError

        sessions = self._client().v1.checkout.sessions
        with _translated():
            try:
                sessions.expire(reference)
            except InvalidRequestError:  # it is not open: the state it has is told by `look_up`
                return

    def read_event(self, *, body: bytes, signature: str) -> GatewayEvent | None:
        """Return the event of a genuine webhook call."""
        from stripe import SignatureVerificationError, Webhook

        try:
            Webhook.construct_event(body, signature, settings.STRIPE_WEBHOOK_SECRET)
            return as_event(self.name, json.loads(body))
        except SignatureVerificationError as error:
            raise BadSignature("The signature does not fit the event.") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadSignature("The event cannot be read.") from error

    def look_up(self, *, reference: str) -> GatewayEvent | None:
        """Return what became of a page, or `None` while it is open."""
        sessions = self._client().v1.checkout.sessions
        session = _plain(_asked(lambda: sessions.retrieve(reference)))
        told = f"{session['id']}:{session['status']}:{session['payment_status']}"
        return session_event(self.name, session, event_id=told)

    def told_since(self, since: datetime) -> Iterator[GatewayEvent]:
        """Tell again what was said of money; Stripe keeps it for thirty days."""
        asked: Any = {"types": RETOLD, "created": {"gte": int(since.timestamp())}, "limit": 100}
        events = self._client().v1.events
        with _translated():
            for told in events.list(asked).auto_paging_iter():
                event = as_event(self.name, _plain(told))
                if event is not None:
                    yield event

    def refund(self, repayment: Repayment) -> GatewayEvent | None:
        """Ask for a refund, or how it stands where it was asked before."""
        refunds = self._client().v1.refunds
        if repayment.reference:
            answer = _asked(lambda: refunds.retrieve(repayment.reference))
        else:
            key = f"refund-{repayment.refund_id}"
            answer = _asked(lambda: refunds.create(_refund_of(repayment), {"idempotency_key": key}))
        refund = _plain(answer)
        told = f"{refund['id']}:{refund['status']}"
        return refund_event(self.name, refund, event_id=told)

    @staticmethod
    def _client() -> "StripeClient":
        return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_URL)


@lru_cache(maxsize=4)
def _client(key: str, api_url: str) -> "StripeClient":
    """Return a client with its own pool of connections; imported late: it is heavy."""
    from stripe import HTTPClient, RequestsClient, StripeClient

    http: HTTPClient = RequestsClient(timeout=ANSWER_SECONDS)
    return StripeClient(
        key,
        base_addresses={"api": api_url} if api_url else {},
        max_network_retries=NETWORK_RETRIES,
        http_client=http,
    )


def _page_of(payment: Payment) -> Any:
    """Return the parameters of a checkout session."""
    ours = {"order": str(payment.order_id)}
    only_cards = {"payment_method_types": ["card"]} if payment.at_once else {}
    return only_cards | {
        "mode": "payment",
        "client_reference_id": str(payment.order_id),
        "metadata": ours,
        "payment_intent_data": {"metadata": ours},
        "customer_email": payment.email,
        "success_url": payment.return_url,
        "cancel_url": payment.cancel_url,
        "expires_at": int(payment.expires_at.timestamp()),
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": payment.currency.lower(),
                    "unit_amount": payment.amount_cents,
                    "product_data": {"name": payment.title},
                },
            }
        ],
    }


def _refund_of(repayment: Repayment) -> Any:
    """Return the parameters of a refund."""
    ours = {"order": str(repayment.order_id), "refund": str(repayment.refund_id)}
    return {
        "payment_intent": repayment.payment_reference,
        "amount": repayment.amount_cents,
        "metadata": ours,
    }


def _asked(question: Callable[[], Answer]) -> Answer:
    """Return Stripe's answer, or raise an error of ours."""
    with _translated():
        return question()


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what the client raises into what the shop understands."""
    import stripe

    try:
        yield
    except (stripe.APIConnectionError, stripe.RateLimitError, stripe.APIError) as error:
        raise Unavailable("The payment provider does not answer. Try again in a minute.") from error
    except stripe.StripeError as error:
        raise StateConflict(
            gettext("The payment provider refused: %(user_message)s")
            % {"user_message": error.user_message}
        ) from error


def _plain(answer: Any) -> dict[str, Any]:
    """Return an object of the client as a plain mapping."""
    plain: dict[str, Any] = answer.to_dict()
    return plain
