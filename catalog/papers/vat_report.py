"""What a quarter's papers add up to: figures for the VAT returns.

By country for the One Stop Shop, by customer for the list of sales to firms in other member states.
Sums come from the frozen facts of invoices and credit notes, by their date of issue: a report that
is asked again later says the same.
"""

import io
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings

from catalog.models import Invoice, Order
from catalog.tax.territories import in_eu
from genart.lib.errors import InvalidInput
from genart.lib.spreadsheets import Table

THRESHOLD_CENTS = 10_000_00
"""Yearly sales to private buyers of other member states, above which their VAT is due
(Article 59c of Directive 2006/112/EC)."""
HEAD = ("scheme", "country", "rate", "vat_id", "papers", "net", "vat", "total", "currency")


@dataclass(slots=True)
class Row:
    """One line of a report; sums in cents, credit notes taken off.

    `vat_id` is the customer's for reverse charge, since that list names each; else empty.
    """

    scheme: str
    country: str
    rate_bp: int
    vat_id: str
    currency: str
    papers: int = 0
    net_cents: int = 0
    vat_cents: int = 0
    total_cents: int = 0


def quarter_of(text: str) -> tuple[datetime, datetime]:
    """Return the first moment of a quarter, written as `2026-Q4`, and that of the next.

    Raises:
        InvalidInput: it is not written so.
    """
    year, _dash, name = text.strip().upper().partition("-Q")
    if not (year.isdecimal() and len(year) == 4 and name in ("1", "2", "3", "4") and int(year)):
        raise InvalidInput("Write the quarter as in 2026-Q4.", where="quarter")
    first = 3 * int(name) - 2
    end = (int(year) + 1, 1) if first == 10 else (int(year), first + 3)
    return datetime(int(year), first, 1, tzinfo=UTC), datetime(*end, 1, tzinfo=UTC)


def vat_report(quarter: str) -> list[Row]:
    """Return the sums of a quarter, by scheme, country, rate and, for reverse charge, customer."""
    begin, end = quarter_of(quarter)
    issued = Invoice.objects.filter(issued_at__gte=begin, issued_at__lt=end)
    rows: dict[tuple[Any, ...], Row] = {}
    for facts in issued.values_list("facts", flat=True).iterator(chunk_size=500):
        key = _key(facts)
        row = rows.setdefault(key, Row(*key))
        row.papers += 1
        row.net_cents += facts["net_cents"]
        row.vat_cents += facts["vat_cents"]
        row.total_cents += facts["total_cents"]
    return [rows[key] for key in sorted(rows)]


def as_csv(rows: Iterable[Row]) -> str:
    """Return a report as a table that spreadsheets open."""
    out = io.StringIO()
    table = Table(out)
    table.writerow(HEAD)
    for row in rows:
        sums = [_plain(cents) for cents in (row.net_cents, row.vat_cents, row.total_cents)]
        table.writerow([row.scheme, row.country, f"{row.rate_bp / 100:g}", row.vat_id, row.papers,
                        *sums, row.currency])  # fmt: skip
    return out.getvalue()


def cross_border_cents(year: int) -> dict[str, int]:
    """Return the net sales of a year to private buyers in other member states, by currency."""
    span = datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    issued = Invoice.objects.filter(issued_at__gte=span[0], issued_at__lt=span[1])
    sums: dict[str, int] = defaultdict(int)
    for facts in issued.values_list("facts", flat=True).iterator(chunk_size=500):
        country = facts["buyer"]["country"]
        private = facts["scheme"] in (Order.VatScheme.DOMESTIC, Order.VatScheme.OSS)
        if private and in_eu(country) and country != settings.SHOP_COUNTRY:
            sums[facts["currency"]] += facts["net_cents"]
    return dict(sums)


def _key(facts: dict[str, Any]) -> tuple[Any, ...]:
    reverse = facts["scheme"] == Order.VatScheme.REVERSE
    country = facts["vat_country"] or facts["buyer"]["country"]
    vat_id = facts["buyer"]["vat_id"] if reverse else ""
    return facts["scheme"], country, facts["rate_bp"], vat_id, facts["currency"]


def _plain(cents: int) -> str:
    sign = "-" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100}.{abs(cents) % 100:02d}"
