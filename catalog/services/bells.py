"""Doorbells that the verbs of money ring after commit. Late imports: workers import the verbs."""

from uuid import UUID

from genart.lib.queue import send_on_commit


def close_page(order_id: UUID) -> None:
    """Have the payment page of an order closed."""
    from catalog.tasks import close_payment_page

    send_on_commit(close_payment_page, str(order_id))


def outbid(artwork_id: UUID) -> None:
    """Have the orders closed that wait for a work which they can no longer get."""
    from catalog.tasks import close_outbid

    send_on_commit(close_outbid, str(artwork_id))


def repay(refund_id: UUID) -> None:
    """Have a refund asked of the gateway."""
    from catalog.tasks import ask_refund

    send_on_commit(ask_refund, str(refund_id))


def tell_paid(order_id: UUID) -> None:
    """Have the receipt sent."""
    from catalog.tasks_papers import send_receipt

    send_on_commit(send_receipt, str(order_id))


def tell_refunded(refund_id: UUID) -> None:
    """Have the buyer told that money went back."""
    from catalog.tasks_papers import send_refund_notice

    send_on_commit(send_refund_notice, str(refund_id))


def seal(artwork_id: UUID) -> None:
    """Have the files of a work say what it says now, and signed."""
    from catalog.tasks_provenance import seal as actor

    send_on_commit(actor, str(artwork_id))
