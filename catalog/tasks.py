"""Work of the shop that happens after an answer. Actors get ids and may run twice.

Publishing has its actor in `genart/workflow.py`, since it begins in curation.
"""

import urllib.request

import dramatiq
from django.conf import settings
from django.urls import reverse

from catalog.checkout.gateway import SIGNATURE_HEADER
from catalog.checkout.test import signed
from catalog.models import TestCheckout
from catalog.tasks_papers import send_receipt, send_refund_notice  # noqa: F401  (found here)
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)

WEBHOOK_SECONDS = 10


@dramatiq.actor(queue_name="default", max_retries=8)
def deliver_test_event(reference: str) -> None:
    """Post a test payment's event to the shop's webhook, as a real gateway would; repeatable."""
    page = TestCheckout.objects.filter(pk=reference).exclude(state=TestCheckout.State.OPEN).first()
    if page is None:
        return
    body, signature = signed(page)
    request = urllib.request.Request(  # noqa: S310  (our own address, http or https)
        settings.SITE_URL + reverse("catalog:payment_webhook"),
        data=body,
        headers={"Content-Type": "application/json", SIGNATURE_HEADER: signature},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS):  # noqa: S310
        pass
