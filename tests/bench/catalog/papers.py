"""Papers and doors: numbers without a gap, the same bytes, limits that hold, and how long it takes.

Orders are synthetic rows; everything else is the shop's own code on a real PostgreSQL.
"""

import random
import threading
from collections.abc import Callable, Iterator

from django.db import connections, transaction

from catalog.models import Grant, Invoice, Order
from catalog.papers.certificate_pdf import certificate_pdf
from catalog.papers.invoice_pdf import invoice_pdf
from catalog.services.library import LimitReached, make_link
from catalog.services.papers import issue_invoice
from catalog.tax import Assessment, split, split_lines
from catalog.tax.rates import RATES
from tests.bench import Figure, percentile, timed_ms
from tests.catalog.papers.conftest import paid_order
from tests.factories import make_artwork, make_listings

ORDERS, THREADS, SPLITS, DRAWN, LIMIT = 300, 8, 20_000, 40, 50


def figures() -> Iterator[Figure]:
    """Yield every figure of this part."""
    yield from cents()
    yield from numbers()
    yield from pdfs()
    yield from limits()


def cents() -> Iterator[Figure]:
    """Split random carts at every rate, and count the cents that are lost or made."""
    chance, wrong = random.Random(3), 0
    rates = [rate for rows in RATES.values() for _since, rate in rows]
    for _ in range(SPLITS):
        lines = [chance.randint(0, 99_999) for _ in range(chance.randint(1, 12))]
        assessment = Assessment("oss", chance.choice([0, *rates]), "FR", included_bp=1900)
        parts, whole = split_lines(lines, assessment), split(sum(lines), assessment)
        wrong += abs(sum(part.net_cents for part in parts) - whole.net_cents)
        wrong += abs(sum(part.vat_cents for part in parts) - whole.vat_cents)
        wrong += abs(whole.net_cents + whole.vat_cents - whole.total_cents)
    yield Figure("vat_cents_lost_in_20000_carts", wrong, "cents", "<=0")


def numbers() -> Iterator[Figure]:
    """Issue invoices from many threads of which a third roll back, then look for gaps."""
    works, chance = make_listings(1), random.Random(5)
    todo = [paid_order(works) for _ in range(ORDERS)]
    broken = {order.pk for order in todo if chance.random() < 0.33}
    count = len(broken)
    spent = timed_ms(_together, lambda: _issue(todo, broken))
    taken = sorted(Invoice.objects.values_list("number", flat=True))
    gaps = sum(number != place for place, number in enumerate(taken, start=1))
    yield Figure("invoice_number_gaps", gaps + ORDERS - len(taken), "numbers", "<=0")
    yield Figure("invoices_issued_by_8_threads", ORDERS / spent * 1000, "per_s", ">=20")
    yield Figure("invoices_rolled_back_on_the_way", count, "transactions")


def _issue(todo: list[Order], broken: set[object]) -> None:
    while todo:
        try:
            order = todo.pop()
        except IndexError:
            return
        try:
            with transaction.atomic():
                issue_invoice(order=order)
                if order.pk in broken:
                    broken.discard(order.pk)
                    raise ZeroDivisionError
        except ZeroDivisionError:
            todo.append(order)


def pdfs() -> Iterator[Figure]:
    """Draw papers again and again; the bytes must be the same."""
    order = paid_order([make_artwork()])
    invoice, grant = issue_invoice(order=order), order.lines.get().grant
    drawn: list[tuple[str, Callable[[], bytes]]] = [
        ("invoice", lambda: invoice_pdf(Invoice.objects.get(pk=invoice.pk))),
        ("certificate", lambda: certificate_pdf(Grant.objects.get(pk=grant.pk))),
    ]
    for name, draw in drawn:
        first = draw()
        spent, same = [], 0
        for _ in range(DRAWN):
            spent.append(timed_ms(draw))
            same += draw() == first
        yield Figure(f"{name}_pdf_p95", percentile(spent, 0.95), "ms", "<=250")
        yield Figure(f"{name}_pdf_size", len(first) / 1000, "KB", "<=250")
        yield Figure(f"{name}_pdf_same_bytes", same / DRAWN, "share", ">=1")


def limits() -> Iterator[Figure]:
    """Ask for more downloads at once than are left."""
    grant = paid_order(make_listings(1)).lines.get().grant
    outcomes: list[str] = []
    _together(lambda: _take(grant, outcomes))
    yield Figure("downloads_beyond_the_limit", abs(outcomes.count("link") - LIMIT), "links", "<=0")
    grant.refresh_from_db()
    yield Figure("downloads_counted_wrong", abs(grant.downloads - LIMIT), "links", "<=0")


def _take(grant: Grant, outcomes: list[str]) -> None:
    for _ in range(10):
        try:
            make_link(grant_id=grant.pk)
            outcomes.append("link")
        except LimitReached:
            outcomes.append("limit")


def _together(work: Callable[[], None]) -> None:
    """Run the same in many threads, each with a connection of its own."""

    def run() -> None:
        try:
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
