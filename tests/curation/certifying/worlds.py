"""Simulated factories: scores of good and bad pictures, and people who sometimes err.

Binormal: both kinds score normally, so far apart that the scores have a given AUC.
"""

from dataclasses import dataclass

import numpy as np
from scipy.stats import norm


@dataclass(frozen=True)
class World:
    """How good the scores are, how many pictures people approve, and what is asked of the gate."""

    name: str
    auc: float = 0.92
    base: float = 0.85
    noise: float = 0.0
    target: float = 0.05
    labels: int = 1000

    @property
    def gap(self) -> float:
        return float(np.sqrt(2) * norm.ppf(self.auc))

    def draw(self, chance, count):
        """Return values, and what a person says of each."""
        good = chance.random(count) < self.base
        values = chance.normal(size=count) + self.gap * good
        said = good ^ (chance.random(count) < self.noise)
        return values, said

    def wrong_share(self, threshold):
        """Return the true share of what lies above a threshold that a person would refuse."""
        above = norm.sf(threshold, [self.gap, 0])
        good, bad = self.base * above[0], (1 - self.base) * above[1]
        refused = good * self.noise + bad * (1 - self.noise)
        return float(refused / max(good + bad, 1e-12))

    def approved_share(self, threshold):
        """Return the true share of all pictures that lie above a threshold."""
        above = norm.sf(threshold, [self.gap, 0])
        return float(self.base * above[0] + (1 - self.base) * above[1])


GOAL = World("goal")
WORLDS = (
    GOAL,
    World("few labels", labels=300),
    World("few labels, strict", labels=150, target=0.1),
    World("low AUC", auc=0.85),
    World("poor AUC", auc=0.75, base=0.6, target=0.1),
    World("many bad", base=0.6),
    World("noisy labels", noise=0.02),
    World("strict target", target=0.02, labels=3000),
)


def outcomes(world, runs, seed):
    """Return for each simulated run whether the promise was broken, and the share approved."""
    from curation.certifying.sequence import certify

    broken, shares = [], []
    for run in range(runs):
        chance = np.random.default_rng([seed, run])
        pool, _ = world.draw(chance, 2 * world.labels)
        values, said = world.draw(chance, world.labels)
        step = certify(pool, values, said, target=world.target, confidence=0.95).step
        broken.append(step is not None and world.wrong_share(step.threshold) > world.target)
        shares.append(0.0 if step is None else world.approved_share(step.threshold))
    return np.array(broken), np.array(shares)
