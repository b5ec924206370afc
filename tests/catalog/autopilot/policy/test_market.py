"""The simulated market keeps its own promises, and gives the policy what the factory would."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest

from catalog.autopilot.policy import plan
from catalog.autopilot.policy.ledger import COUNTS, ledger_of
from catalog.autopilot.policy.planning import Asked, plan_from
from catalog.autopilot.types import Limits
from tests.bench.autopilot.market import days_back, ratio
from tests.bench.market import rivals
from tests.bench.market.play import play
from tests.bench.market.shop import FIRST_DAY, Shop
from tests.bench.market.terms import Terms

SMALL = Terms(styles=3, palettes=3, layouts=2, themes=2, opening_days=12)


@pytest.fixture(scope="module")
def shop():
    shop, chance = Shop(1, SMALL), np.random.default_rng(0)
    for _day in range(8):
        shop.make(rivals.uniform(shop, chance))
        shop.trade()
    return shop


def test_attention_is_limited(shop):
    _shown, looked, directed = shop.attention()
    assert (looked + directed).sum(axis=1) == pytest.approx(SMALL.looks)


def test_the_same_seed_is_the_same_shop():
    one, other = (play(3, rivals.best_earners, 6, terms=SMALL) for _ in range(2))
    assert one.per_render == other.per_render != play(4, rivals.uniform, 6, terms=SMALL).per_render


def test_columns_are_what_facts_give(shop):
    today = FIRST_DAY + timedelta(days=shop.day)
    columns, facts = shop.ledger(), ledger_of(shop.facts(), shop.tastes.arms, today)
    for name in COUNTS:
        ours, theirs = columns.per_arm(columns[name]), facts.per_arm(facts[name])
        place = [facts.arms.index(arm) for arm in columns.arms]
        assert ours == pytest.approx(theirs[place]), name


def test_the_plan_of_the_columns_is_the_plan_of_the_facts(shop):
    arms, nothing = len(shop.tastes.arms), np.zeros(len(shop.tastes.arms))
    asked = Asked(nothing == 0, nothing > 0, nothing, Limits(), 48, seed=9)
    today = FIRST_DAY + timedelta(days=shop.day)
    found = plan(
        shop.facts(),
        shop.tastes.arms,
        limits=Limits(),
        today=today,
        renders=48,
        seed=9,
        previous={},
    )
    assert arms == len(found.beliefs)
    made = plan_from(shop.ledger(), asked)
    assert [(c.arm, c.renders) for c in made.choices] == [(c.arm, c.renders) for c in found.choices]


def test_sales_come_after_carts_and_refunds_after_sales(shop):
    ledger = shop.ledger()
    age = {name: np.average(ledger.age, weights=ledger[name]) for name in ("carts", "sales")}
    assert age["sales"] > age["carts"]
    assert 0 < ledger["refunds"].sum() < ledger["sales"].sum() < ledger["carts"].sum()


def test_look_alikes_take_sales_from_each_other():
    """The same renders in one look earn less where people tire of it."""
    one = np.zeros(36, int)
    one[0] = rivals.ARM_CAP
    earned = [
        play(7, lambda shop, chance: one, 12, terms=replace(SMALL, fatigue=fatigue)).per_render
        for fatigue in (0.2, 1e6)
    ]
    assert earned[0] < 0.6 * earned[1]


def test_the_oracle_earns_more_than_chance():
    rows = [
        [play(seed, policy, 20, terms=SMALL).per_render for seed in range(3)]
        for policy in (rivals.oracle, rivals.uniform)
    ]
    assert np.sum(rows[0]) > 1.1 * np.sum(rows[1])


def test_a_jolt_changes_tastes_and_a_day_hardly_does():
    shop = Shop(2, SMALL)
    before = shop.tastes.appeal(0)
    shop.tastes.move()
    assert np.corrcoef(before.ravel(), shop.tastes.appeal(0).ravel())[0, 1] > 0.95
    shop.tastes.jolt()
    assert np.corrcoef(before.ravel(), shop.tastes.appeal(0).ravel())[0, 1] < 0.9


def test_recovery_counts_from_the_drift():
    level = np.ones(60)
    level[30:38] = 0.5
    assert days_back(level) == 11  # three days of 1 in a row, from the ninth
    assert days_back(np.concatenate([np.ones(30), np.full(30, 0.5)])) == float("inf")


def test_a_ratio_lies_within_its_interval():
    chance = np.random.default_rng(0)
    theirs = chance.uniform(1, 2, 30)
    value, low, high = ratio(1.5 * theirs + chance.normal(0, 0.1, 30), theirs)
    assert low < 1.5 < high and low < value < high
