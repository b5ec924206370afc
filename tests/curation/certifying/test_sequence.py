"""The promise by simulation: 300 factories with known truth, and the arithmetic by itself."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import beta

from curation.certifying.bounds import labels_needed, upper_bound
from curation.certifying.looks import look_at, part_of
from curation.certifying.sequence import STEPS, certify, starts
from tests.curation.certifying.worlds import GOAL, WORLDS, outcomes

RUNS = 300
ALLOWED = 0.05 + 2 * np.sqrt(0.05 * 0.95 / RUNS)
"""At most 5 % of the runs may break the promise, and two standard errors of chance."""


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_the_promise_is_kept(world):
    broken, _shares = outcomes(world, RUNS, seed=20261124)
    assert broken.mean() <= ALLOWED


def test_a_good_ranking_publishes_two_thirds_by_itself():
    _broken, shares = outcomes(GOAL, RUNS, seed=20261124)
    assert shares.mean() >= 0.65


def test_looking_again_and_again_keeps_the_promise():
    broken = []
    for run in range(RUNS):
        chance = np.random.default_rng([7, run])
        pool, _ = GOAL.draw(chance, 2000)
        values, said = GOAL.draw(chance, 1200)
        for number in (1, 2, 3, 4):
            look = look_at(number, target=0.05, confidence=0.95)
            step = certify(
                pool,
                values[: look.labels],
                said[: look.labels],
                target=0.05,
                confidence=look.confidence,
            ).step
            if step:
                broken.append(GOAL.wrong_share(step.threshold) > 0.05)
                break
    assert len(broken) > 0.8 * RUNS
    assert sum(broken) / RUNS <= ALLOWED


def test_a_naive_threshold_would_break_it():
    """The worlds are hard enough: choosing by the observed share alone fails in half of them."""
    broken = 0
    for run in range(RUNS):
        chance = np.random.default_rng([11, run])
        values, said = GOAL.draw(chance, GOAL.labels)
        order = np.argsort(-values)
        wrong = np.cumsum(~said[order]) / np.arange(1, len(order) + 1)
        last = np.flatnonzero(wrong <= 0.05)[-1]
        broken += GOAL.wrong_share(values[order][last]) > 0.05
    assert broken / RUNS > ALLOWED


class TestTable:
    def test_names_the_laxest_threshold_that_held(self):
        chance = np.random.default_rng(3)
        values, said = GOAL.draw(chance, 1000)
        outcome = certify(values, values, said, target=0.05, confidence=0.95)
        passed = [step for step in outcome.table if step.passed]
        assert outcome.step == passed[-1]
        assert outcome.step.upper_bound <= 0.05
        assert len(outcome.table) == STEPS
        assert outcome.step.accepted == int((values >= outcome.step.threshold).sum())
        assert outcome.step.failures == int((~said[values >= outcome.step.threshold]).sum())

    def test_thresholds_get_laxer_step_by_step(self):
        chance = np.random.default_rng(4)
        values, said = GOAL.draw(chance, 400)
        table = certify(values, values, said, target=0.05, confidence=0.95).table
        for name in ("share", "accepted", "failures"):
            column = [getattr(step, name) for step in table]
            assert column == sorted(column)
        thresholds = [step.threshold for step in table]
        assert thresholds == sorted(thresholds, reverse=True)

    def test_labels_do_not_move_thresholds_or_starts(self):
        chance = np.random.default_rng(5)
        pool, _ = GOAL.draw(chance, 500)
        values, said = GOAL.draw(chance, 500)
        one = certify(pool, values, said, target=0.05, confidence=0.95)
        other = certify(pool, values, ~said, target=0.05, confidence=0.95)
        assert [s.threshold for s in one.table] == [s.threshold for s in other.table]
        assert other.step is None

    @pytest.mark.parametrize("count", [0, 1, 30])
    def test_too_few_labels_show_nothing(self, count):
        values = np.linspace(0, 1, count)
        outcome = certify([0.1, 0.5, 0.9], values, [True] * count, target=0.05, confidence=0.95)
        assert outcome.step is None
        assert outcome.labels == count

    def test_equal_values_are_all_above_or_all_below(self):
        outcome = certify([0.5] * 50, [0.5] * 200, [True] * 200, target=0.05, confidence=0.95)
        assert {step.accepted for step in outcome.table} == {200}
        assert outcome.step.share == 1.0

    def test_without_a_pool_nothing_is_tested(self):
        assert certify([], [0.5], [True], target=0.05, confidence=0.95).table == ()

    def test_starts_stay_in_the_table(self):
        for labels in (1, 60, 1000, 10**6):
            assert all(0 <= place < STEPS for place in starts(labels, 0.05, 0.025))


class TestBound:
    @given(st.integers(1, 400), st.data())
    def test_is_that_of_clopper_and_pearson(self, seen, data):
        failures = data.draw(st.integers(0, seen - 1))
        exact = beta.ppf(0.95, failures + 1, seen - failures)
        assert upper_bound(failures, seen, 0.05) == pytest.approx(exact, rel=1e-9)

    def test_knows_nothing_without_a_label(self):
        assert upper_bound(0, 0, 0.05) == 1.0
        assert upper_bound(5, 5, 0.05) == 1.0

    @pytest.mark.parametrize(
        ("target", "failures", "needed"),
        [
            (0.1, 0, 29),
            (0.05, 0, 59),
            (0.02, 0, 149),
            (0.01, 0, 299),
            (0.05, 1, 93),
            (0.05, 3, 153),
        ],
    )
    def test_needs_the_known_number_of_labels(self, target, failures, needed):
        assert labels_needed(target, 0.05, failures) == needed


class TestLooks:
    def test_together_they_spend_the_whole_risk_and_no_more(self):
        parts = [part_of(number) for number in range(1, 60)]
        assert sum(parts) == pytest.approx(1.0)
        assert all(part > 0 for part in parts)

    def test_labels_double_from_look_to_look(self):
        labels = [look_at(number, target=0.05, confidence=0.95).labels for number in (1, 2, 3)]
        assert labels == [160, 320, 640]
