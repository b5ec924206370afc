"""What is wanted more than it was: the last week against the four before, with intervals.

Events of a value are Poisson with one rate a week and another before; exposure is what was looked
at (`examined`), or the days that works were on sale where they are counted by sales alone. Both
rates get the same gamma prior: the value's own rate over both spans, worth `PRIOR_EVENTS` events.
So a ratio is pulled towards 1 as far as there is little data. The ratio of two gamma variables is
a scaled F variable; its interval is exact.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.utils import timezone

from catalog.autopilot.types import ArmDay
from catalog.demand.aggregates import ATTRIBUTES, Total, arm_days, totals

LATELY_DAYS, BEFORE_DAYS = 7, 28
COVERAGE = 0.9
PRIOR_EVENTS = 2.0
LEAST_EVENTS = 8
"""Below so many events in both spans together the answer is: not enough data."""
MEASURES = {
    "interest": ("views", "saves", "comps", "carts"),
    "sales": ("sales",),
}
"""Which events are counted together; interest is there before sales are."""


@dataclass(frozen=True, slots=True)
class Trend:
    """How a value of an attribute does lately, beside how it did before.

    Attributes:
        attribute: one of `aggregates.ATTRIBUTES`.
        value: such as `sage`.
        measure: a key of `MEASURES`.
        lately: events of the last days.
        before: events of the days before those.
        ratio: rate lately over rate before, shrunk; `None` without enough data.
        low: lower end of its 90 % interval.
        high: upper end.
        note: the same in a sentence.
    """

    attribute: str
    value: str
    measure: str
    lately: float
    before: float
    ratio: float | None = None
    low: float | None = None
    high: float | None = None
    note: str = ""

    @property
    def direction(self) -> str:
        """`rising` or `falling` where the interval says so, `steady`, or `unknown`."""
        if self.low is None or self.high is None:
            return "unknown"
        if self.low > 1:
            return "rising"
        return "falling" if self.high < 1 else "steady"


def trends(
    *,
    today: date | None = None,
    measure: str = "interest",
    attributes: Iterable[str] = ATTRIBUTES,
    facts: Iterable[ArmDay] | None = None,
) -> list[Trend]:
    """Return the trend of every value, the surest risers first, those without data last.

    Args:
        today: the last day that counts; by default yesterday, the last whole one.
        measure: a key of `MEASURES`.
        attributes: which ones.
        facts: of `arm_days` over the last `LATELY_DAYS + BEFORE_DAYS` days, where they are at hand.
    """
    last = today or timezone.now().date() - timedelta(days=1)
    turn = last - timedelta(days=LATELY_DAYS - 1)
    first = turn - timedelta(days=BEFORE_DAYS)
    known = list(arm_days(since=first, until=last) if facts is None else facts)
    late = [fact for fact in known if turn <= fact.day <= last]
    early = [fact for fact in known if first <= fact.day < turn]
    found = [trend for by in attributes for trend in _trends(by, measure, late, early)]
    return sorted(found, key=lambda one: (one.low is None, -(one.low or 0), one.value))


def _trends(by: str, measure: str, late: list[ArmDay], early: list[ArmDay]) -> list[Trend]:
    lately, before = totals(late, by=by), totals(early, by=by)
    values = sorted({*lately, *before} - {""})
    return [
        _trend(by, value, measure, lately.get(value, Total()), before.get(value, Total()))
        for value in values
    ]


def _trend(by: str, value: str, measure: str, lately: Total, before: Total) -> Trend:
    events, earlier = (events_of(total, measure) for total in (lately, before))
    exposure, exposure_before = (exposure_of(total, measure) for total in (lately, before))
    trend = Trend(by, value, measure, events, earlier)
    name = f"{value.replace('-', ' ')} ({by})"
    if events + earlier < LEAST_EVENTS or not (exposure > 0 and exposure_before > 0):
        both = events + earlier
        return replace(trend, note=f"Not enough data on {name}: {both:.0f} events in both spans.")
    ratio, low, high = rate_ratio(events, exposure, earlier, exposure_before)
    trend = replace(trend, ratio=ratio, low=low, high=high)
    note = f"{name} is {trend.direction}: {ratio:.2f} × as before ({low:.2f}–{high:.2f})."
    return replace(trend, note=note)


def events_of(total: Total, measure: str) -> float:
    """Return how many events of a measure there were."""
    return float(sum(getattr(total, name) for name in MEASURES[measure]))


def exposure_of(total: Total, measure: str) -> float:
    """Return what events are counted against: looks, or days on sale for sales."""
    return total.work_days if measure == "sales" else total.examined


def rate_ratio(
    lately: float, exposure: float, before: float, exposure_before: float
) -> tuple[float, float, float]:
    """Return the shrunk ratio of two Poisson rates with its 90 % interval: median, low, high.

    Args:
        lately: events, at least 0.
        exposure: what they are counted against, above 0.
        before: events before.
        exposure_before: above 0.
    """
    from scipy.stats import f

    usual = (lately + before) / (exposure + exposure_before)
    prior_exposure = PRIOR_EVENTS / max(usual, 1e-12)
    first, second = lately + PRIOR_EVENTS, before + PRIOR_EVENTS
    scale = (first / (exposure + prior_exposure)) / (second / (exposure_before + prior_exposure))
    edges = (0.5, (1 - COVERAGE) / 2, (1 + COVERAGE) / 2)
    ratio, low, high = (scale * f.ppf(edge, 2 * first, 2 * second) for edge in edges)
    return float(ratio), float(low), float(high)
