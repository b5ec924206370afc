"""Thompson sampling for many renders at once: the best mixture by each draw, and how often.

For each draw from the posterior the units of a plan go, one after another, where the next one is
worth most, with what is planned already counted among its look-alikes. The share of units that an
arm got over all draws is the chance by which it is chosen (`lots.py`).
"""

import numpy as np

from catalog.autopilot.policy.crowding import Crowd
from catalog.autopilot.policy.funnel import Draws
from catalog.autopilot.policy.ledger import Floats

CONTENDERS = 24
"""For each draw only so many arms can win a unit: those with the largest rewards."""


def shares(draws: Draws, crowd: Crowd, slope: float, *, units: int, unit: float) -> Floats:
    """Return the share of units that each arm gets over all draws; they sum to 1.

    Args:
        draws: of rewards.
        crowd: look-alikes.
        slope: of log sales on a look's share of all looks, at most 0.
        units: how many units the plan has, at least 1.
        unit: renders in a unit.
    """
    slope = min(slope, 0.0)
    outside = np.exp(slope * crowd.share)[:, None]
    gain = (draws.earned * draws.kept * outside).T
    cost = np.broadcast_to(draws.cost, gain.shape)
    fall = np.exp(2 * slope * crowd.per_work * unit * draws.kept).T
    count, arms = gain.shape
    few = min(max(CONTENDERS, 2 * units), arms)
    top = np.argpartition(-(gain - cost), few - 1, axis=1)[:, :few]
    gain, fall = np.take_along_axis(gain, top, 1), np.take_along_axis(fall, top, 1)
    cost, look = draws.cost[top], crowd.look[top]
    taken, each = np.zeros(arms), np.arange(count)
    for _ in range(units):
        best = np.argmax(gain - cost, axis=1)
        np.add.at(taken, top[each, best], 1.0)
        crowded = look == look[each, best][:, None]
        gain = np.where(crowded, gain * fall[each, best][:, None], gain)
    return taken / (count * units)
