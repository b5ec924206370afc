"""What the works of each arm met: by arm, day and cohort, and in sums over one attribute.

Signals come from `DemandDay`; what was sold and paid back comes from the orders, which are the
truth about money; what was made, kept and spent comes from the renders. An arm is what a render was
made of: style, palette, layout, and its subject as theme. A cohort is the day of publication; a
render that was never published belongs to the day it was finished.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection

from catalog.autopilot.types import Arm, ArmDay

Key = tuple[Arm, date, date]

WORKS = """
WITH works AS (
    SELECT a.id AS artwork_id, a.style_slug AS style, r.palette_name AS palette, r.layout,
           r.subject AS theme, (a.published_at AT TIME ZONE 'UTC')::date AS cohort,
           (a.withdrawn_at AT TIME ZONE 'UTC')::date AS gone
    FROM catalog_artwork a JOIN generation_render r ON r.id = a.render_id
)
"""
ON_SALE = """
SELECT style, palette, layout, theme, cohort, day::date, count(*) AS works
FROM works JOIN generate_series(%(since)s::date, %(until)s::date, '1 day') AS day
    ON day >= cohort AND (gone IS NULL OR day < gone)
GROUP BY 1, 2, 3, 4, 5, 6
"""
SIGNALS = """
SELECT style, palette, layout, theme, cohort, day,
       sum(count) FILTER (WHERE kind = 'impression') AS impressions,
       sum(examined) AS examined,
       sum(count) FILTER (WHERE kind = 'view') AS views,
       sum(count) FILTER (WHERE kind = 'save') AS saves,
       sum(count) FILTER (WHERE kind = 'comp') AS comps,
       sum(count) FILTER (WHERE kind = 'cart') AS carts
FROM catalog_demandday JOIN works USING (artwork_id)
WHERE day BETWEEN %(since)s AND %(until)s
GROUP BY 1, 2, 3, 4, 5, 6
"""
SALES = """
SELECT style, palette, layout, theme, cohort,
       (o.paid_at AT TIME ZONE 'UTC')::date AS day, count(*) AS sales,
       sum(l.price_cents) AS revenue_cents
FROM catalog_orderline l JOIN catalog_order o ON o.id = l.order_id JOIN works USING (artwork_id)
WHERE (o.paid_at AT TIME ZONE 'UTC')::date BETWEEN %(since)s AND %(until)s
GROUP BY 1, 2, 3, 4, 5, 6
"""
REFUNDS = """
SELECT style, palette, layout, theme, cohort,
       (f.done_at AT TIME ZONE 'UTC')::date AS day, count(*) AS refunds,
       -sum(l.refunded_cents) AS revenue_cents
FROM catalog_refund f JOIN catalog_refund_lines fl ON fl.refund_id = f.id
    JOIN catalog_orderline l ON l.id = fl.orderline_id JOIN works USING (artwork_id)
WHERE f.state = 'done' AND (f.done_at AT TIME ZONE 'UTC')::date BETWEEN %(since)s AND %(until)s
GROUP BY 1, 2, 3, 4, 5, 6
"""
MADE = """
SELECT s.slug AS style, r.palette_name AS palette, r.layout, r.subject AS theme,
       day AS cohort, day, count(*) AS renders, count(a.id) AS kept,
       sum(r.cost_cents + %(hour_cents)s * CASE WHEN r.provider = '' THEN greatest(
           extract(epoch FROM r.finished_at - r.started_at), 0) / 3600 ELSE 0 END) AS cost_cents
FROM generation_render r
    JOIN generation_job j ON j.id = r.job_id AND j.purpose = 'series'
    JOIN generation_styleversion v ON v.id = r.style_version_id
    JOIN generation_style s ON s.id = v.style_id
    LEFT JOIN catalog_artwork a ON a.render_id = r.id
    CROSS JOIN LATERAL (
        SELECT (coalesce(a.published_at, r.finished_at) AT TIME ZONE 'UTC')::date AS day
    ) AS made
WHERE r.finished_at IS NOT NULL AND r.state IN ('rendered', 'failed')
    AND day BETWEEN %(since)s AND %(until)s
