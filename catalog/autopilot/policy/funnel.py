"""From a look to money in stages, each pooled over attributes, chained into reward per render.

Looks a work gets → views per look → saves per view → carts per view → sales per cart → revenue per
sale, times the share of renders that curation keeps, less what a render costs. Early stages have
many events within a day, late ones few; each later stage may lean on what the earlier ones said of
the arm (its slope is learnt), so that an arm is judged by views and saves before it can have sold,
and no more than these have meant for sales so far.
"""

from dataclasses import dataclass

import numpy as np

from catalog.autopilot.policy import pooling
from catalog.autopilot.policy.crowding import Crowd, crowd_of
from catalog.autopilot.policy.design import Design
from catalog.autopilot.policy.evidence import Discount, evidence
from catalog.autopilot.policy.ledger import Floats, Ints, Ledger, summed
from catalog.autopilot.policy.pooling import Rates, Slopes

LOOK_NOISE = 30.0
"""Looks come in bursts, by places on the shelf: so many count as one event."""
SHELF_SCATTER = 0.5
"""Variance of the log looks of one work through the luck of its place."""
WORK_SCATTER = 0.05
"""Variance of log rates between works of one arm."""
TYPICAL = {"looks": 0.3, "views": 0.05, "saves": 0.1, "carts": 0.05, "sales": 0.3}
"""Rates of a shop of which nothing is known yet."""
TYPICAL_KEPT = 0.6
SLOPE_SD = 0.5
HORIZON_DAYS = 60
"""Rewards are what a work earns within so many days on sale."""
STYLE_SALES = 25.0
"""Sales by which the revenue per sale of a style is drawn to the shop's."""
FIRST_CENTS = 1500.0
"""What a sale is thought to bring before there was one; weighs as much as one sale."""
LONGEST_DELAY_DAYS = 14.0


@dataclass(frozen=True)
class Funnel:
    """Posteriors of every stage, and what they multiply to.

    Attributes:
        stages: name → posterior of log rates; the first is `looks`.
        kept: posterior of the log share of renders that is published.
        revenue: cents per sale less refunds, by arm.
        cost: cents per render, by arm.
        looks_per_life: looks that a work of an average arm gets within `HORIZON_DAYS`.
        crowd: how crowded each arm's look-alikes are, and what crowding does.
    """

    stages: dict[str, Rates]
    kept: Rates
    revenue: Floats
    cost: Floats
    looks_per_life: float
    crowd: Crowd

    def draws(self, chance: np.random.Generator, count: int) -> "Draws":
        """Return draws of reward per kept work and of the share kept."""
        earlier: list[Floats] = []
        total = np.zeros((len(self.revenue), count))
        for name, rates in self.stages.items():
            known = _covariates(name, earlier, self.crowd.share)
            drawn = rates.draws(chance, count, known)
            earlier.append(drawn)
            if name != "saves":
                total += drawn
        earned = np.exp(total) * self.looks_per_life * self.revenue[:, None]
        kept = np.minimum(np.exp(self.kept.draws(chance, count)), 1.0)
        return Draws(earned, kept, self.cost)


@dataclass(frozen=True)
class Draws:
    """Draws from the posterior, shape `(arms, draws)`.

    Attributes:
        earned: cents that a kept work earns.
        kept: share of renders that is kept.
        cost: cents per render, by arm.
    """

    earned: Floats
    kept: Floats
    cost: Floats

    def of(self, rows: Ints) -> "Draws":
        """Return the draws of some arms."""
        return Draws(self.earned[rows], self.kept[rows], self.cost[rows])

    @property
    def reward(self) -> Floats:
        """Cents per render made, its cost taken off."""
        return self.earned * self.kept - self.cost[:, None]


def _covariates(name: str, earlier: list[Floats], share: Floats) -> list[Floats] | None:
    """Return what a stage leans on: earlier stages' deviations, and for carts the crowd."""
    if name in ("looks", "views"):
        return None
    count = earlier[0].shape[1] if earlier and earlier[0].ndim == 2 else 0
    known = [drawn - drawn.mean(axis=0) for drawn in earlier[1:]]
    if name == "carts":
        crowd = np.repeat(share[:, None], count, axis=1) if count else share
        known.append(crowd)
    return known


