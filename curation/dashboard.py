"""What the dashboard shows of what `curation/overview.py` counts: plots, tables, sentences."""

from itertools import pairwise
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.safestring import SafeString

from curation import agreement, overview
from curation.models import Brand, Gate
from curation.overview import COLUMNS, TOOK_MS, Period, StyleRow
from curation.scorers import SCORERS
from genart.lib import plots
from genart.lib.plots import Plot, Share

STYLES_SHOWN = 30
TONES = {
    Gate.Autonomy.LEARNING: "info",
    Gate.Autonomy.SHADOW: "warn",
    Gate.Autonomy.CERTIFIED: "good",
    Gate.Autonomy.SUSPENDED: "bad",
}


class Strip(NamedTuple):
    """One line of a table with a bar in it."""

    name: str
    svg: SafeString
    share: str
    interval: str
    decided: int


class Cost(NamedTuple):
    """What one kept picture of a style costs, in money."""

    name: str
    svg: SafeString
    kept: int
    render: str
    people: str
    each: str


def dashboard(period: Period) -> dict[str, Any]:
    """Return the context of the page; the number of queries does not depend on the rows."""
    styles = overview.styles(period)
    times, median = overview.decision_times(period)
    ages = overview.queue_ages(period)
    return {
        "outcomes": overview.outcomes(period),
        "standing": overview.standing(period),
        "approval": [approval_strip(row) for row in styles[:STYLES_SHOWN] if row.decided],
        "scores": score_plots(period),
        "heads": head_plots(period),
        "gates": gate_rows(period),
        "times": time_plot(times),
        "median_seconds": median,
        "ages": age_plot(ages),
        "held": overview.held_reasons(period),
        "costs": costs([row for row in styles[:STYLES_SHOWN] if row.decided]),
        "prices": {
            "render": money(settings.RENDER_HOUR_CENTS),
            "people": money(settings.PEOPLE_HOUR_CENTS),
        },
        **reviewers(period),
    }


def approval_strip(row: StyleRow) -> Strip:
    """Return a style's approval rate with its interval."""
    share = Share(row.approved, row.decided)
    low, high = share.interval
    return Strip(
        row.name,
        plots.interval_strip(f"Approved, {row.name}", share),
        plots.percent(share.value),
        f"{plots.percent(low)} – {plots.percent(high)}",
        row.decided,
    )


def score_plots(period: Period) -> list[Plot]:
    """Return a histogram for each scorer, with the bounds of the gate where one brand is shown."""
    columns = overview.score_columns(period)
    labels = [f"{index / COLUMNS:.2f} – {(index + 1) / COLUMNS:.2f}" for index in range(COLUMNS)]
    rules = _rules(period)
    return [
        plots.histogram(
            SCORERS[name].title,
            columns[name],
            labels,
            ends=("0", "1"),
            marks=[("bad", rules[name]["reject"]), ("good", rules[name]["approve"])]
            if name in rules
            else (),
        )
        for name in SCORERS
        if name in columns
    ]


def head_plots(period: Period) -> list[dict[str, Any]]:
    """Return for each head in use its reliability and what it is worth."""
    return [
        {
            "head": head,
            "plot": plots.reliability(
                f"Reliability of {head}", head.report.get("reliability") or []
            ),
        }
        for head in overview.heads(period)
    ]


def gate_rows(period: Period) -> list[dict[str, Any]]:
    """Return the gates in force with what they promise."""
    return [
        {
            "row": row,
            "tone": TONES[Gate.Autonomy(row.gate.autonomy)],
            "state": Gate.Autonomy(row.gate.autonomy).label.partition(":")[0],
            "words": Gate.Autonomy(row.gate.autonomy).label.partition(": ")[2],
            "bound": plots.percent(row.certificate.upper_bound) if row.certificate else "",
            "share": plots.percent(row.certificate.share) if row.certificate else "",
            "target": plots.percent(row.gate.target),
            "confidence": plots.percent(row.gate.confidence),
        }
        for row in overview.gates(period)
    ]


