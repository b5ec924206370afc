"""What makes the autopilot stop by itself: numbers that are bad, and numbers nobody should believe.

Pure. A share alarms only where its interval says so, so that a handful of cases stops nothing.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from statistics import median
from typing import Any

from catalog.autopilot.history import History
from catalog.autopilot.policy.compare import cannibalisation
from catalog.autopilot.types import ArmDay, Limits
from genart.lib.plots import percent, wilson

LEAST_JUDGED, LEAST_SOLD = 20, 10
"""Cases below which a share is no news."""
ONE_BUYERS_SHARE = 0.5
CLICKS_PER_IMPRESSION, LEAST_CLICKS = 3.0, 50.0
"""People look at what they are shown about once; three times as often is a program."""
SPIKE, LEAST_SPIKE, DAYS_TO_COMPARE = 20.0, 500.0, 7
LEFT_TO_OLDER_WORKS = 0.8
"""What older works must keep of their sales when works like them come out; a little less than all
is what luck that does not last looks like."""
MISSING_DAYS = 3
CLOCK_DAYS = 1
COUNTED = tuple(one.name for one in fields(ArmDay) if one.name not in ("arm", "day", "cohort"))


@dataclass(frozen=True, slots=True)
class Alarm:
    """One reason to freeze.

    Attributes:
        kind: approval, refunds, cannibalisation, buyer, clicks, missing, clock or numbers.
        sentence: what is wrong and what to look at.
        evidence: the numbers.
    """

    kind: str
    sentence: str
    evidence: dict[str, Any] = field(default_factory=dict)


def alarms(
    facts: Sequence[ArmDay], limits: Limits, history: History, *, today: date
) -> list[Alarm]:
    """Return every reason to freeze, the gravest first."""
    found: list[Alarm | None] = [
        _numbers(facts),
        _clock(facts, history, today),
        _missing(history, today),
        _clicks(facts),
        _spike(facts),
        _buyer(history),
        _approval(limits, history),
        _refunds(limits, history),
        _cannibalisation(facts, today),
    ]
    return [alarm for alarm in found if alarm is not None]


def _numbers(facts: Iterable[ArmDay]) -> Alarm | None:
    """Counts that cannot be counts."""
    for fact in facts:
        for name in COUNTED:
            value = getattr(fact, name)
            is_sum = name == "revenue_cents"  # a day's refunds may outweigh its sales
            if not math.isfinite(value) or (value < 0 and not is_sum):
                said = f"{name} of {fact.arm.key} on {fact.day} is {value}"
                return Alarm("numbers", f"The signals hold what cannot be: {said}.", {name: value})
    return None


def _clock(facts: Iterable[ArmDay], history: History, today: date) -> Alarm | None:
    """Signals or cycles from the future: a clock has jumped, here or where they came from."""
    latest = max((fact.day for fact in facts), default=None)
    limit = today + timedelta(days=CLOCK_DAYS)
    for what, day in (
        ("There are signals", latest),
        ("The last cycle is", history.last_cycle),
        ("There are works", history.newest_work),
    ):
        if day is not None and day > limit:
            text = f"{what} from {day}, and today is {today}: look at the clocks."
            return Alarm("clock", text, {"day": str(day), "today": str(today)})
    return None


def _missing(history: History, today: date) -> Alarm | None:
    """No signal for some days in a shop that had some every day before."""
    days = history.days_with_signals
    if len(days) < DAYS_TO_COMPARE:
        return None
    silent = (today - days[-1]).days - 1
    if silent < MISSING_DAYS:
        return None
    text = f"No visitor was seen for {silent} days, after {len(days)} days with visitors: are "
    return Alarm("missing", f"{text}signals still written?", {"last": str(days[-1])})


def _clicks(facts: Iterable[ArmDay]) -> Alarm | None:
    """More looks than showings: a program that clicks."""
    shown: dict[date, float] = defaultdict(float)
    looked: dict[date, float] = defaultdict(float)
    for fact in facts:
        shown[fact.day] += fact.impressions
        looked[fact.day] += fact.views
    for day in sorted(looked, reverse=True)[:DAYS_TO_COMPARE]:
        if looked[day] >= LEAST_CLICKS and looked[day] > CLICKS_PER_IMPRESSION * shown[day]:
            text = f"On {day} works were opened {looked[day]:.0f} times and shown {shown[day]:.0f} "
            return Alarm(
                "clicks",
                f"{text}times: that is a program, not a visitor.",
                {"day": str(day), "views": looked[day], "impressions": shown[day]},
            )
    return None


def _spike(facts: Iterable[ArmDay]) -> Alarm | None:
    """A day with twenty times the looks of the days before, that sold no better."""
    looks: dict[date, float] = defaultdict(float)
    sales: dict[date, float] = defaultdict(float)
    for fact in facts:
        looks[fact.day] += fact.views + fact.saves + fact.carts
        sales[fact.day] += fact.sales
    days = sorted(looks)
    if len(days) <= DAYS_TO_COMPARE:
        return None
    before = days[:-2]
    usual, usual_sales = median(looks[d] for d in before), median(sales[d] for d in before)
    for day in days[-2:]:
        is_high = looks[day] >= LEAST_SPIKE and looks[day] > SPIKE * max(usual, 1.0)
        if is_high and sales[day] <= 3 * max(usual_sales, 1.0):
            text = f"On {day} there were {looks[day]:.0f} looks and hearts against {usual:.0f} on "
            return Alarm(
                "clicks",
                f"{text}a usual day, and no more sales for it.",
                {"day": str(day), "looks": looks[day], "usual": usual},
            )
    return None


def _buyer(history: History) -> Alarm | None:
    """One buyer who bought most of what was sold."""
    share = history.largest_buyer / history.sold if history.sold else 0.0
    if history.sold < LEAST_SOLD or share <= ONE_BUYERS_SHARE:
        return None
    text = f"One buyer bought {history.largest_buyer} of the {history.sold} licences sold of late"
    evidence = {"largest_buyer": history.largest_buyer, "sold": history.sold}
    return Alarm("buyer", f"{text}: his taste is not the market's.", evidence)


def _approval(limits: Limits, history: History) -> Alarm | None:
    """Too few of its pictures are good enough."""
    _low, high = wilson(history.approved, history.judged)
    if history.judged < LEAST_JUDGED or high >= limits.approval_floor:
        return None
    share = percent(history.approved / history.judged)
    text = f"Of {history.judged} judged pictures {share} were approved, surely less than "
    evidence = {"approved": history.approved, "judged": history.judged}
    return Alarm("approval", f"{text}{percent(limits.approval_floor)}.", evidence)


def _refunds(limits: Limits, history: History) -> Alarm | None:
    """Too many sales are paid back."""
    low, _high = wilson(history.paid_back, history.sold)
    if history.sold < LEAST_SOLD or low <= limits.refund_ceiling:
        return None
    share = percent(history.paid_back / history.sold)
    text = f"Of {history.sold} licences {share} were paid back, surely more than "
    evidence = {"paid_back": history.paid_back, "sold": history.sold}
    return Alarm("refunds", f"{text}{percent(limits.refund_ceiling)}.", evidence)


def _cannibalisation(facts: Sequence[ArmDay], today: date) -> Alarm | None:
    """New works that surely take their sales from works like them."""
    found = cannibalisation(facts, today=today)
    if not found.enough or found.high >= LEFT_TO_OLDER_WORKS:
        return None
    evidence = {"ratio": found.ratio, "low": found.low, "high": found.high, "events": found.events}
    return Alarm("cannibalisation", found.sentence, evidence)
