"""Issue invoices and credit notes: facts frozen under the next number of the year.

Numbers have no gap: the counter's row is locked until the transaction ends, and a transaction that
is rolled back gives its number back. So issue last, and hold nothing slow open around it. A paper
is never changed; a buyer may correct name and address once, which is noted beside the facts.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from catalog.models import Grant, Invoice, InvoiceCounter, Order, Refund
from catalog.papers.facts import credit_note_facts, invoice_facts
from genart.lib.errors import InvalidInput, StateConflict

CORRECTION_DAYS = 30
BILL_TO_LENGTH, BILL_TO_LINES = 600, 8


@transaction.atomic
def issue_invoice(*, order: Order) -> Invoice:
    """Issue the invoice of a paid order, or return the one it has. The caller holds its lock.

    Raises:
        StateConflict: the order is not paid; nothing was written.
    """
    found = order.invoices.filter(kind=Invoice.Kind.INVOICE).first()
    if found is not None:
        return found
    if order.state not in (Order.State.PAID, Order.State.REFUNDED):
        raise StateConflict("An invoice is issued when the order is paid, not before.")
    return _issue(Invoice.Kind.INVOICE, order, invoice_facts(order))


@transaction.atomic
def issue_credit_note(*, refund: Refund) -> Invoice | None:
    """Issue the credit note of a refund that is done, or return the one it has.

    A refund without lines gives back a payment too many: nothing is corrected, `None` is returned.
    The caller holds the order's lock.

    Raises:
        StateConflict: the refund is not done; nothing was written.
    """
    found = Invoice.objects.filter(refund=refund).first()
    if found is not None:
        return found
    if refund.state != Refund.State.DONE:
        raise StateConflict("A credit note is issued when the money went back, not before.")
    if not refund.lines.exists():
        return None
    invoice = issue_invoice(order=refund.order)
    earlier = [note.facts for note in _credit_notes(refund.order)]
    facts = credit_note_facts(
        refund,
        invoice=invoice,
        earlier=-sum(note["total_cents"] for note in earlier),
        given=-sum(note["net_cents"] for note in earlier),
    )
    return _issue(Invoice.Kind.CREDIT_NOTE, refund.order, facts, refund)


@transaction.atomic
def correct_papers(*, order: Order, bill_to: str) -> None:
    """Correct name and address on the papers and certificates of an order, once, within 30 days.

    The facts stay as they were issued. What is drawn from now on shows the corrected lines, and
    says so.

    Raises:
        InvalidInput: no name, or too long.
        StateConflict: it is too late, or was done before; nothing was written.
    """
    lines = _address(bill_to)
    invoice = order.invoices.select_for_update().filter(kind=Invoice.Kind.INVOICE).first()
    if invoice is None or not may_be_corrected(invoice):
        raise StateConflict(
            gettext(
                "Name and address can be corrected once, within %(correction_days)s days. Write"
                " to %(shop_email)s and we help."
            )
            % {"correction_days": CORRECTION_DAYS, "shop_email": settings.SHOP_EMAIL}
        )
    said = {"lines": lines, "on": timezone.now().date().isoformat()}
    order.invoices.update(correction=said)
    Grant.objects.filter(order_line__order=order).update(licensee=lines[0][:200])


def may_be_corrected(invoice: Invoice, *, at: datetime | None = None) -> bool:
    """Tell whether the buyer may still correct name and address."""
    age = (at or timezone.now()) - invoice.issued_at
    return not invoice.correction and age <= timedelta(days=CORRECTION_DAYS)


def show_licensee(*, grant: Grant, shown: bool) -> None:
    """Show or hide the licensee's name on the public page of a certificate. Safe to repeat."""
    Grant.objects.filter(pk=grant.pk).update(names_licensee=shown)


def _address(bill_to: str) -> list[str]:
    plain = ["".join(char for char in line if char.isprintable()) for line in bill_to.splitlines()]
    lines = [" ".join(line.split()) for line in plain if line.strip()]
    if not lines:
        raise InvalidInput("Write the name in the first line.", where="bill_to")
    if len(bill_to) > BILL_TO_LENGTH or len(lines) > BILL_TO_LINES:
        raise InvalidInput(
            gettext("Keep to %(bill_to_lines)s lines and %(bill_to_length)s characters.")
            % {"bill_to_lines": BILL_TO_LINES, "bill_to_length": BILL_TO_LENGTH},
            where="bill_to",
        )
    return lines


def _credit_notes(order: Order) -> list[Invoice]:
    return list(order.invoices.filter(kind=Invoice.Kind.CREDIT_NOTE))


def _issue(kind: str, order: Order, facts: dict[str, Any], refund: Refund | None = None) -> Invoice:
    """Give the facts the next number."""
    now = timezone.now()
    series = f"{settings.INVOICE_PREFIX}{'CN' if refund else ''}{now:%Y}"
    return Invoice.objects.create(
        kind=kind,
        series=series,
        number=_next(series),
        order=order,
        refund=refund,
        facts=facts,
        correction=_correction(order),
        issued_at=now,
    )


def _next(series: str) -> int:
    """Take the next number; others wait for it until this transaction ends."""
    InvoiceCounter.objects.get_or_create(series=series)
    counter = InvoiceCounter.objects.select_for_update().get(pk=series)
    counter.last += 1
    counter.save(update_fields=["last"])
    return counter.last


def _correction(order: Order) -> dict[str, Any]:
    """Return the correction that the order's invoice already has, for a credit note."""
    corrected = order.invoices.exclude(correction={}).first()
    return dict(corrected.correction) if corrected else {}
