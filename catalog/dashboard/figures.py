"""The figures of a period, each by one query, whatever the number of rows.

Two sums are told apart. *Licences sold* is what licences cost buyers, by whatever it was paid;
*money taken* is what came in through the gateway, packs of credits included and what was paid by
credits not: so nothing is counted twice.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.db.models.functions import Lower, TruncDay, TruncWeek

from catalog.dashboard.period import Period
from catalog.models import CreditEntry, Order, OrderLine, Refund, SearchRecord

TOP, COHORTS = 10, 12
WINDOWS = (7, 30, 90)
GROUPS = {
    "style": "artwork__style_name",
    "palette": "artwork__palette_name",
    "edition": "artwork__tier",
    "licence": "licence__name",
}


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of a period, in cents; `refunds` and `refunded_cents` by the day they were paid."""

    orders: int
    licences_cents: int
    licences: int
    taken_cents: int
    net_cents: int
    vat_cents: int
    refunds: int
    refunded_cents: int
    credits_cents: int

    @property
    def average_cents(self) -> int:
        """Return what an order is worth on average."""
        worth = self.taken_cents
        return round(worth / self.orders) if self.orders else 0


@dataclass(frozen=True, slots=True)
class Part:
    """One style, palette … and what it sold."""

    name: str
    cents: int
    count: int


@dataclass(frozen=True, slots=True)
class Cohort:
    """Works published in one month: how many sold within so many days of being published.

    Attributes:
        sold: window in days → `(sold, works old enough to tell)`.
    """

    month: date
    works: int
    sold: dict[int, tuple[int, int]]


def totals(period: Period) -> Totals:
    """Return the sums of a period."""
    orders = paid(period).aggregate(
        orders=Count("pk"),
        taken=Sum(F("total_cents") - F("credits_cents")),
        net=Sum("net_cents"),
        vat=Sum("vat_cents"),
    )
    lines = sold(period).aggregate(cents=Sum("price_cents"), count=Count("pk"))
    back = Refund.objects.filter(state=Refund.State.DONE, done_at__gte=period.since).aggregate(
        count=Count("pk"), cents=Sum("amount_cents")
    )
    credits = CreditEntry.objects.aggregate(cents=Sum("cents"))["cents"]
    return Totals(
        orders=orders["orders"],
        licences_cents=lines["cents"] or 0,
        licences=lines["count"],
        taken_cents=orders["taken"] or 0,
        net_cents=orders["net"] or 0,
        vat_cents=orders["vat"] or 0,
        refunds=back["count"],
        refunded_cents=back["cents"] or 0,
        credits_cents=credits or 0,
    )


def paid(period: Period) -> QuerySet[Order]:
    """Return the orders paid in a period."""
    return Order.objects.filter(paid_at__gte=period.since, paid_at__lte=period.now)


def sold(period: Period) -> QuerySet[OrderLine]:
    """Return the licences sold in a period."""
    within = Q(order__paid_at__gte=period.since, order__paid_at__lte=period.now)
    return OrderLine.objects.filter(within, artwork__isnull=False)


def over_time(period: Period) -> list[tuple[date, int]]:
    """Return what licences brought in each day or week, in cents, none left out."""
    cut: Any = TruncWeek if period.by_week else TruncDay
    rows = (
        sold(period)
        .annotate(step=cut("order__paid_at"))
        .values("step")
        .order_by("step")
        .annotate(cents=Sum("price_cents"))
    )
    found = {row["step"].date(): row["cents"] for row in rows}
    return [(step, found.get(step, 0)) for step in period.steps]


def by_group(period: Period, column: str, limit: int = TOP) -> list[Part]:
    """Return what sold by one column of the works or licences, the largest first."""
    rows = (
        sold(period)
        .values(name=F(column))
        .order_by()
        .annotate(cents=Sum("price_cents"), count=Count("pk"))
        .order_by("-cents", "name")[:limit]
    )
    return [Part(row["name"] or "none", row["cents"], row["count"]) for row in rows]


def top_works(period: Period) -> list[dict[str, Any]]:
    """Return the works that brought most: `title`, `slug`, `cents`, `count`."""
    rows: Any = (
        sold(period)
        .values(title=F("artwork__title"), slug=F("artwork__slug"))
        .order_by()
        .annotate(cents=Sum("price_cents"), count=Count("pk"))
        .order_by("-cents", "title")
    )
    return list(rows[:TOP])


def vat_by_country(period: Period) -> list[dict[str, Any]]:
    """Return net sums and VAT by country, scheme and rate, as a return for VAT asks."""
    rows: Any = (
        paid(period)
        .values("country", "vat_scheme", "vat_rate_bp")
        .order_by()
        .annotate(net=Sum("net_cents"), vat=Sum("vat_cents"), count=Count("pk"))
        .order_by("-vat", "country")
    )
    return list(rows)


def searches_in_vain(period: Period) -> list[dict[str, Any]]:
    """Return what was looked for and not found, by how many visitors."""
    rows: Any = (
        SearchRecord.objects.filter(found=0, created_at__gte=period.since)
        .exclude(text="")
        .values(words=Lower("text"))
        .order_by()
        .annotate(times=Count("pk"), visitors=Count("visitor", distinct=True),
                  last=Max("created_at"))
        .order_by("-visitors", "-times", "words")
    )  # fmt: skip
    return list(rows[:TOP])


def cohorts(period: Period) -> list[Cohort]:
    """Return the works of each of the last months, and how soon they sold.

    A work counts for a window only once it is that old: young works would look worse than they are.
    """
    with connection.cursor() as cursor:
        cursor.execute(_COHORTS, {"now": period.now, "months": COHORTS - 1})
        rows = cursor.fetchall()
    return [
        Cohort(month.date(), works, dict(zip(WINDOWS, zip(counts[::2], counts[1::2], strict=True),
                                             strict=True)))
        for month, works, *counts in rows
    ]  # fmt: skip


_WINDOW = """,
    count(*) FILTER (WHERE published_at <= %(now)s - interval '{days} days'
                     AND first_sold <= published_at + interval '{days} days'),
    count(*) FILTER (WHERE published_at <= %(now)s - interval '{days} days')"""
_COHORTS = (
    """
WITH work AS (
    SELECT artwork.published_at, min(sale.paid_at) AS first_sold
    FROM catalog_artwork artwork
    LEFT JOIN catalog_orderline line ON line.artwork_id = artwork.id
    LEFT JOIN catalog_order sale ON sale.id = line.order_id AND sale.paid_at IS NOT NULL
    WHERE artwork.published_at >= date_trunc('month', %(now)s::timestamptz)
                                  - make_interval(months => %(months)s)
      AND artwork.published_at <= %(now)s
    GROUP BY artwork.id
)
SELECT date_trunc('month', published_at) AS month, count(*)"""  # noqa: S608  (constants)
    + "".join(_WINDOW.format(days=days) for days in WINDOWS)
    + " FROM work GROUP BY month ORDER BY month DESC"
)