def funnel_of(ledger: Ledger, design: Design, discount: Discount) -> Funnel:
    """Return the posteriors that a ledger gives."""
    crowd = crowd_of(ledger, design)
    stages: dict[str, Rates] = {}
    works = _works(ledger)
    rows = {
        "looks": (ledger["examined"] / LOOK_NOISE, ledger["works"]),
        "views": (ledger["views"], ledger["examined"]),
        "saves": (ledger["saves"] + ledger["comps"], ledger["views"]),
        "carts": (ledger["carts"], ledger["views"]),
        "sales": (ledger["sales"], delayed_carts(ledger)),
    }
    for name, (events, exposure) in rows.items():
        found = evidence(ledger, events, exposure, discount)
        scatter = (SHELF_SCATTER if name == "looks" else WORK_SCATTER) / np.maximum(works, 1.0)
        slopes = _slopes(name, list(stages.values()), crowd)
        stages[name] = pooling.fit(
            design,
            found.events,
            found.exposure,
            typical=TYPICAL[name],
            scatter=scatter,
            slopes=slopes,
        )
    return Funnel(
        stages=stages,
        kept=_kept(ledger, design),
        revenue=_revenue(ledger, design),
        cost=_cost(ledger, design),
        looks_per_life=_looks_per_life(ledger) / _base(stages["looks"]),
        crowd=crowd,
    )


def _base(rates: Rates) -> float:
    """Return the mean rate of the arms, which `looks_per_life` holds already."""
    return float(np.exp(rates.mean()).mean())


def _works(ledger: Ledger) -> Floats:
    """Return how many works of each arm the evidence is about."""
    return ledger.per_arm(ledger["kept"])


def _slopes(name: str, earlier: list[Rates], crowd: Crowd) -> Slopes | None:
    means = [rates.mean() for rates in earlier]
    known = _covariates(name, means, crowd.share)
    if not known:
        return None
    prior = [0.0] * len(known)
    sds = [SLOPE_SD] * len(known)
    if name == "carts":
        prior[-1], sds[-1] = crowd.prior
    return Slopes(np.stack(known, axis=1), np.array(prior), np.array(sds))


def delayed_carts(ledger: Ledger) -> Floats:
    """Return the carts of each row that can have been paid: those of young works not all yet.

    Payment comes some days after the cart; the mean delay is how much older works are when they
    sell than when they are put into carts. A geometric delay of that mean is assumed.
    """
    carts, sales = ledger["carts"], ledger["sales"]
    if carts.sum() < 1 or sales.sum() < 1:
        return carts
    delay = float(
        (ledger.age * sales).sum() / sales.sum() - (ledger.age * carts).sum() / carts.sum()
    )
    delay = float(np.clip(delay, 0.0, LONGEST_DELAY_DAYS))
    left = (delay / (1 + delay)) ** (ledger.age + 1.0)
    return carts * (1 - left * 0.999)


def _kept(ledger: Ledger, design: Design) -> Rates:
    renders = ledger.per_arm(ledger["renders"])
    kept = np.minimum(ledger.per_arm(ledger["kept"]), renders)
    return pooling.fit(design, kept, renders, typical=TYPICAL_KEPT)


def _by_style(design: Design, values: Floats) -> Floats:
    return summed(design.codes[:, 0], values)


def _revenue(ledger: Ledger, design: Design) -> Floats:
    paid, sold = ledger.per_arm(ledger.revenue_cents), ledger.per_arm(ledger["sales"])
    mean = (max(paid.sum(), 0.0) + FIRST_CENTS) / (sold.sum() + 1.0)
    style = (_by_style(design, paid) + STYLE_SALES * mean) / (_by_style(design, sold) + STYLE_SALES)
    return np.maximum(style, 0.0)[design.codes[:, 0]]


def _cost(ledger: Ledger, design: Design) -> Floats:
    spent, renders = ledger.per_arm(ledger["cost_cents"]), ledger.per_arm(ledger["renders"])
    mean = spent.sum() / max(renders.sum(), 1.0)
    style = (_by_style(design, spent) + mean) / (_by_style(design, renders) + 1.0)
    return style[design.codes[:, 0]]


def _looks_per_life(ledger: Ledger) -> float:
    """Return the looks that one work gets within its first `HORIZON_DAYS` days."""
    ages = np.minimum(ledger.age, HORIZON_DAYS)
    looks = summed(ages, ledger["examined"], HORIZON_DAYS + 1)
    works = summed(ages, ledger["works"], HORIZON_DAYS + 1)
    daily = looks[:HORIZON_DAYS] / np.maximum(works[:HORIZON_DAYS], 1.0)
    known = works[:HORIZON_DAYS] > 0
    daily[~known] = daily[known][-1] if known.any() else 1.0
    return float(daily.sum())
