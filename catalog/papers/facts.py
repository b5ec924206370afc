"""What an invoice or a credit note states, as plain values that are frozen when it is issued.

What Article 226 of Directive 2006/112/EC asks for: dates, numbers, names, VAT numbers, what was
sold, net, rate and VAT, and the reason where none is charged.
"""

from typing import Any

from django.conf import settings

from catalog.models import Invoice, Order, OrderLine, Refund
from catalog.papers.spread import spread

NOTES = {
    Order.VatScheme.REVERSE: "Reverse charge: VAT is to be accounted for by the customer "
    "(Articles 44 and 196 of Directive 2006/112/EC).",
    Order.VatScheme.OUTSIDE: "Outside the scope of EU VAT: the place of supply is where the "
    "customer is (Articles 44 and 58 of Directive 2006/112/EC).",
    Order.VatScheme.OSS: "VAT of the customer's country, reported through the One Stop Shop.",
}
VOUCHER_NOTE = (
    "Credits are a voucher for several purposes: VAT is due when they are spent, not now "
    "(Article 30b of Directive 2006/112/EC)."
)
GATEWAYS = {"test": "test payment, no money moved", "stripe": "card (Stripe)"}


def invoice_facts(order: Order) -> dict[str, Any]:
    """Return what the invoice of a paid order states."""
    lines = _lines(order)
    weights = [line.price_cents for line in lines]
    totals, nets = spread(order.total_cents, weights), spread(order.net_cents, weights)
    return _frame(order) | {
        "lines": [
            _line(line, total, net) for line, total, net in zip(lines, totals, nets, strict=True)
        ],
        "discount_cents": order.discount_cents,
        "credits_cents": order.credits_cents,
        "net_cents": order.net_cents,
        "vat_cents": order.vat_cents,
        "total_cents": order.total_cents,
        "paid": _paid(order),
        "notes": _notes(order, lines),
    }


def credit_note_facts(
    refund: Refund, *, invoice: Invoice, earlier: int, given: int
) -> dict[str, Any]:
    """Return what the credit note of a refund states; amounts are negative.

    Args:
        refund: of lines of the order.
        invoice: what is corrected.
        earlier: cents that earlier credit notes gave back, net and VAT.
        given: of these the net cents.
    """
    order = refund.order
    total = refund.amount_cents
    net = spread(order.net_cents, _shares(order.total_cents, earlier + total))[0] - given
    lines = list(refund.lines.select_related("artwork", "licence", "credit_pack").order_by("pk"))
    weights = [line.price_cents for line in lines]
    parts = zip(lines, spread(total, weights), spread(net, weights), strict=True)
    return _frame(order) | {
        "lines": [_line(line, -each, -part) for line, each, part in parts],
        "discount_cents": 0,
        "credits_cents": -refund.credit_cents,
        "net_cents": -net,
        "vat_cents": net - total,
        "total_cents": -total,
        "corrects": str(invoice),
        "corrects_date": invoice.issued_at.date().isoformat(),
        "reason": refund.reason,
        "notes": _notes(order, lines),
    }


def _shares(whole: int, part: int) -> list[int]:
    return [part, max(0, whole - part)]


def _frame(order: Order) -> dict[str, Any]:
    """Return what both papers state of seller, buyer and VAT."""
    billed = [line.strip() for line in order.bill_to.splitlines() if line.strip()]
    if not billed and order.buyer is not None:
        billed = [order.buyer.get_full_name() or order.buyer.get_username()]
    check = order.vat_id_check or {}
    return {
        "seller": {
            "name": settings.SHOP_LEGAL_NAME,
            "address": [
                line.strip() for line in settings.SHOP_ADDRESS.splitlines() if line.strip()
            ],
            "country": settings.SHOP_COUNTRY,
            "vat_id": settings.SHOP_VAT_ID,
            "email": settings.SHOP_EMAIL,
            "site": settings.SITE_URL,
        },
        "buyer": {
            "lines": billed,
            "email": order.email,
            "country": order.country,
            "vat_id": order.vat_id,
            "vat_id_status": check.get("status", ""),
            "consultation": check.get("consultation", ""),
        },
        "order": str(order.pk),
        "supplied_on": (order.paid_at or order.created_at).date().isoformat(),
        "currency": order.currency,
        "rate_bp": order.vat_rate_bp,
        "scheme": order.vat_scheme,
        "vat_country": _taxed_by(order),
    }


def _taxed_by(order: Order) -> str:
    """Return the country whose VAT is charged; empty where none is."""
    if order.vat_scheme == Order.VatScheme.DOMESTIC:
        return settings.SHOP_COUNTRY
    return order.country if order.vat_scheme == Order.VatScheme.OSS else ""


def _lines(order: Order) -> list[OrderLine]:
    found = order.lines.select_related("artwork", "licence", "credit_pack", "grant")
    return list(found.order_by("pk"))


def _line(line: OrderLine, total: int, net: int) -> dict[str, Any]:
    grant = getattr(line, "grant", None)
    if line.artwork is not None and line.licence is not None:
        title = line.artwork.title
        detail = f"{line.licence.name} licence, version {line.licence.version}"
    else:
        title, detail = str(line.credit_pack), "Credits for licences"
    return {
        "title": title,
        "detail": detail,
        "serial": grant.serial if grant is not None else "",
        "list_cents": line.list_cents,
        "net_cents": net,
        "vat_cents": total - net,
        "total_cents": total,
    }


def _paid(order: Order) -> str:
    by = GATEWAYS.get(order.gateway, order.gateway)
    return f"{order.paid_at:%-d %B %Y}, {by}" if order.paid_at else ""


def _notes(order: Order, lines: list[OrderLine]) -> list[str]:
    """Return the sentences that the scheme asks for."""
    if lines and all(line.credit_pack_id is not None for line in lines):
        return [VOUCHER_NOTE]
    if order.vat_scheme == Order.VatScheme.NONE:
        return [settings.VAT_NONE_NOTE]
    note = NOTES.get(Order.VatScheme(order.vat_scheme))
    return [note] if note else []
