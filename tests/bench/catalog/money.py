"""Money under the worst network: 10,000 payment events shuffled, doubled, dropped and delayed.

A market day (`tests/catalog/money/market.py`) with the embedded gateway, whose events are those of
Stripe. The faults are counted against the gateway's own memory; each goal is none.
"""

import logging
import time
from collections.abc import Iterator

from django.core.management import call_command

from catalog import defaults
from catalog.models import Grant, Order, PaymentEvent
from catalog.services import refresh_prices
from tests.bench import Figure, percentile
from tests.catalog.money.conftest import make_works
from tests.catalog.money.market import Event, Market, faults

ORDERS, EVENTS = 2_600, 10_000


def figures() -> Iterator[Figure]:
    """Yield every figure of this part."""
    call_command("collectstatic", interactive=False, verbosity=0)
    logging.getLogger("catalog").setLevel(
        logging.CRITICAL
    )  # forged sums are logged, as they should
    defaults.load()
    works = make_works(300)
    started = time.perf_counter()
    market = Market(works, orders=ORDERS, doubling=3.0)
    yield Figure("order_started_mean", _ms(started) / ORDERS, "ms")
    yield from _day(market)
    yield from _faults(market)
    started = time.perf_counter()
    refresh_prices()
    yield Figure("prices_refreshed_300_works", _ms(started), "ms")


def _day(market: Market) -> Iterator[Figure]:
    """Run the day and yield how quick events are settled."""
    first: list[float] = []
    again: list[float] = []
    seen: set[str] = set()

    def timed(event: Event) -> None:
        started = time.perf_counter()
        market.deliver(event)
        (again if event["id"] in seen else first).append(_ms(started))
        seen.add(event["id"])

    market.run(settle=timed)
    yield Figure("payment_events", len(first) + len(again), "events", f">={EVENTS}")
    yield Figure("settle_new_event_p95", percentile(first, 0.95), "ms", "<=100")
    yield Figure("settle_known_event_p95", percentile(again, 0.95), "ms", "<=30")
    per_second = 1000 * (len(first) + len(again)) / (sum(first) + sum(again))
    yield Figure("settled_events", per_second, "per_s", ">=50")


def _faults(market: Market) -> Iterator[Figure]:
    """Yield what went wrong, by the gateway's own memory."""
    yield Figure("orders_paid", Order.objects.exclude(paid_at=None).count(), "orders")
    yield Figure("events_in_the_ledger", PaymentEvent.objects.count(), "events")
    yield Figure("grants", Grant.objects.count(), "grants")
    for name, number in faults().items():
        yield Figure(name.replace(",", "").replace(" ", "_"), number, "faults", "<=0")


def _ms(started: float) -> float:
    return 1000 * (time.perf_counter() - started)
