"""What the autopilot earns in the simulated market, against rivals and an oracle.

30 shops of 60 days. Seeds are others than those by which the policy was tuned (1000 to 1009). Each
ratio is of sums over the shops, with a 95 % interval over shops; "guarded" is the policy cut by the
guardrails, which is what ships and what the goals ask of.
"""

from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import numpy as np
from scipy.stats import t as student
from threadpoolctl import threadpool_limits

from tests.bench import Figure
from tests.bench.market import rivals
from tests.bench.market.pilot import GuardedPilot, Pilot
from tests.bench.market.play import Run, play

SEEDS = range(5000, 5030)
DAYS, JOLT_AT, PROCESSES = 60, 30, 2
RIVALS = ("uniform", "best_sellers", "best_earners", "epsilon_greedy", "oracle")
GOALS = {
    "uniform": ">=1.5",
    "best_sellers": ">=1.1",
    "best_earners": ">=1.1",
    "epsilon_greedy": "",
    "oracle": ">=0.8",
}
BACK, SMOOTHED_DAYS, BEFORE_DAYS = 0.9, 3, 10


def figures() -> Iterator[Figure]:
    """Yield revenue per render against each rival, and the days to recover from a drift."""
    context = get_context("spawn")
    with ProcessPoolExecutor(
        PROCESSES, mp_context=context, initializer=threadpool_limits, initargs=(1,)
    ) as pool:
        runs = {name: list(pool.map(run, [name] * len(SEEDS), SEEDS)) for name in RIVALS}
        for name, goals in (("autopilot", {}), ("guarded", GOALS)):
            mine = list(pool.map(run, [name] * len(SEEDS), SEEDS))
            yield from against(name, mine, runs, goals)
        drifted = list(pool.map(run, ["drift"] * len(SEEDS), SEEDS))
        yield from recovery(np.array([one.level for one in drifted]))


def run(name: str, seed: int) -> Run:
    """Return what one policy does in one shop."""
    if name == "drift":
        return play(seed, GuardedPilot(), DAYS, jolt_at=JOLT_AT, levels=True)
    if name in ("autopilot", "guarded"):
        return play(seed, Pilot() if name == "autopilot" else GuardedPilot(), DAYS)
    return play(seed, getattr(rivals, name), DAYS)


def against(
    name: str, mine: list[Run], runs: dict[str, list[Run]], goals: dict[str, str]
) -> Iterator[Figure]:
    """Yield the ratios of revenue per render, and of the whole shop's revenue."""
    for rival, theirs in runs.items():
        for what, goal in (("per_render", goals.get(rival, "")), ("whole", "")):
            ours = np.array([getattr(one, what) for one in mine])
            value, low, high = ratio(ours, np.array([getattr(one, what) for one in theirs]))
            label = f"{name}_over_{rival}" + ("" if what == "per_render" else "_whole_shop")
            yield Figure(label, value, "x", goal)
            yield Figure(f"{label}_low", low, "x")
            yield Figure(f"{label}_high", high, "x")


def ratio(ours: np.ndarray, theirs: np.ndarray) -> tuple[float, float, float]:
    """Return a ratio of sums over shops with its 95 % interval (linearised, shops paired)."""
    value, count = ours.sum() / theirs.sum(), len(ours)
    error = (ours - value * theirs).std(ddof=1) / np.sqrt(count) / theirs.mean()
    reach = student.ppf(0.975, count - 1) * error
    return float(value), float(value - reach), float(value + reach)


def recovery(levels: np.ndarray) -> Iterator[Figure]:
    """Yield after how many days of new tastes the plans are as good as before, nearly.

    A plan's level is its worth as a share of the oracle's plan of that day. With an interval by
    drawing shops anew.
    """
    chance = np.random.default_rng(0)
    found = [
        days_back(levels[chance.integers(len(levels), size=len(levels))].mean(axis=0))
        for _ in range(400)
    ]
    yield Figure("days_to_recover_from_drift", days_back(levels.mean(axis=0)), "days", "<=10")
    yield Figure("days_to_recover_from_drift_low", float(np.quantile(found, 0.025)), "days")
    yield Figure("days_to_recover_from_drift_high", float(np.quantile(found, 0.975)), "days")
    before = levels[:, JOLT_AT - BEFORE_DAYS : JOLT_AT].mean()
    yield Figure("level_before_drift", float(before), "share")
    yield Figure("level_at_drift", float(levels[:, JOLT_AT].mean()), "share")


def days_back(level: np.ndarray) -> float:
    """Return the days from the drift until three days' mean reaches 90 % of the level before."""
    goal = BACK * level[JOLT_AT - BEFORE_DAYS : JOLT_AT].mean()
    for day in range(JOLT_AT + SMOOTHED_DAYS - 1, len(level)):
        if level[day - SMOOTHED_DAYS + 1 : day + 1].mean() >= goal:
            return float(day + 1 - JOLT_AT)
    return float("inf")
