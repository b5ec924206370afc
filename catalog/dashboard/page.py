"""The sales page: figures of a period, drawn."""

from typing import Any

from catalog.dashboard import figures
from catalog.dashboard.figures import GROUPS, WINDOWS, Cohort, Part
from catalog.dashboard.period import Period
from catalog.models import Order
from genart.lib.plots import Plot, Share, histogram, interval_strip, percent, stacked_strip
from genart.templatetags.ui import money

TITLES = {
    "style": "By style",
    "palette": "By palette",
    "edition": "By edition",
    "licence": "By licence",
}
SCHEMES = {
    Order.VatScheme.DOMESTIC: "At home",
    Order.VatScheme.OSS: "One Stop Shop",
    Order.VatScheme.REVERSE: "Reverse charge",
    Order.VatScheme.OUTSIDE: "Outside the EU",
    Order.VatScheme.NONE: "No VAT",
}
SHOWN_WINDOW = 30


def sales_page(period: Period) -> dict[str, Any]:
    """Return all that the page shows; as many queries whatever was sold."""
    groups = {name: figures.by_group(period, column) for name, column in GROUPS.items()}
    return {
        "totals": figures.totals(period),
        "over_time": _over_time(period),
        "groups": [
            {"key": name, "title": TITLES[name], "strips": _strips(parts)}
            for name, parts in groups.items()
        ],
        "top": figures.top_works(period),
        "cohorts": [_cohort(cohort) for cohort in figures.cohorts(period)],
        "windows": WINDOWS,
        "countries": [_country(row) for row in figures.vat_by_country(period)],
        "in_vain": figures.searches_in_vain(period),
    }


def _over_time(period: Period) -> Plot:
    steps = figures.over_time(period)
    labels = [f"{day:%-d %b %Y}" for day, _cents in steps]
    title = f"Licences sold, by {'week' if period.by_week else 'day'}"
    ends = (labels[0], labels[-1])
    return histogram(
        title, [cents for _day, cents in steps], labels, ends=ends, unit="", write=money
    )


def _strips(parts: list[Part]) -> list[dict[str, Any]]:
    longest = max([part.cents for part in parts], default=1)
    whole = sum(part.cents for part in parts) or 1
    return [
        {
            "name": part.name.replace("-", " ").capitalize(),
            "svg": stacked_strip(part.name, [(money(part.cents), "first", part.cents)], longest),
            "cents": part.cents,
            "count": part.count,
            "share": percent(part.cents / whole),
        }
        for part in parts
    ]


def _cohort(cohort: Cohort) -> dict[str, Any]:
    shares = {days: Share(*cohort.sold[days]) for days in WINDOWS}
    shown = shares[SHOWN_WINDOW]
    name = f"{cohort.month:%B %Y}"
    return {
        "name": name,
        "works": cohort.works,
        "svg": interval_strip(f"{name}: sold within 30 days", shown) if shown.total else "",
        "shares": [
            percent(share.value) if share.total else "too young" for share in shares.values()
        ],
    }


def _country(row: dict[str, Any]) -> dict[str, Any]:
    return row | {"scheme": SCHEMES[row["vat_scheme"]], "rate": f"{row['vat_rate_bp'] / 100:g} %"}
