"""Cannibalisation: found where it is, not where it is not, and silent where nobody can tell."""

from datetime import date, timedelta

import numpy as np
import pytest

from catalog.autopilot.policy.compare import cannibalisation
from catalog.autopilot.types import Arm, ArmDay

TODAY = date(2026, 11, 30)
DAYS = 40
LOOKS = [(f"style-{s}", f"palette-{p}") for s in range(4) for p in range(5)]


def shop(seed, taken, rate=0.4, week=lambda ago: 1.0):
    """Return 40 days in which half of the looks got new works in the last 20.

    What new works take of their look's old ones is `taken`, 0 … 1; `week` moves all sales alike.
    """
    chance, rows = np.random.default_rng(seed), []
    for number, (style, palette) in enumerate(LOOKS):
        arm = Arm(style, palette, "centered", "hills")
        merit = np.exp(chance.normal(0, 0.5))
        renewed = number % 2 == 0
        for ago in range(1, DAYS + 1):
            crowded = renewed and ago <= 20
            left = (1 - taken) if crowded else 1.0
            sold = chance.poisson(6 * rate * merit * left * week(ago))
            rows.append(day(arm, ago, 100, works=6, sales=float(sold)))
            if renewed and ago <= 20 and ago % 4 == 0:
                rows += [day(arm, later, ago, works=2) for later in range(1, ago + 1)]
    return rows


def day(arm, ago, born, **counts):
    return ArmDay(
        arm=arm, day=TODAY - timedelta(days=ago), cohort=TODAY - timedelta(days=born), **counts
    )


def test_sales_that_new_works_take_are_found():
    said = cannibalisation(shop(1, taken=0.5), today=TODAY)
    assert said.enough and said.cannibalises
    assert said.low < 0.6 and said.ratio == pytest.approx(0.55, abs=0.12)
    assert "sales" in said.sentence


def test_no_loss_is_no_finding():
    found = [cannibalisation(shop(seed, taken=0.0), today=TODAY) for seed in range(30)]
    assert all(said.low <= said.ratio <= said.high for said in found)
    assert sum(said.cannibalises for said in found) <= 4
    assert sum(said.low <= 1 <= said.high for said in found) >= 24


def test_a_slow_fortnight_that_all_share_is_no_loss():
    said = cannibalisation(
        shop(3, taken=0.0, week=lambda ago: 0.4 if ago <= 20 else 1.0), today=TODAY
    )
    assert said.enough and not said.cannibalises


def test_more_taken_means_a_lower_ratio():
    ratios = [cannibalisation(shop(5, taken=t), today=TODAY).ratio for t in (0.0, 0.3, 0.6, 0.9)]
    assert ratios == sorted(ratios, reverse=True)


def test_few_sales_give_no_answer():
    said = cannibalisation(shop(1, taken=0.9, rate=0.01), today=TODAY)
    assert not said.enough and not said.cannibalises and "Not enough" in said.sentence


@pytest.mark.parametrize(
    "facts",
    [
        [],
        [day(Arm("a", "b", "c", "d"), 1, 1, works=3, sales=500.0)],
        [day(Arm("a", "b", "c", "d"), ago, 90, works=3, sales=500.0) for ago in range(1, 40)],
        [day(Arm("a", "b", "c", "d"), ago, 90, sales=float("nan")) for ago in range(1, 40)],
    ],
)
def test_facts_that_cannot_be_compared_give_no_answer(facts):
    assert not cannibalisation(facts, today=TODAY).enough
