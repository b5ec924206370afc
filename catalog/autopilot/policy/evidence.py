"""What counts of the ledger, and how much: old days less, and each age against its own kind.

A work that is two days old is compared with what works of two days meet, so that new arms are not
thought poor for being new: the exposure of each row is weighted by what its age usually brings.
"""

from dataclasses import dataclass

import numpy as np

from catalog.autopilot.policy.ledger import Floats, Ints, Ledger, summed

AGES = np.array([1, 2, 3, 5, 8, 12, 18, 27, 40, 60])
"""Upper bounds, in days, of the ages that are told apart; older works are one more class."""
AGE_PRIOR = 20.0
"""Events by which the profile of ages is drawn to a flat one."""


@dataclass(frozen=True)
class Evidence:
    """Events and exposure of each arm, discounted, the ages made comparable.

    Attributes:
        events: shape `(arms,)`.
        exposure: shape `(arms,)`, in units of an average age.
    """

    events: Floats
    exposure: Floats


@dataclass(frozen=True)
class Discount:
    """How fast evidence ages.

    Attributes:
        half_life_days: after so many days a day counts half.
        since_days: days longer ago than this count `before` of that, for tastes were different.
        before: share that is left of evidence from before a change of tastes, 0 … 1.
    """

    half_life_days: float
    since_days: int | None = None
    before: float = 1.0

    def weights(self, ledger: Ledger) -> Floats:
        """Return the weight of each row, 0 … 1."""
        weights = 0.5 ** (np.maximum(ledger.ago - 1, 0) / self.half_life_days)
        if self.since_days is not None:
            weights = np.where(ledger.ago > self.since_days, self.before * weights, weights)
        return weights


def age_class(ledger: Ledger) -> Ints:
    """Return the class of age of each row."""
    return np.searchsorted(AGES, ledger.age, side="right").astype(np.int64)


def profile(ledger: Ledger, events: Floats, exposure: Floats) -> Floats:
    """Return by class of age how much more than average each exposure brings, around 1."""
    ages, size = age_class(ledger), len(AGES) + 1
    seen = summed(ages, events, size)
    chances = summed(ages, exposure, size)
    base = max(seen.sum(), 1e-9) / max(chances.sum(), 1e-9)
    return (seen + AGE_PRIOR) / (base * chances + AGE_PRIOR)


def evidence(ledger: Ledger, events: Floats, exposure: Floats, discount: Discount) -> Evidence:
    """Return discounted events by arm and the exposure they are compared with.

    Args:
        ledger: whose rows.
        events: column of what is counted.
        exposure: column of what gave it the chance.
        discount: how fast evidence ages.
    """
    weights = discount.weights(ledger)
    shape = profile(ledger, weights * events, weights * exposure)
    chances = weights * exposure * shape[age_class(ledger)]
    return Evidence(ledger.per_arm(weights * events), ledger.per_arm(chances))
