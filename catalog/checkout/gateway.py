"""What the shop asks of a payment gateway with a hosted payment page, and what it is told.

The flow: `open_session` → the buyer is sent to the gateway's page → the gateway posts a signed
event to `/webhooks/payments/` and sends the buyer back → the return page asks `look_up`, in case
the event is late. Both ways end in one function. Knows nothing of carts and grants.
"""

import hashlib
import hmac
import time
from dataclasses import dataclass, field
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
        kind: paid or declined.
        order_id: our order.
        amount_cents: what was paid.
        currency: ISO 4217.
        payload: the event as it came, kept in the ledger.
    """

    class Kind(StrEnum):
        PAID = "paid"
        DECLINED = "declined"

    gateway: str
    event_id: str
    kind: Kind
    order_id: UUID
    amount_cents: int
    currency: str
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Session:
    """A payment page that waits for the buyer."""

    reference: str
    url: str


class Gateway(Protocol):
    """A hosted payment page."""

    name: str

    def open_session(
        self, *, order_id: UUID, amount_cents: int, currency: str, return_url: str
    ) -> Session:
        """Make a payment page for an order; asked again it returns the same one."""
        ...

    def read_event(self, *, body: bytes, signature: str) -> GatewayEvent:
        """Return the event of a webhook call; raise `BadSignature` where it is not genuine."""
        ...

    def look_up(self, *, reference: str) -> GatewayEvent | None:
        """Return what became of a payment page, or `None` while it is open."""
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
