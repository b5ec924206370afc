"""Why an arm was chosen, in one sentence with its numbers. Pure.

An attribute's sales are held against what works of the same ages sold on average in the same days:
observed by expected, with the exact Poisson interval (F. Garwood, 1936) of the observed. Age is
corrected for because new works are looked at more, position is not: that is the policy's.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from catalog.autopilot.types import Arm, ArmDay, Choice

WINDOWS = (7, 28)
"""Days looked at: the last week, or four where the week says nothing."""
AGES = (3, 7, 14, 30, 60)
"""Days of age that part works into groups."""
INTERVAL = 0.9
LEAST_SOLD = 2


@dataclass(frozen=True, slots=True)
class Lift:
    """How an attribute sells beside works of the same ages.

    Attributes:
        attribute: style, palette, layout or theme.
        value: which one.
        sold: licences in the window.
        times: observed by expected.
        low, high: its 90 % interval.
        days: length of the window.
    """

    attribute: str
    value: str
    sold: float
    times: float
    low: float
    high: float
    days: int

    def __str__(self) -> str:
        """Return the words of the log."""
        often = f"{self.times:.1f} × as often as the average of its age"
        return (
            f"{spoken(self.value)} sold {often} in the last {self.days} days "
            f"({self.low:.1f}–{self.high:.1f})"
        )


class Lifts:
    """What sells better than its age, asked for arm by arm.

    Args:
        facts: what the works met.
        today: the day of the cycle, the last of the window.
    """

    def __init__(self, facts: Sequence[ArmDay], today: date) -> None:
        self._windows = {days: _sums(facts, today, days) for days in WINDOWS}

    def best_of(self, arm: Arm) -> Lift | None:
        """Return the attribute of an arm that most surely sells better than its age, if one does.

        Of equally sure ones, the one that sold more of.
        """
        for days in WINDOWS:
            found = [self._lift(*pair, days) for pair in arm.attributes]
            better = [lift for lift in found if lift and lift.low > 1 and lift.sold >= LEAST_SOLD]
            if better:
                return max(better, key=lambda lift: (lift.low, lift.sold))
        return None

    def _lift(self, attribute: str, value: str, days: int) -> Lift | None:
        sold, expected = self._windows[days].get((attribute, value), (0.0, 0.0))
        if not expected:
            return None
        low, high = poisson_interval(sold)
        return Lift(attribute, value, sold, sold / expected, low / expected, high / expected, days)


def reason_of(choice: Choice, lifts: Lifts, *, made_before: int) -> tuple[str, dict[str, Any]]:
    """Return why, as the second half of a sentence, and the numbers behind it.

    Args:
        choice: what was chosen; its `evidence` may name a gap.
        lifts: what sells.
        made_before: renders of the arm so far.
    """
    if choice.kind == "gap":
        return _gap_reason(choice.evidence), {}
    lift = lifts.best_of(choice.arm)
    if lift is not None:
        return f"because {lift}", {"lift": asdict(lift)}
    if choice.kind == "explore":
        were = "was" if made_before == 1 else "were"
        known = f"only {made_before} {were} made before" if made_before else "it was never made"
        return f"to try it: {known}{_near(choice.evidence)}", {"made_before": made_before}
    worth = f"{choice.draw:.0f} cents a render" if choice.draw else "as good as the best"
    return f"because what is known of it promises {worth}", {"draw": choice.draw}


def series_of(choice: Choice) -> str:
    """Return what is made, as the first half of a sentence: 12 × boho-arches in sage."""
    arm = choice.arm
    return f"{choice.renders} × {arm.style} in {spoken(arm.palette)}"


def spoken(value: str) -> str:
    """Return a slug as it is spoken."""
    return value.replace("-", " ")


def poisson_interval(count: float, level: float = INTERVAL) -> tuple[float, float]:
    """Return the exact interval of a Poisson mean of which `count` was seen."""
    from scipy.stats import chi2  # half a second, and no page needs it

    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count > 0 else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2


def _near(evidence: dict[str, Any]) -> str:
    """Return what is known that an arm is near to, as the policy says in its evidence."""
    style, _bar, rest = str(evidence.get("near") or "").partition("|")
    palette = rest.partition("|")[0]
    if not palette or not evidence.get("near_by"):
        return ""
    known = f"{style} in {spoken(palette)}"
    return f", and but for its {evidence['near_by']} it is like {known}, which is known better"


def _gap_reason(evidence: dict[str, Any]) -> str:
    times, visitors = evidence.get("searches", 0), evidence.get("visitors", 0)
    people = f"{visitors} visitor{'s' if visitors != 1 else ''}"
    return (
        f"because {people} looked {times} times for “{evidence.get('phrase', '')}” and found "
        "nothing"
    )


def _sums(
    facts: Iterable[ArmDay], today: date, days: int
) -> dict[tuple[str, str], tuple[float, float]]:
    """Return observed and expected sales of each attribute's value within a window."""
    since = today - timedelta(days=days)
    rows = [fact for fact in facts if since < fact.day <= today and fact.works > 0]
    works: dict[int, float] = defaultdict(float)
    sold: dict[int, float] = defaultdict(float)
    for fact in rows:
        works[_age(fact)] += fact.works
        sold[_age(fact)] += max(0.0, fact.sales)
    sums: dict[tuple[str, str], tuple[float, float]] = {}
    for fact in rows:
        usual = sold[_age(fact)] / works[_age(fact)] * fact.works
        for pair in fact.arm.attributes:
            seen, expected = sums.get(pair, (0.0, 0.0))
            sums[pair] = (seen + max(0.0, fact.sales), expected + usual)
    return sums


def _age(fact: ArmDay) -> int:
    """Return the group of an age."""
    age = (fact.day - fact.cohort).days
    return sum(age > limit for limit in AGES)
