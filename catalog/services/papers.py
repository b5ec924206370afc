"""Issue invoices and credit notes: facts frozen under the next number of the year."""

from catalog.models import Invoice, Order, Refund


def issue_invoice(*, order: Order) -> Invoice | None:
    """Issue the invoice of a paid order, inside the caller's transaction. Safe to repeat."""
    return None


def issue_credit_note(*, refund: Refund) -> Invoice | None:
    """Issue the credit note of a refund that is done, inside the caller's transaction."""
    return None
