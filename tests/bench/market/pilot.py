"""The autopilot's policy as a player of the simulated market, as it ships."""

from collections import Counter

import numpy as np

from catalog.autopilot.guardrails import enforce
from catalog.autopilot.history import History
from catalog.autopilot.policy.planning import Asked, plan_from
from catalog.autopilot.types import Limits, Plan
from tests.bench.market.rivals import RENDERS
from tests.bench.market.shop import Shop

LIMITS = Limits()
RECENT_DAYS = 6
"""Days before this one of which the guardrails count the styles."""


class Pilot:
    """The policy under the default limits; remembers the last plan's shares, as the cycle does."""

    def __init__(self, limits: Limits = LIMITS):
        self.limits = limits
        self.before = np.zeros(0)
        self.days: list[np.ndarray] = []

    def __call__(self, shop: Shop, chance: np.random.Generator) -> np.ndarray:
        """Return the renders of each arm for the day."""
        arms = len(shop.tastes.arms)
        if not len(self.before):
            self.before = np.zeros(arms)
        seed = int(chance.integers(2**31))
        nothing = np.zeros(arms, bool)
        asked = Asked(~nothing, nothing, self.before, self.limits, RENDERS, seed)
        made = self.counted(shop, self.held(shop, plan_from(shop.ledger(), asked)))
        self.days.append(made)
        if made.any():
            self.before = made / made.sum()
        return made

    def held(self, shop: Shop, plan: Plan) -> Plan:
        """Return the plan that is made."""
        return plan

    def counted(self, shop: Shop, plan: Plan) -> np.ndarray:
        """Return a plan's renders by arm."""
        made = np.zeros(len(shop.tastes.arms), int)
        for choice in plan.choices:
            made[shop.tastes.number[choice.arm]] = choice.renders
        return made


class GuardedPilot(Pilot):
    """The same, cut by the guardrails as in the running factory.

    Near-duplicates are not simulated (there are no pictures), budgets are those of the defaults.
    """

    def held(self, shop: Shop, plan: Plan) -> Plan:
        """Return the plan within the limits."""
        recent: Counter[str] = Counter()
        for made in self.days[-RECENT_DAYS:]:
            for arm in np.flatnonzero(made):
                recent[shop.tastes.arms[arm].style] += int(made[arm])
        previous = {
            shop.tastes.arms[arm]: float(self.before[arm]) for arm in np.flatnonzero(self.before)
        }
        return enforce(plan, self.limits, History(recent=recent, previous=previous))
