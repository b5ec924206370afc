"""The policies that the autopilot is measured against, and the oracle.

All make the same number of renders a day and at most `ARM_CAP` of one arm, as the autopilot does.
"""

from collections.abc import Callable

import numpy as np

from tests.bench.market.shop import Shop, worth

Maker = Callable[[Shop, np.random.Generator], np.ndarray]
RENDERS, ARM_CAP, UNIT, MEMORY_DAYS = 48, 12, 4, 28


def uniform(shop: Shop, chance: np.random.Generator) -> np.ndarray:
    """Make every arm with the same chance."""
    arms = len(shop.tastes.arms)
    drawn = chance.choice(arms, size=RENDERS // UNIT, replace=False)
    return UNIT * np.bincount(drawn, minlength=arms)


def best_sellers(shop: Shop, chance: np.random.Generator) -> np.ndarray:
    """Make the arms that sold the most works within four weeks, as many as allowed of each."""
    ledger = shop.ledger(MEMORY_DAYS)
    return _most(ledger.per_arm(ledger["sales"]), chance)


def best_earners(shop: Shop, chance: np.random.Generator) -> np.ndarray:
    """Make the arms with the most revenue for each work that was on sale, and day."""
    ledger = shop.ledger(MEMORY_DAYS)
    shelf_days = ledger.per_arm(ledger["works"])
    return _most(ledger.per_arm(ledger.revenue_cents) / np.maximum(shelf_days, 7), chance)


def epsilon_greedy(shop: Shop, chance: np.random.Generator) -> np.ndarray:
    """Make the best sellers, but with every eighth render any arm."""
    greedy, free = best_sellers(shop, chance), RENDERS // 8
    for _ in range(free):
        greedy[chance.choice(np.flatnonzero(greedy))] -= 1
    return greedy + np.bincount(chance.integers(len(greedy), size=free), minlength=len(greedy))


def _most(values: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    order = np.lexsort((chance.random(len(values)), -values))
    made = np.zeros(len(values), int)
    made[order[: RENDERS // ARM_CAP]] = ARM_CAP
    return made


def oracle(shop: Shop, chance: np.random.Generator) -> np.ndarray:
    """Make what is worth most to people whose tastes it knows, and who tire as it knows."""
    return best_plan(Marginal(shop))[0]


class Marginal:
    """What one more render of each arm earns a day, with what was planned already.

    Knows the truth: tastes, attention, how soon people tire of look-alikes, what curation keeps.
    """

    def __init__(self, shop: Shop):
        self.shop, self.look = shop, shop.tastes.looks
        self.worth, self.seen = worth(shop)
        self.attention = shop.by_look(sum(shop.attention()[1:]))
        self.start = self.attention

    def again(self) -> "Marginal":
        """Forget what was planned."""
        self.attention = self.start.copy()
        return self

    def values(self) -> np.ndarray:
        """Return cents a day for each render by arm, less what it takes from its look-alikes."""
        left = np.exp(-self.attention / self.shop.terms.fatigue)[:, self.look]
        return self.shop.keeps * (self.worth * left).sum(axis=0)

    def add(self, arm: int) -> None:
        """Count one render of an arm as made."""
        self.attention[:, self.look[arm]] += self.shop.keeps[arm] * self.seen[:, arm]


def best_plan(state: Marginal) -> tuple[np.ndarray, float]:
    """Return the renders that are worth most together, and what they are worth, cents a day."""
    made, total = np.zeros(len(state.look), int), 0.0
    state.again()
    for _ in range(RENDERS):
        values = np.where(made < ARM_CAP, state.values(), -np.inf)
        best = int(np.argmax(values))
        made[best] += 1
        total += float(values[best])
        state.add(best)
    return made, total


def plan_value(state: Marginal, renders: np.ndarray) -> float:
    """Return what a day's renders are worth to an observer who knows the truth, cents a day."""
    total = 0.0
    state.again()
    for arm in np.repeat(np.arange(len(renders)), renders):
        total += float(state.values()[arm])
        state.add(int(arm))
    return total
