"""Let one policy run one shop, and say what it earned."""

from dataclasses import dataclass

import numpy as np

from tests.bench.market.rivals import Maker, Marginal, best_plan, plan_value
from tests.bench.market.shop import Shop
from tests.bench.market.terms import ORDINARY, Terms


@dataclass(frozen=True)
class Run:
    """What came of it.

    Attributes:
        per_render: revenue less refunds of the works made, in cents, by render made.
        late: the same of works made in the first half only, by render made in that half; they had
            time to sell.
        whole: revenue of the whole shop, the opening's works included, by render made.
        level: by day, worth of the day's renders as a share of the oracle's of the same day.
    """

    per_render: float
    late: float
    whole: float
    level: np.ndarray


def play(
    seed: int,
    maker: Maker,
    days: int = 60,
    *,
    terms: Terms = ORDINARY,
    jolt_at: int | None = None,
    levels: bool = False,
) -> Run:
    """Run a shop for so many days; tastes are drawn anew on day `jolt_at`."""
    shop, chance = Shop(seed, terms), np.random.default_rng([seed, 5])
    before, level = float(shop.earned.sum()), np.ones(days)
    half = 0
    for day in range(days):
        if day == jolt_at:
            shop.tastes.jolt()
        made = maker(shop, chance)
        if levels:
            state = Marginal(shop)
            level[day] = plan_value(state, made) / max(best_plan(state)[1], 1e-9)
        shop.make(made)
        shop.trade()
        if day == days // 2 - 1:
            half, made_by_then = shop.count, shop.renders.sum()
    renders = max(shop.renders.sum(), 1.0)
    return Run(
        per_render=float(shop.earned[shop.first : shop.count].sum() / renders),
        late=float(shop.earned[shop.first : half].sum() / max(made_by_then, 1.0)),
        whole=float((shop.earned.sum() - before) / renders),
        level=level,
    )
