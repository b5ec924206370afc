"""Mails that leave after an answer. Imported by `catalog/tasks.py`, where workers look for actors.

Calls that must not be lost: `send_on_commit(send_receipt, str(order.pk))` after a payment,
`send_on_commit(send_refund_notice, str(refund.pk))` after a refund.
"""

from uuid import UUID

import dramatiq

from catalog.services import mails
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)


@dramatiq.actor(queue_name="default")
def send_receipt(order_id: str) -> None:
    """Send the receipt of a paid order; once, however often it is called."""
    mails.send_receipt_mail(order_id=UUID(order_id))


@dramatiq.actor(queue_name="default")
def send_refund_notice(refund_id: str) -> None:
    """Say that money went back; once, however often it is called."""
    mails.send_refund_mail(refund_id=UUID(refund_id))