def time_plot(counts: list[int]) -> Plot:
    """Return how long people look at a picture."""
    limits = [limit // 1000 for limit in TOOK_MS]
    labels = [f"under {limits[0]} s"]
    labels += [f"{low} – {high} s" for low, high in pairwise(limits)]
    labels.append(f"over {limits[-1]} s")
    ends = (labels[0], labels[-1])
    return plots.histogram("Time per decision", counts, labels, ends=ends, unit="decisions")


def age_plot(ages: list[tuple[str, int]]) -> Plot:
    """Return how long pictures have waited for a person."""
    labels = [name for name, _n in ages]
    counts = [n for _name, n in ages]
    return plots.histogram("Queue age", counts, labels, ends=(labels[0], labels[-1]))


def reviewers(period: Period) -> dict[str, Any]:
    """Return how far curators agree, how they do on known answers, and how long they take."""
    by_brand = agreement.by_brand(period.since)
    shown = {key: found for key, found in by_brand.items() if _of(period, key)}
    brands = Brand.objects.in_bulk(list(shown))
    return {
        "agreement": [
            {
                "brand": brands[key],
                "alpha": found.alpha,
                "units": found.units,
                "equal": plots.percent(found.equal / found.units) if found.units else "",
                "svg": plots.interval_strip(
                    f"All said the same, {brands[key]}", Share(found.equal, found.units)
                ),
            }
            for key, found in shown.items()
            if key in brands
        ],
        "pairs": agreement.by_pair(period.since),
        "accuracy": agreement.on_known_answers(period.since),
        "pace": agreement.pace(period.since),
    }


def costs(rows: list[StyleRow]) -> list[Cost]:
    """Return what a kept picture of each style costs, on one scale."""
    dearest = max([sum(spent(row)) / row.approved for row in rows if row.approved], default=0.0)
    return [cost(row, dearest) for row in rows]


def spent(row: StyleRow) -> tuple[float, float]:
    """Return the cents that rendering and people took; decisions without a time took none."""
    return (
        row.render_seconds / 3600 * settings.RENDER_HOUR_CENTS,
        row.people_seconds / 3600 * settings.PEOPLE_HOUR_CENTS,
    )


def cost(row: StyleRow, dearest: float) -> Cost:
    """Return what a kept picture costs: all renders and looks of its style, over what was kept."""
    render, people = spent(row)
    kept = row.approved or 1
    parts = [("rendering", "first", render / kept), ("people", "second", people / kept)]
    each = money((render + people) / kept) if row.approved else "none kept"
    svg = plots.stacked_strip(f"Cost, {row.name}", parts if row.approved else [], dearest)
    return Cost(row.name, svg, row.approved, money(render), money(people), each)


def money(cents: float) -> str:
    """Write an amount; small ones with four places, so that they are not nothing."""
    amount = cents / 100
    return f"{amount:.{2 if amount >= 0.1 else 4}f} {settings.CURRENCY}"


def period_from(brand: str, days: str) -> Period:
    """Return what an address asks for; what is unknown is left out."""
    chosen = Brand.objects.filter(slug=brand).first() if brand else None
    known = int(days) if days.isdecimal() and int(days) in overview.DAYS else 30
    return Period(chosen, known)


def _rules(period: Period) -> dict[str, dict[str, float]]:
    """Return the bounds of the commodity gate of the one brand that is shown."""
    gates = Gate.objects.filter(is_active=True, tier="commodity", style=None)
    if period.brand:
        gates = gates.filter(brand=period.brand)
    rules = list(gates.values_list("rules", flat=True)[:2])
    return rules[0] if len(rules) == 1 else {}


def _of(period: Period, brand_id: int) -> bool:
    return period.brand is None or period.brand.pk == brand_id
