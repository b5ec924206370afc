"""Mails that leave after an answer. Imported by `catalog/tasks.py`, where workers look for actors.

Ring them through `send_on_commit`; each mail is sent once, however often it is asked for.
"""

from uuid import UUID

import dramatiq

from catalog.services import mails, prints, vat_checks
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.lib.languages import ENGLISH


@dramatiq.actor(queue_name="default")
def send_receipt(order_id: str) -> None:
    """Send the receipt of a paid order."""
    mails.send_receipt_mail(order_id=UUID(order_id))


@dramatiq.actor(queue_name="default")
def send_refund_notice(refund_id: str) -> None:
    """Say that money went back."""
    mails.send_refund_mail(refund_id=UUID(refund_id))


@dramatiq.actor(queue_name="default", max_retries=3)
def enlarge(grant_id: str) -> None:
    """Make the print file of a grant. Safe to repeat; who asks again rings again."""
    prints.make_asked_print(grant_id=UUID(grant_id))


@dramatiq.actor(queue_name="default")
def send_recovery(email: str, language: str = ENGLISH) -> None:
    """Send the link that opens all orders of an address, if there are any."""
    mails.send_recovery_mail(email=email, language=language)


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_receipts() -> None:
    """Send the receipts and notices that a lost message left behind."""
    mails.sweep_mails()


@dramatiq.actor(queue_name="default", max_retries=0)
def recheck_vat_ids() -> None:
    """Ask VIES again about numbers that it was silent on."""
    vat_checks.recheck_vat_ids()
