"""The autopilot's policy as a player of the simulated market, as it ships."""

import numpy as np

from catalog.autopilot.policy.planning import Asked, plan_from
from catalog.autopilot.types import Limits, Plan
from tests.bench.market.rivals import RENDERS
from tests.bench.market.shop import Shop

LIMITS = Limits()


class Pilot:
    """The policy under the default limits; remembers the last plan's shares, as the cycle does."""

    def __init__(self, limits: Limits = LIMITS):
        self.limits = limits
        self.before: np.ndarray | None = None

    def __call__(self, shop: Shop, chance: np.random.Generator) -> np.ndarray:
        """Return the renders of each arm for the day."""
        arms = len(shop.tastes.arms)
        if self.before is None:
            self.before = np.zeros(arms)
        seed = int(chance.integers(2**31))
        nothing = np.zeros(arms, bool)
        asked = Asked(~nothing, nothing, self.before, self.limits, RENDERS, seed)
        made = self.counted(shop, self.held(shop, plan_from(shop.ledger(), asked)))
        self.before = made / max(made.sum(), 1)
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
