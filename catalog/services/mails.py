"""Write to buyers. Each mail about a thing is sent once."""

from uuid import UUID


def send_receipt_mail(*, order_id: UUID) -> None:
    """Send the receipt of a paid order, once."""


def send_refund_mail(*, refund_id: UUID) -> None:
    """Say that money went back, once."""
