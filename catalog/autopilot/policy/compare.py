"""Do new works sell, or do they take the sales of works like them? A test against matched controls.

Older works of an arm are compared with themselves in days when more or fewer new works like them
came out, and with controls: works of the same age on the same days that got fewer new look-alikes.
A slow week, an ageing catalogue and a better arm strike both sides and cancel: the model is Poisson
with an effect of each arm, one of each age in each stretch of days, and one slope on new works.
Works are alike if their style, palette and theme are the same. The ratio is what an older work
sells when works like it came out, in the number that is usual then, over what it would have sold
without: 1 where new works take nothing.

What it cannot tell apart: a policy makes more of what sold well of late, and luck does not last;
that alone pulls the ratio a little below 1.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from scipy.stats import norm

from catalog.autopilot.policy.crowding import looks_of
from catalog.autopilot.policy.design import design_of
from catalog.autopilot.policy.evidence import age_class
from catalog.autopilot.policy.ledger import Floats, Ints, Ledger, ledger_of, summed
from catalog.autopilot.types import ArmDay

NEW_DAYS = 7
"""A work is new for so long; older ones are compared."""
STRETCH_DAYS = 4
LEAST_EVENTS = 60.0
CONFIDENCE = 0.9
MEASURES = ("sales", "carts", "views")
"""What is counted: sales, or an earlier signal where there are too few of them."""
ROUNDS = 60
LARGEST_SLOPE = 5.0


@dataclass(frozen=True)
class Comparison:
    """What new works did to the sales of works like them.

    Attributes:
        enough: whether there was enough to compare; if not, the ratio is 1 and means nothing.
        ratio: sales of an older work when works like it came out, over those without.
        low, high: 90 % interval.
        events: how many events of older works were compared.
        measure: one of `MEASURES`.
        sentence: the result in words.
    """

    enough: bool
    ratio: float
    low: float
    high: float
    events: float
    measure: str
    sentence: str

    @property
    def cannibalises(self) -> bool:
        """Whether older works lost, beyond chance."""
        return self.enough and self.high < 1.0


def cannibalisation(facts: Sequence[ArmDay], *, today: date) -> Comparison:
    """Return whether the works of the last weeks took sales from works like them."""
    return cannibalisation_in(ledger_of(facts, (), today))


def cannibalisation_in(ledger: Ledger) -> Comparison:
    """Return the same of columns."""
    cells = _cells(ledger) if len(ledger) else None
    for measure in MEASURES:
        found = _measured(cells, measure) if cells else None
        if found:
            return found
    sentence = "Not enough data to tell whether new works take sales from those like them."
    return Comparison(False, 1.0, 1.0, 1.0, 0.0, MEASURES[0], sentence)


@dataclass(frozen=True)
class _Cells:
    """Older works of an arm, of one class of age, in one stretch of days.

    Attributes:
        arm, time: index of the arm, and of the stretch with the class of age.
        works: works times days.
        dose: log of 1 + the new look-alikes on sale.
        events: measure → events.
    """

    arm: Ints
    time: Ints
    works: Floats
    dose: Floats
    events: dict[str, Floats]


def _cells(ledger: Ledger) -> _Cells:
    """Return the cells of a ledger but for its first days, of which the new works are not known."""
    arms = len(ledger.arms)
    stretch = ledger.ago // STRETCH_DAYS
    whole = int(max(ledger.ago.max() - NEW_DAYS, 0) // STRETCH_DAYS)
    rows = (ledger.age >= NEW_DAYS) & (stretch < whole) & (ledger["works"] > 0)
    ages = age_class(ledger)
    time = stretch * (int(ages.max()) + 1) + ages
    key, place = np.unique(time[rows] * arms + ledger.arm[rows], return_inverse=True)
    dose = _doses(ledger, whole)

    def total(name: str) -> Floats:
        return summed(place, ledger[name][rows], len(key))

    cell_stretch = (key // arms) // (int(ages.max()) + 1)
    return _Cells(
        arm=key % arms,
        time=np.unique(key // arms, return_inverse=True)[1].astype(np.int64),
        works=total("works"),
        dose=dose[key % arms, cell_stretch],
        events={name: total(name) for name in MEASURES},
    )


def _doses(ledger: Ledger, stretches: int) -> Floats:
    """Return log 1 + n of each arm's n new look-alikes on sale, shape `(arms, stretches)`.

    In logs, for the tenth new work takes less from the old ones than the first.
    """
    arms = len(ledger.arms)
    new = ledger.age < NEW_DAYS
    place = ledger.arm * (stretches + 1) + np.minimum(ledger.ago // STRETCH_DAYS, stretches)
    works = summed(place[new], ledger["works"][new], arms * (stretches + 1)).reshape(
        arms, stretches + 1
    )[:, :stretches]
    look = looks_of(design_of(ledger.arms))
    alike = np.zeros((int(look.max()) + 1, stretches))
    np.add.at(alike, look, works)
    return np.log1p(alike / STRETCH_DAYS)[look]


def _measured(cells: _Cells, measure: str) -> Comparison | None:
    """Return the comparison by one measure, or nothing if there are too few events."""
    events = cells.events[measure]
    if events.sum() < LEAST_EVENTS or cells.dose.std() <= 1e-9:
        return None
    slope, error = _slope(cells, events)
    met = cells.dose > 0
    usual = float(np.average(cells.dose[met], weights=cells.works[met]))
    reach = float(norm.ppf((1 + CONFIDENCE) / 2)) * error
    sides = (slope, slope - reach, slope + reach)
    ratio, low, high = (
        float(np.exp(np.clip(side * usual, -LARGEST_SLOPE, LARGEST_SLOPE))) for side in sides
    )
    sentence = (
        f"Where new works came out, older ones of the same look have {ratio:.2f} times the "
        f"{measure} they would have without ({low:.2f} to {high:.2f})."
    )
    return Comparison(True, ratio, low, high, float(events.sum()), measure, sentence)


def _slope(cells: _Cells, events: Floats) -> tuple[float, float]:
    """Return the slope of log events on the dose, and its standard error.

    Effects of arms and times are fitted in turns; the slope by Newton's method on what of the dose
    they do not explain. The error allows for more scatter than Poisson's.
    """
    by_arm, by_time = np.zeros(int(cells.arm.max()) + 1), np.zeros(int(cells.time.max()) + 1)
    slope = information = 0.0
    expected = events
    for _ in range(ROUNDS):
        known = cells.works * np.exp(slope * cells.dose)
        by_arm = _fitted(events, known * np.exp(by_time[cells.time]), cells.arm)
        by_time = _fitted(events, known * np.exp(by_arm[cells.arm]), cells.time)
        expected = known * np.exp(by_arm[cells.arm] + by_time[cells.time])
        rest = _unexplained(cells, expected)
        information = float((expected * rest**2).sum())
        if information <= 1e-9:
            return 0.0, float("inf")
        step = float(((events - expected) * rest).sum()) / information
        slope = float(np.clip(slope + np.clip(step, -0.5, 0.5), -LARGEST_SLOPE, LARGEST_SLOPE))
    sure = expected > 1e-9
    misfit = float(((events - expected)[sure] ** 2 / expected[sure]).sum())
    free = max(int(sure.sum()) - len(by_arm) - len(by_time) - 1, 1)
    return slope, float(np.sqrt(max(misfit / free, 1.0) / information))


def _fitted(events: Floats, known: Floats, kind: Ints) -> Floats:
    """Return the log ratio of events to what is known, by kind; very low where nothing happened."""
    seen = summed(kind, events)
    return np.log(np.maximum(seen, 1e-9) / np.maximum(summed(kind, known), 1e-9))


def _unexplained(cells: _Cells, weights: Floats) -> Floats:
    """Return the dose less its weighted means over arms and times, taken in turns."""
    rest = cells.dose - np.average(cells.dose, weights=np.maximum(weights, 1e-12))
    for _ in range(4):
        for kind in (cells.arm, cells.time):
            sums = summed(kind, weights * rest)
            rest = rest - (sums / np.maximum(summed(kind, weights), 1e-12))[kind]
    return rest
