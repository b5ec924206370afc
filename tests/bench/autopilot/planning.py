"""What a plan takes: a thousand arms with sixty days of facts."""

import time
from collections.abc import Iterator
from datetime import date, timedelta

import numpy as np

from catalog.autopilot.policy import plan
from catalog.autopilot.types import Arm, ArmDay, Limits
from tests.bench import Figure

TODAY, DAYS, ROUNDS = date(2026, 11, 30), 60, 3


def figures() -> Iterator[Figure]:
    """Yield the seconds of the processor that one plan takes, which runs in one thread."""
    arms, facts = thousand()
    taken = []
    for seed in range(ROUNDS):
        started = time.thread_time()
        plan(facts, arms, limits=Limits(), today=TODAY, renders=48, seed=seed, previous={})
        taken.append(time.thread_time() - started)
    yield Figure("plan_of_1000_arms_60_days", min(taken), "s", "<=1")


def thousand() -> tuple[list[Arm], list[ArmDay]]:
    """Return 1,000 arms, and a fact for each on each of 60 days."""
    chance = np.random.default_rng(0)
    shape = np.indices((8, 5, 5, 5)).reshape(4, -1).T
    arms = [Arm(f"style-{s}", f"palette-{p}", f"layout-{n}", f"theme {t}") for s, p, n, t in shape]
    events = chance.poisson((2.0, 0.2, 0.1, 0.05), (len(arms), DAYS, 4)).astype(float)
    first = TODAY - timedelta(days=DAYS)
    facts = [
        ArmDay(
            arm=arm,
            day=first + timedelta(days=day),
            cohort=first,
            works=3,
            renders=0 if day else 5,
            kept=0 if day else 3,
            cost_cents=0.0 if day else 10.0,
            impressions=60.0,
            examined=30.0,
            views=views,
            saves=saves,
            carts=carts,
            sales=sales,
            revenue_cents=1600 * sales,
        )
        for arm, table in zip(arms, events.tolist(), strict=True)
        for day, (views, saves, carts, sales) in enumerate(table)
    ]
    return arms, facts
