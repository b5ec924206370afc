"""From facts to a plan: beliefs, the chances of each arm, and a draw by these chances.

The plan is a function of its arguments: the same facts, candidates, limits and seed give the same
plan, in whatever order the facts come. Next: `funnel.py` for what is believed, `portfolio.py` for
what would be best, `lots.py` for floors and caps.
"""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from threadpoolctl import ThreadpoolController

from catalog.autopilot.policy import lots, portfolio
from catalog.autopilot.policy.beliefs import Known, beliefs_of, evidence_of
from catalog.autopilot.policy.change import discount_of
from catalog.autopilot.policy.design import design_of
from catalog.autopilot.policy.funnel import funnel_of
from catalog.autopilot.policy.ledger import Flags, Floats, Ints, Ledger, ledger_of
from catalog.autopilot.types import Arm, ArmDay, Choice, Kind, Limits, Plan

DRAWS = 200
UNITS = 24
"""A plan is given out in about so many units, so that what is made are series."""
TRIED_RENDERS = 8
"""An arm with fewer renders in the ledger counts as not yet tried."""
GAP_SHARE = 0.5
"""Share of the exploration floor that is kept for demand gaps where there are any."""


def plan(
    facts: Sequence[ArmDay],
    candidates: Sequence[Arm],
    *,
    limits: Limits,
    today: date,
    renders: int,
    seed: int,
    previous: Mapping[Arm, float],
    gaps: Collection[Arm] = (),
) -> Plan:
    """Return what to make.

    Args:
        facts: what happened, of any arms; days after today are ignored.
        candidates: what may be made.
        limits: floors and caps, which the chances keep as far as they can.
        today: the day of the cycle.
        renders: how many renders to plan, at most.
        seed: of all chance.
        previous: share of each arm in the last cycle, for the step limit; empty at first.
        gaps: candidates that answer a demand gap.
    """
    ledger = ledger_of(facts, [*candidates, *gaps], today)
    allowed = set(candidates) | set(gaps)
    asked = Asked(
        may=np.array([arm in allowed for arm in ledger.arms], dtype=bool),
        gap=np.array([arm in set(gaps) for arm in ledger.arms], dtype=bool),
        before=np.array([_share(previous.get(arm)) for arm in ledger.arms]),
        limits=limits,
        renders=max(0, min(renders, limits.renders_per_day)),
        seed=seed,
    )
    return plan_from(ledger, asked)


def _share(value: float | None) -> float:
    return min(max(value, 0.0), 1.0) if value is not None and math.isfinite(value) else 0.0


@dataclass(frozen=True)
class Asked:
    """What is asked of a plan, by the arms of a ledger.

    Attributes:
        may: arms that may be made.
        gap: arms that answer a demand gap.
        before: share of each arm in the last cycle; all 0 where there was none.
        limits: guardrails.
        renders: how many to plan.
        seed: of all chance.
    """

    may: Flags
    gap: Flags
    before: Floats
    limits: Limits
    renders: int
    seed: int

    @property
    def unit(self) -> int:
        """Renders in a unit; none is larger than the cap of an arm."""
        return max(1, min(self.renders // UNITS, self.limits.arm_cap))

    @property
    def units(self) -> int:
        """How many units the plan has."""
        return self.renders // self.unit


def plan_from(ledger: Ledger, asked: Asked) -> Plan:
    """Return the plan that columns give; see `plan`."""
    if asked.units < 1 or not asked.may.any():
        return Plan(choices=(), seed=asked.seed, notes=("There is nothing to choose from.",))
    with _blas().limit(limits=1, user_api="blas"):
        return _planned(ledger, asked)


@cache
def _blas() -> ThreadpoolController:
    """Return what holds linear algebra to one thread: small matrices, and sums in one order."""
    return ThreadpoolController()


def _planned(ledger: Ledger, asked: Asked) -> Plan:
    design = design_of(ledger.arms)
    discount = discount_of(ledger, design)
    funnel = funnel_of(ledger, design, discount)
    chance = np.random.default_rng(asked.seed)
    draws = funnel.draws(chance, DRAWS)
    known = Known(ledger, design, funnel, draws)
    chances = chances_of(known, asked)
    strata = (untried_of(known, asked).astype(np.int64), design.codes[:, 0])
    units = lots.drawn(chances, asked.units, strata, chance)
    notes = (
        ()
        if discount.since_days is None
        else (
            f"Tastes changed about {discount.since_days} days ago; older evidence counts "
            f"{100 * discount.before:.0f} %.",
        )
    )
    return Plan(
        choices=tuple(_choice(known, asked, int(n), units, chances) for n in np.flatnonzero(units)),
        beliefs=beliefs_of(known),
        seed=asked.seed,
        notes=notes,
    )


def untried_of(known: Known, asked: Asked) -> Flags:
    """Return which arms count as exploration: gaps, and those made the least."""
    renders = known.total("renders")
    bound = max(TRIED_RENDERS, float(np.quantile(renders[asked.may], 0.25)) + 1e-9)
    return (renders < bound) | asked.gap


def chances_of(known: Known, asked: Asked) -> Floats:
    """Return the chance that a unit goes to each arm."""
    limits, untried = asked.limits, untried_of(known, asked)
    chances = _thompson(known, asked, asked.may)
    floor = min(1.0, math.ceil(limits.exploration_floor * asked.units - 1e-9) / asked.units)
    fresh = asked.may & untried
    if floor > chances[fresh].sum() and fresh.any():
        chances = lots.raised(chances, fresh, floor, _thompson(known, asked, fresh))
    wanted = asked.may & asked.gap
    if wanted.any():
        chances = lots.raised(chances, wanted, GAP_SHARE * floor, _thompson(known, asked, wanted))
    chances = lots.diverse(chances, known.design.codes[:, 0], limits.diversity_floor, asked.may)
    return lots.capped(chances, _caps(asked))


def _caps(asked: Asked) -> Floats:
    """Return the largest chance of each arm: so many whole units as its caps allow."""
    most = np.full(len(asked.may), float(asked.limits.arm_cap))
    if asked.before.any():
        most = np.minimum(most, (asked.before + asked.limits.step_limit) * asked.renders)
    whole = np.floor(most / asked.unit + 1e-9)
    return np.where(asked.may, whole / asked.units, 0.0)


def _thompson(known: Known, asked: Asked, members: Flags) -> Floats:
    """Return the share of units of each of some arms in the best mixtures of them."""
    rows = np.flatnonzero(members)
    slope = float(known.funnel.stages["carts"].effects[-1])
    taken = portfolio.shares(
        known.draws.of(rows),
        known.funnel.crowd.of(rows),
        slope,
        units=min(asked.units, max(1, len(rows))),
        unit=asked.unit,
    )
    chances = np.zeros(len(members))
    chances[rows] = taken
    return chances


def _choice(known: Known, asked: Asked, arm: int, units: Ints, chances: Floats) -> Choice:
    kind: Kind = "exploit"
    if untried_of(known, asked)[arm]:
        kind = "gap" if asked.gap[arm] else "explore"
    return Choice(
        arm=known.ledger.arms[arm],
        renders=int(units[arm]) * asked.unit,
        propensity=float(min(chances[arm], 1.0)),
        kind=kind,
        draw=float(known.reward[arm, 0]),
        evidence=evidence_of(known, arm),
    )
