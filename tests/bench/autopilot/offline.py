"""Do off-policy intervals hold what another policy would really have earned?

200 worlds with an answer, whose true means are known: tastes of the simulated market, a logging
policy that changes from cycle to cycle as a learning one does, rewards that are mostly nothing and
sometimes a lot, and a new policy between near and far from the logged ones. The intervals were
chosen on other seeds (7, 8 and 9).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from catalog.autopilot.policy import lots
from catalog.autopilot.policy.offline import Estimate, Logged, estimate
from catalog.autopilot.types import Arm
from tests.bench import Figure
from tests.bench.market.tastes import Tastes
from tests.bench.market.terms import Terms

WORLDS, SEED = 200, 20261201
METHODS = ("ips", "snips", "direct", "dr")
SMALL = Terms(styles=4, palettes=4, layouts=2, themes=3)
CYCLES, UNITS = (20, 60), (12, 24)
SALE_CENTS, SALES_PER_RENDER = 1600.0, 0.25


@dataclass(frozen=True)
class World:
    """A log, a new policy, and the truth.

    Attributes:
        log: what was made by which chance and what it earned.
        target: the new policy.
        value: what it earns per render, in cents.
    """

    log: list[Logged]
    target: dict[Arm, float]
    value: float


def world(seed: int) -> World:
    """Return one world."""
    chance = np.random.default_rng([SEED, seed])
    tastes = Tastes(SMALL, chance)
    appeal = np.exp(tastes.appeal(0)).mean(axis=0)
    rate = SALES_PER_RENDER * appeal / appeal.mean()
    believed = np.log(appeal) + chance.normal(0, 0.6, len(appeal))
    log: list[Logged] = []
    for cycle in range(int(chance.integers(*CYCLES))):
        believed += chance.normal(0, 0.15, len(appeal)) + 0.03 * (np.log(appeal) - believed)
        chances = _softened(believed, chance.uniform(1.0, 3.0), floor=0.15)
        log += _cycle(cycle, tastes.arms, chances, rate, chance)
    aim = np.log(appeal) + chance.normal(0, 0.7, len(appeal))
    target = _softened(aim, chance.uniform(0.5, 2.5), floor=chance.uniform(0, 0.3))
    policy = dict(zip(tastes.arms, target.tolist(), strict=True))
    return World(log, policy, float(SALE_CENTS * target @ rate))


def _softened(values: np.ndarray, sharpness: float, floor: float) -> np.ndarray:
    odds = np.exp(sharpness * (values - values.max()))
    return (1 - floor) * odds / odds.sum() + floor / len(values)


def _cycle(
    cycle: int,
    arms: list[Arm],
    chances: np.ndarray,
    rate: np.ndarray,
    chance: np.random.Generator,
) -> list[Logged]:
    """Draw one cycle as the autopilot draws it, and what each render earned."""
    units = int(chance.integers(*UNITS))
    made = lots.drawn(chances, units, (), chance)
    rows = []
    for arm in np.flatnonzero(made):
        sales = chance.poisson(rate[arm] * chance.gamma(2.0, 0.5, made[arm]))
        paid = SALE_CENTS * sales * np.exp(chance.normal(-0.125, 0.5, made[arm]))
        rows += [Logged(cycle, arms[arm], float(chances[arm]), float(cents)) for cents in paid]
    return rows


def answers() -> tuple[int, list[tuple[World, Estimate]]]:
    """Return how many worlds were asked, and 200 in which the log could tell."""
    asked, found = 0, []
    while len(found) < WORLDS:
        one = world(asked)
        said = estimate(one.log, one.target)
        asked += 1
        if said.enough:
            found.append((one, said))
    return asked, found


def figures() -> Iterator[Figure]:
    """Yield coverage, width and error of each method, and how often there is an answer."""
    asked, found = answers()
    yield Figure("ope_worlds_answered", len(found), "worlds", ">=200")
    yield Figure("ope_answered_share", len(found) / asked, "share", ">=0.5")
    for method in METHODS:
        intervals = [(one.value, said.by_method[method]) for one, said in found]
        covered = [part.low <= value <= part.high for value, part in intervals]
        goal = "" if method == "direct" else ">=0.9"
        yield Figure(f"ope_coverage_{method}", float(np.mean(covered)), "share", goal)
        width = [(part.high - part.low) / value for value, part in intervals]
        yield Figure(f"ope_relative_width_{method}", float(np.median(width)), "share")
        error = [abs(part.value - value) / value for value, part in intervals]
        yield Figure(f"ope_relative_error_{method}", float(np.median(error)), "share")
