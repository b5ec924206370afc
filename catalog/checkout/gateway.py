"""What the shop asks of a payment gateway with a hosted payment page, and what it is told.

The flow: `open_session` → the buyer is sent to the gateway's page → the gateway posts a signed
event to `/webhooks/payments/` and sends the buyer back → the return page asks `look_up`, in case
the event is late; a sweep asks once more, in case it never comes. All ways end in one function.
Knows nothing of carts and grants.
"""

import hashlib
import hmac
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from genart.lib.errors import GenartError

SIGNATURE_HEADER = "Payment-Signature"
TOLERANCE_SECONDS = 300


class BadSignature(GenartError):
    """An event is not signed by the gateway, or was signed too long ago: answered 400."""

    code = "bad_signature"


@dataclass(frozen=True, slots=True)
class GatewayEvent:
    """One thing a gateway says about one order.

    Attributes:
        gateway: its name.
        event_id: the gateway's own id; the same thing said twice has the same id.
        kind: what happened.
        order_id: our order; `None` where the gateway names only the payment.
        amount_cents: what was paid, or what was paid back: of a refund its own amount, of
            `REFUNDED` the sum of all refunds of the payment.
        currency: ISO 4217.
        payload: the event as it came, kept in the ledger.
        payment_reference: the payment at the gateway, which a refund must name.
        refund_id: our refund, of events about one.
        reference: what the event is about at the gateway: a refund, a dispute.
        country: ISO 3166, where the means of payment come from; may be empty.
    """

    class Kind(StrEnum):
        PAID = "paid"
        WAITING = "waiting"  # done with the page, but the bank takes days
        DECLINED = "declined"
        EXPIRED = "expired"
        REFUNDED = "refunded"  # so much of the payment has been paid back by now
        REFUND_DONE = "refund_done"
        REFUND_FAILED = "refund_failed"
        DISPUTED = "disputed"
        DISPUTE_WON = "dispute_won"
        DISPUTE_LOST = "dispute_lost"

    gateway: str
    event_id: str
    kind: Kind
    order_id: UUID | None
    amount_cents: int
    currency: str
    payload: Mapping[str, Any] = field(default_factory=dict)
    payment_reference: str = ""
    refund_id: UUID | None = None
    reference: str = ""
    country: str = ""


@dataclass(frozen=True, slots=True)
class Session:
    """A payment page that waits for the buyer."""

    reference: str
    url: str


@dataclass(frozen=True, slots=True)
class Payment:
    """What the gateway must know of an order to make a page for it.

    Attributes:
        order_id: our order.
        title: what is bought, in a few words.
        amount_cents: what is to be paid.
        currency: ISO 4217.
        email: of the buyer.
        return_url: where the buyer goes when he is done.
        cancel_url: where he goes when he gives up.
        expires_at: when the page closes.
        at_once: only means of payment that are sure at once: an exclusive work is waiting.
        previous: reference of the page that was made before for this order.
    """

    order_id: UUID
    title: str
    amount_cents: int
    currency: str
    email: str
    return_url: str
    cancel_url: str
    expires_at: datetime
    at_once: bool = False
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Repayment:
    """A refund to ask for. `reference` is the gateway's own, once it was asked."""

    refund_id: UUID
    order_id: UUID
    payment_reference: str
    amount_cents: int
    currency: str
    reference: str = ""


class Gateway(Protocol):
    """A hosted payment page. Every call may be repeated.

    Raises `Unavailable` where the gateway does not answer: the same call may work later.
    """

    name: str
    signature_header: str

    def open_session(self, payment: Payment) -> Session:
        """Make a payment page for an order; one that is open already is returned again."""
        ...

    def close_session(self, *, reference: str) -> None:
        """Close a payment page, where it is open."""
        ...

    def read_event(self, *, body: bytes, signature: str) -> GatewayEvent | None:
        """Return the event of a webhook call; `None` where it is none of the shop's business.

        Raises:
            BadSignature: it is not genuine, or cannot be read.
        """
        ...

    def look_up(self, *, reference: str) -> GatewayEvent | None:
        """Return what became of a payment page, or `None` while it is open."""
        ...

    def told_since(self, since: datetime) -> Iterator[GatewayEvent]:
        """Tell again what was said of payments, disputes and refunds, in any order."""
        ...

    def refund(self, repayment: Repayment) -> GatewayEvent | None:
        """Ask for a refund, or how one stands; `None` while it is under way.

        One `refund_id` is paid back once, however often it is asked.
        """
        ...


def sign(body: bytes, secret: str, at: int | None = None) -> str:
    """Return the signature header `t=<unix seconds>,v1=<hex HMAC-SHA-256 of "t.body">`."""
    moment = int(time.time()) if at is None else at
    digest = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={digest}"


def check_signature(
    body: bytes, signature: str, secret: str, tolerance_seconds: int = TOLERANCE_SECONDS
) -> None:
    """Return when the signature is genuine and fresh.

    Raises:
        BadSignature: it is not.
    """
    parts = [part.partition("=") for part in signature.split(",")]
    moments = [value for name, _eq, value in parts if name.strip() == "t"]
    given = [value for name, _eq, value in parts if name.strip() == "v1"]
    if len(moments) != 1 or not moments[0].isdigit() or not given:
        raise BadSignature("The signature must read t=…,v1=….")
    moment = int(moments[0])
    expected = sign(body, secret, moment).rpartition("=")[2]
    if not any(hmac.compare_digest(expected.encode(), value.encode()) for value in given):
        raise BadSignature("The signature does not fit the event.")
    if abs(time.time() - moment) > tolerance_seconds:
        raise BadSignature("The event was signed too long ago.")
