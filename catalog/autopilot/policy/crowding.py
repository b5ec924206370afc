"""Look-alikes take sales from each other: how crowded each look is, and what one more work does.

Look-alikes are arms that differ in the layout only. Crowding is their share of all looks; the slope
of log carts per view on it is learnt with the other slopes of the funnel, starting from the prior
below. A new work lowers what its look-alikes earn as well, so its own marginal worth falls twice.
"""

from dataclasses import dataclass

import numpy as np

from catalog.autopilot.policy.design import Design
from catalog.autopilot.policy.ledger import Floats, Ints, Ledger, summed

RECENT_DAYS = 7
PRIOR = (-5.0, 5.0)
"""Mean and spread of the slope beforehand: a tenth of all looks costs about 40 % of sales."""


@dataclass(frozen=True)
class Crowd:
    """How crowded looks are.

    Attributes:
        look: shape `(arms,)`, number of the arm's look.
        share: shape `(arms,)`, share of all looks that its look got in the last days, 0 … 1.
        per_work: share of all looks that one new work gets.
        prior: mean and spread of the slope of log sales on the share.
    """

    look: Ints
    share: Floats
    per_work: float
    prior: tuple[float, float] = PRIOR

    def of(self, rows: Ints) -> "Crowd":
        """Return the crowd of some arms."""
        return Crowd(self.look[rows], self.share[rows], self.per_work, self.prior)


def crowd_of(ledger: Ledger, design: Design) -> Crowd:
    """Return how crowded the looks are at present."""
    look = looks_of(design)
    recent = ledger.ago <= RECENT_DAYS
    looks = ledger.per_arm(np.where(recent, ledger["examined"], 0.0))
    total = max(float(looks.sum()), 1.0)
    by_look = summed(look, looks) / total
    young = recent & (ledger.age < RECENT_DAYS)
    works = float(ledger["works"][young].sum())
    each = float(ledger["examined"][young].sum()) / works if works else 0.0
    days = len(np.unique(ledger.ago[recent])) or 1
    return Crowd(look, by_look[look], each * days / total)


def looks_of(design: Design) -> Ints:
    """Return the number of each arm's look: its style, palette and theme."""
    style, palette, _layout, theme = design.codes.T
    size = design.codes.max(axis=0, initial=0) + 1
    codes = (style * size[1] + palette) * size[3] + theme
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)