GROUP BY 1, 2, 3, 4, 5, 6
"""


def arm_days(*, since: date, until: date) -> list[ArmDay]:
    """Return what each arm's cohorts met on each day of a span, both ends included.

    There is a row for every day on which a cohort had works on sale, also where nothing happened:
    days without a sale are evidence too. Oldest first, then by arm.
    """
    parts: dict[Key, dict[str, float]] = {}
    values = {"since": since, "until": until, "hour_cents": settings.RENDER_HOUR_CENTS}
    for statement in (WORKS + ON_SALE, WORKS + SIGNALS, WORKS + SALES, WORKS + REFUNDS, MADE):
        for key, numbers in _rows(statement, values):
            held = parts.setdefault(key, {})
            for name, number in numbers.items():
                held[name] = held.get(name, 0.0) + number
    return [_fact(key, parts[key]) for key in sorted(parts, key=lambda key: (key[2], *key[:2]))]


def _rows(statement: str, values: dict[str, Any]) -> Iterable[tuple[Key, dict[str, float]]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        names = [column.name for column in cursor.description][6:]
        rows = cursor.fetchall()
    for style, palette, layout, theme, cohort, day, *numbers in rows:
        given = {name: float(number or 0) for name, number in zip(names, numbers, strict=True)}
        yield (Arm(style, palette, layout, theme), cohort, day), given


def _fact(key: Key, numbers: dict[str, float]) -> ArmDay:
    arm, cohort, day = key
    counts = ("works", "renders", "kept")
    values: dict[str, Any] = numbers | {name: int(numbers.get(name, 0)) for name in counts}
    return ArmDay(arm=arm, day=day, cohort=cohort, **values)


# -- sums over one attribute -----------------------------------------------------------------------

AGES = ((7, "first week"), (28, "first month"), (90, "first quarter"))
OLDER = "older"
ATTRIBUTES = ("style", "palette", "layout", "theme", "age")


@dataclass(frozen=True, slots=True)
class Total:
    """What all works of one value of an attribute met in a span.

    `work_days` counts each work once for each day on sale.
    """

    work_days: float = 0.0
    renders: float = 0.0
    kept: float = 0.0
    cost_cents: float = 0.0
    impressions: float = 0.0
    examined: float = 0.0
    views: float = 0.0
    saves: float = 0.0
    comps: float = 0.0
    carts: float = 0.0
    sales: float = 0.0
    refunds: float = 0.0
    revenue_cents: float = 0.0

    @property
    def approval_rate(self) -> float | None:
        """Share of the renders that were published; `None` where none was made."""
        return self.kept / self.renders if self.renders else None

    @property
    def cost_per_kept_cents(self) -> float | None:
        """What one published work cost, the refused ones included; `None` where none was kept."""
        return self.cost_cents / self.kept if self.kept else None

    @property
    def sales_per_thousand(self) -> float | None:
        """Sales for each thousand impressions that were looked at; `None` without any."""
        return 1000 * self.sales / self.examined if self.examined else None


def totals(facts: Iterable[ArmDay], *, by: str) -> dict[str, Total]:
    """Return the sums for each value of an attribute, best paid first.

    Args:
        facts: of `arm_days`.
        by: one of `ATTRIBUTES`; `age` is that of the cohort on the day.
    """
    sums: dict[str, Total] = {}
    for fact in facts:
        value = age_of(fact) if by == "age" else getattr(fact.arm, by)
        sums[value] = _added(sums.get(value, Total()), fact)
    return dict(sorted(sums.items(), key=lambda pair: (-pair[1].revenue_cents, pair[0])))


def age_of(fact: ArmDay) -> str:
    """Return how old a cohort was on a day, in words."""
    days = (fact.day - fact.cohort).days
    return next((words for limit, words in AGES if days < limit), OLDER)


def _added(total: Total, fact: ArmDay) -> Total:
    names = [field.name for field in fields(Total) if field.name != "work_days"]
    numbers = {name: getattr(total, name) + getattr(fact, name) for name in names}
    return replace(total, work_days=total.work_days + fact.works, **numbers)
