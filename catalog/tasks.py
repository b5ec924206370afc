"""Work of the shop that happens after an answer. Actors get ids and may run twice.

Publishing has its actor in `genart/workflow.py`, since it begins in curation.
"""

import urllib.request
from datetime import timedelta
from uuid import UUID

import dramatiq
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from catalog.checkout.gateway import SIGNATURE_HEADER
from catalog.checkout.test import signed
from catalog.models import TestCheckout
from catalog.services import payments, pricing
from catalog.tasks_autopilot import run_autopilot  # noqa: F401  (found here)
from catalog.tasks_demand import flush_signals  # noqa: F401  (found here)
from catalog.tasks_finding import fold_facets, tell_new_works  # noqa: F401  (found here)
from catalog.tasks_outlets import make_export, sweep_exports  # noqa: F401  (found here)
from catalog.tasks_papers import recheck_vat_ids, sweep_receipts  # noqa: F401  (found here)
from catalog.tasks_provenance import seal, sweep_seals, sweep_terms  # noqa: F401  (found here)
from catalog.tasks_texts import write_better  # noqa: F401  (found here)
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)

WEBHOOK_SECONDS = 10


@dramatiq.actor(queue_name="default", max_retries=8)
def deliver_test_events(reference: str, number: int) -> None:
    """Post an event of a test payment to the shop's webhook, as a real gateway would."""
    page = TestCheckout.objects.filter(pk=reference).first()
    if page is None or number >= len(page.events):
        return
    body, signature = signed(page.events[number])
    request = urllib.request.Request(  # noqa: S310  (our own address, http or https)
        settings.SITE_URL + reverse("catalog:payment_webhook"),
        data=body,
        headers={"Content-Type": "application/json", SIGNATURE_HEADER: signature},
        method="POST",
    )
    with urllib.request.urlopen(request, timeout=WEBHOOK_SECONDS):  # noqa: S310
        pass


@dramatiq.actor(queue_name="default", max_retries=8)
def close_payment_page(order_id: str) -> None:
    """Close the payment page of an order that is closed here."""
    payments.close_page(order_id=UUID(order_id))


@dramatiq.actor(queue_name="default", max_retries=8)
def close_outbid(artwork_id: str) -> None:
    """Close the orders that wait for a work which they can no longer get."""
    payments.close_outbid(artwork_id=UUID(artwork_id))


@dramatiq.actor(queue_name="default", max_retries=8)
def ask_refund(refund_id: str) -> None:
    """Ask the gateway for a refund, or how it stands."""
    payments.ask_refund(refund_id=UUID(refund_id))


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_payments() -> None:
    """Ask about payments and refunds of which no word came, and close orders that are over."""
    payments.sweep()


@dramatiq.actor(queue_name="default", max_retries=0)
def catch_up_payments() -> None:
    """Ask for events of the last days that never arrived."""
    payments.catch_up(since=timezone.now() - timedelta(days=7))


@dramatiq.actor(queue_name="default", max_retries=0)
def refresh_prices() -> None:
    """Bring the prices that listings show up to date where a rule began or ended."""
    pricing.refresh_by_clock()


@dramatiq.actor(queue_name="default", max_retries=0)
def refresh_all_prices() -> None:
    """Bring every price up to date, whatever was missed."""
    pricing.refresh_prices()
