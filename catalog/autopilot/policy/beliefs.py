"""What the policy holds of each arm, in numbers for the dashboard and for the log's sentences."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from catalog.autopilot.policy.design import Design
from catalog.autopilot.policy.funnel import Draws, Funnel
from catalog.autopilot.policy.ledger import Floats, Ledger
from catalog.autopilot.types import Belief

INTERVAL = (0.05, 0.95)


@dataclass(frozen=True)
class Known:
    """What was counted and what follows from it."""

    ledger: Ledger
    design: Design
    funnel: Funnel
    draws: Draws

    @cached_property
    def reward(self) -> Floats:
        """Draws of cents per render, shape `(arms, draws)`."""
        return self.draws.reward

    def total(self, name: str) -> Floats:
        """Return the sum of a count of the ledger for each arm."""
        return self.ledger.per_arm(self.ledger[name])


def beliefs_of(known: Known) -> tuple[Belief, ...]:
    """Return one belief for each arm of the ledger, in its order."""
    low, high = np.quantile(known.reward, INTERVAL, axis=1)
    columns = (
        known.reward.mean(axis=1).tolist(),
        low.tolist(),
        high.tolist(),
        known.total("renders").astype(int).tolist(),
        known.total("kept").astype(int).tolist(),
        known.total("sales").tolist(),
        known.total("cost_cents").tolist(),
    )
    return tuple(Belief(*row) for row in zip(known.ledger.arms, *columns, strict=True))


def evidence_of(known: Known, arm: int) -> dict[str, Any]:
    """Return the numbers of one arm: what was counted, and how each stage differs from the average.

    `<stage>_ratio` is how many times the average arm's rate it has at the same age, with its own
    evidence and what it shares with others; `reward_ratio` the same of reward per render.
    """
    reward = known.reward[arm]
    low, high = np.quantile(reward, INTERVAL)
    counted = {
        name: float(known.total(name)[arm]) for name in ("renders", "kept", "views", "sales")
    }
    ratios = {
        f"{name}_ratio": _ratio(np.exp(rates.mean()), arm)
        for name, rates in known.funnel.stages.items()
    }
    return {
        "reward_cents": round(float(reward.mean()), 2),
        "reward_low_cents": round(float(low), 2),
        "reward_high_cents": round(float(high), 2),
        "reward_ratio": _ratio(known.reward.mean(axis=1), arm),
        **counted,
        **ratios,
        **_near(known, arm),
    }


def _near(known: Known, arm: int) -> dict[str, Any]:
    """Return the best neighbour that was made more often; neighbours differ in one attribute.

    `near` is its key, `near_by` the attribute, `near_reward_cents` what it is held to earn.
    """
    codes, renders = known.design.codes, known.total("renders")
    differs = codes != codes[arm]
    others = np.flatnonzero((differs.sum(axis=1) == 1) & (renders > renders[arm]))
    if not len(others):
        return {}
    means = known.reward[others].mean(axis=1)
    best = int(others[np.argmax(means)])
    return {
        "near": known.ledger.arms[best].key,
        "near_by": known.ledger.arms[best].attributes[int(np.argmax(differs[best]))][0],
        "near_reward_cents": round(float(means.max()), 2),
    }


def _ratio(values: Floats, arm: int) -> float:
    mean = float(values.mean())
    return round(float(values[arm]) / mean, 3) if mean > 0 else 0.0
