"""Figures that no single app knows: the flow from picture to sale, the broker, the disk.

Read at most every few seconds, however often somebody asks; see `generation/metrics.py`.
"""

import logging
import shutil
from collections.abc import Iterator
from typing import Any

import dramatiq
from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone
from prometheus_client.metrics_core import GaugeMetricFamily, Metric

from catalog.models import Order
from curation.models import Candidate
from genart.flags import maintenance
from genart.health.readiness import existing, scheduler_sends
from generation.metrics import Text

FRESH_SECONDS = 10.0

logger = logging.getLogger(__name__)


def exposition() -> bytes:
    """Return every figure in Prometheus's text format."""
    return _text.get()


def forget() -> None:
    """Let the next exposition read everything anew."""
    _text.forget()


def _all() -> Iterator[Metric]:
    yield from _candidates()
    yield from _orders()
    yield from _messages()
    yield from _house()


def _candidates() -> Iterator[Metric]:
    """Yield how many pictures wait between rendering and sale, and for how long. Two queries."""
    count = GaugeMetricFamily("genart_candidates", "Candidates by state.", labels=["state"])
    rows = Candidate.objects.order_by().values_list("state").annotate(Count("pk"))
    found: dict[str, int] = dict(rows)
    for state in Candidate.State.values:
        count.add_metric([state], found.get(state, 0))
    yield count
    oldest = GaugeMetricFamily(
        "genart_waiting_oldest_seconds",
        "Age of the oldest picture that waits to be scored, decided or listed.",
        labels=["for"],
    )
    listed = Q(render__artwork__isnull=False) | Q(publish_at__isnull=False)
    since = Candidate.objects.aggregate(
        scoring=Min("created_at", filter=Q(state="scoring")),
        review=Min("created_at", filter=Q(state="review")),
        listing=Min("decided_at", filter=Q(state="approved") & ~listed),
    )
    for name, moment in since.items():
        waited = (timezone.now() - moment).total_seconds() if moment else 0.0
        oldest.add_metric([name], max(waited, 0.0))
    yield oldest


def _orders() -> Iterator[Metric]:
    """Yield how the orders stand. Two queries."""
    orders = GaugeMetricFamily("genart_orders", "Orders by state.", labels=["state"])
    rows: dict[str, int] = dict(Order.objects.order_by().values_list("state").annotate(Count("pk")))
    for state in Order.State.values:
        orders.add_metric([state], rows.get(state, 0))
    yield orders
    troubled = Order.objects.exclude(problem="").count()
    yield GaugeMetricFamily(
        "genart_orders_troubled", "Orders that a person must look at.", value=troubled
    )


def _messages() -> Iterator[Metric]:
    """Yield how many messages the broker holds; nothing where it does not answer."""
    depth = GaugeMetricFamily(
        "genart_broker_messages", "Messages that wait or are in work.", labels=["queue"]
    )
    broker = dramatiq.get_broker()
    try:
        for name in settings.TASK_QUEUES:
            depth.add_metric([name], held_by(broker, name))
    except Exception as error:  # each broker has errors of its own
        logger.warning("The broker does not tell its depth: %s", error)
        return
    yield depth


def held_by(broker: Any, queue: str) -> int:
    """Return how many messages a broker holds for a queue."""
    if hasattr(broker, "get_queue_message_counts"):
        waiting, delayed, _dead = broker.get_queue_message_counts(queue)
        return int(waiting + delayed)
    if hasattr(broker, "do_qsize"):
        return int(broker.do_qsize(queue)) + int(broker.do_qsize(f"{queue}.DQ"))
    return int(broker.queues[queue].qsize())


def _house() -> Iterator[Metric]:
    """Yield room for files, whether somebody sends the periodic messages, maintenance."""
    disk = shutil.disk_usage(existing(settings.DATA_DIR))
    yield GaugeMetricFamily("genart_disk_free_bytes", "Room for files.", value=disk.free)
    yield GaugeMetricFamily("genart_disk_bytes", "Size of that disk.", value=disk.total)
    yield GaugeMetricFamily(
        "genart_scheduler_active", "1 where a scheduler is at work.", value=scheduler_sends()
    )
    yield GaugeMetricFamily(
        "genart_maintenance", "1 during maintenance.", value=maintenance.is_on()
    )


_text = Text(FRESH_SECONDS, _all)
