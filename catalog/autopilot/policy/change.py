"""Have tastes changed? Then evidence from before counts little.

Views come in large numbers within a day, so they tell first. The views of the last days are
compared with what the same arms would have had at their rate of before, summed up by each value of
each attribute; a change that all share (a slow week) does not count. Several lengths of the last
days are tried, so that a change is dated too. Sales are never waited for here.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2

from catalog.autopilot.policy.design import ATTRIBUTES, Design
from catalog.autopilot.policy.evidence import Discount, age_class, profile
from catalog.autopilot.policy.ledger import Floats, Ints, Ledger, summed

HALF_LIFE_DAYS = 14.0
LENGTHS_DAYS = (2, 3, 4, 5, 6, 8, 10, 13)
BEFORE_DAYS = 28
LEAST_VIEWS = 8.0
"""An arm is compared if it had so many views before."""
SCATTER = 0.05
"""Variance of the log rate of an arm between two stretches of days through its few works."""
ALARM = 1e-9
"""Chance of a false alarm at each length of days."""
LEAST_SHIFT = 0.15
"""Smaller shifts of log rates (root mean square over values) are left to discounting."""
LEFT = 0.1
"""What evidence from before a change still counts."""


@dataclass(frozen=True)
class Change:
    """How much the last days differ from those before.

    Attributes:
        days: length of the last days.
        chance: chance of so large a difference where nothing changed, 0 … 1.
        shift: root mean square of the shifts of log rates over the values of attributes.
    """

    days: int
    chance: float
    shift: float

    @property
    def found(self) -> bool:
        """Whether tastes changed."""
        return self.chance < ALARM and self.shift > LEAST_SHIFT


def discount_of(ledger: Ledger, design: Design) -> Discount:
    """Return how evidence ages: by its half-life, and at once where tastes changed."""
    found = [change for change in changes(ledger, design) if change.found]
    if not found:
        return Discount(HALF_LIFE_DAYS)
    clearest = min(found, key=lambda change: (change.chance, change.days))
    return Discount(HALF_LIFE_DAYS, since_days=clearest.days, before=LEFT)


def changes(ledger: Ledger, design: Design) -> list[Change]:
    """Return what each length of the last days says; none where there is too little to compare."""
    views, looks = ledger["views"], ledger["examined"]
    looks = looks * profile(ledger, views, looks)[age_class(ledger)]
    found = [_change(ledger, design, views, looks, days) for days in LENGTHS_DAYS]
    return [change for change in found if change is not None]


def _change(
    ledger: Ledger, design: Design, views: Floats, looks: Floats, days: int
) -> Change | None:
    after = ledger.ago <= days
    before = ~after & (ledger.ago <= days + BEFORE_DAYS)
    seen, chances = ledger.per_arm(after * views), ledger.per_arm(after * looks)
    seen_before, chances_before = ledger.per_arm(before * views), ledger.per_arm(before * looks)
    rows = np.flatnonzero((seen_before >= LEAST_VIEWS) & (chances > 0) & (chances_before > 0))
    if len(rows) < 2 or not seen[rows].sum():
        return None
    expected = chances[rows] * seen_before[rows] / chances_before[rows]
    expected *= seen[rows].sum() / expected.sum()
    noise = expected + expected**2 * (1 / seen_before[rows] + SCATTER)
    return _compared(design, rows, seen[rows] - expected, expected, noise, days)


def _compared(
    design: Design, rows: Ints, gap: Floats, expected: Floats, noise: Floats, days: int
) -> Change | None:
    """Sum up by each value of each attribute."""
    columns = design.columns[rows, 1 : 1 + ATTRIBUTES]
    spread = [np.repeat(part, ATTRIBUTES) for part in (gap, expected, noise)]
    sums = [summed(columns.ravel(), part, design.width) for part in spread]
    used = sums[1] > 0
    gap, expected, noise = (part[used] for part in sums)
    free = int(used.sum()) - ATTRIBUTES
    if free < 1:
        return None
    statistic = float((gap**2 / noise).sum())
    weight = expected**2 / noise
    shift = float(np.sqrt(max((gap**2 / noise - 1).sum(), 0.0) / weight.sum()))
    return Change(days, float(chi2.sf(statistic, free)), shift)
