"""Read what Stripe says: events and objects of its API, as what they mean to the shop.

The embedded test gateway speaks the same words, so that one reader serves both and every test of
the shop is one of this file. Objects are plain mappings here; nothing is fetched.
Source: https://docs.stripe.com/api/events/types and the objects named there.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from catalog.checkout.gateway import GatewayEvent

Kind = GatewayEvent.Kind
Said = Mapping[str, Any]


def as_event(gateway: str, said: Said) -> GatewayEvent | None:
    """Return what an event means; `None` where the shop has no use for it.

    Raises:
        KeyError, TypeError, ValueError: it does not have the form that is documented.
    """
    kind, about = str(said["type"]), said["data"]["object"]
    if kind.startswith("checkout.session."):
        return session_event(gateway, about, event_id=str(said["id"]), kind=kind, payload=said)
    if kind == "charge.refunded":
        return _charge_event(gateway, said, about)
    if kind.startswith(("refund.", "charge.refund.")):
        return refund_event(gateway, about, event_id=str(said["id"]), payload=said)
    if kind.startswith("charge.dispute."):
        return _dispute_event(gateway, said, about)
    return None


def session_event(
    gateway: str, session: Said, *, event_id: str, kind: str = "", payload: Said | None = None
) -> GatewayEvent | None:
    """Return what a checkout session says, in an event of `kind` or when it was looked up."""
    meaning = _session_kind(session, kind)
    order_id = _order_id(session)
    if meaning is None or order_id is None:
        return None
    address = ((session.get("customer_details") or {}).get("address")) or {}
    return GatewayEvent(
        gateway=gateway,
        event_id=event_id[:120],
        kind=meaning,
        order_id=order_id,
        amount_cents=int(session["amount_total"] or 0),
        currency=str(session["currency"]).upper(),
        payload=payload or {"type": "looked up", "data": {"object": dict(session)}},
        payment_reference=_id(session.get("payment_intent")),
        reference=str(session["id"]),
        country=str(address.get("country") or ""),
    )


def refund_event(
    gateway: str, refund: Said, *, event_id: str, payload: Said | None = None
) -> GatewayEvent | None:
    """Return what a refund says; `None` while it is under way or where it is none of ours."""
    kinds = {"succeeded": Kind.REFUND_DONE, "failed": Kind.REFUND_FAILED}
    kinds["canceled"] = Kind.REFUND_FAILED
    kind = kinds.get(str(refund.get("status")))
    ours = (refund.get("metadata") or {}).get("refund")
    if kind is None or not ours:
        return None
    return GatewayEvent(
        gateway=gateway,
        event_id=event_id[:120],
        kind=kind,
        order_id=_order_id(refund),
        amount_cents=int(refund["amount"]),
        currency=str(refund["currency"]).upper(),
        payload=payload or {"type": "looked up", "data": {"object": dict(refund)}},
        payment_reference=_id(refund.get("payment_intent")),
        refund_id=UUID(str(ours)),
        reference=str(refund["id"]),
    )


def _charge_event(gateway: str, said: Said, charge: Said) -> GatewayEvent:
    return GatewayEvent(
        gateway=gateway,
        event_id=str(said["id"])[:120],
        kind=Kind.REFUNDED,
        order_id=_order_id(charge),
        amount_cents=int(charge["amount_refunded"]),
        currency=str(charge["currency"]).upper(),
        payload=said,
        payment_reference=_id(charge.get("payment_intent")),
        reference=str(charge["id"]),
    )


def _dispute_event(gateway: str, said: Said, dispute: Said) -> GatewayEvent | None:
    kind = {
        "charge.dispute.created": Kind.DISPUTED,
        "charge.dispute.closed": {
            "won": Kind.DISPUTE_WON,
            "warning_closed": Kind.DISPUTE_WON,
            "lost": Kind.DISPUTE_LOST,
        }.get(str(dispute.get("status"))),
    }.get(str(said["type"]))
    if kind is None:
        return None
    return GatewayEvent(
        gateway=gateway,
        event_id=str(said["id"])[:120],
        kind=kind,
        order_id=_order_id(dispute),
        amount_cents=int(dispute["amount"]),
        currency=str(dispute["currency"]).upper(),
        payload=said,
        payment_reference=_id(dispute.get("payment_intent")),
        reference=str(dispute["id"]),
    )


def _session_kind(session: Said, kind: str) -> GatewayEvent.Kind | None:
    """Return the meaning: the state that the object shows, and a failure that only events tell."""
    if kind == "checkout.session.async_payment_failed":
        return Kind.DECLINED
    if session["payment_status"] in ("paid", "no_payment_required"):
        return Kind.PAID
    return {"complete": Kind.WAITING, "expired": Kind.EXPIRED}.get(str(session["status"]))


def _order_id(about: Said) -> UUID | None:
    """Return our order, from the metadata that the shop gave along."""
    named = (about.get("metadata") or {}).get("order") or about.get("client_reference_id")
    return UUID(str(named)) if named else None


def _id(reference: Any) -> str:
    """Return the id of something that may be expanded to an object."""
    if isinstance(reference, Mapping):
        reference = reference["id"]
    return str(reference or "")[:120]
