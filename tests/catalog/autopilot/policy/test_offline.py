"""Off-policy estimates against closed forms and simple truths."""

import numpy as np
import pytest

from catalog.autopilot.policy import offline
from catalog.autopilot.policy.offline import Logged, Table, estimate
from catalog.autopilot.types import Arm

ONE, TWO = (Arm("arches", palette, "centered", "hills") for palette in ("sage", "clay"))


def even_log(rounds=40, each=2):
    """Both arms at even chances; the first earns 100 ± 10 and the second 20 ± 10."""
    rows = []
    for number in range(rounds):
        shift = 10 * (-1) ** number
        rows += [Logged(number, ONE, 0.5, 100 + shift, each)]
        rows += [Logged(number, TWO, 0.5, 20 - shift, each)]
    return rows


class TestValues:
    def test_ips_and_snips_are_the_closed_form(self):
        rows = [Logged(0, ONE, 0.8, 10.0, 3), Logged(0, TWO, 0.2, 50.0), Logged(1, ONE, 0.5, 20.0)]
        table = Table.of(rows, {ONE: 0.4, TWO: 0.6})
        found = table.estimates()
        weighted = 3 * 0.5 * 10 + 3 * 50 + 0.8 * 20
        assert found["ips"].value == pytest.approx(weighted / 5)
        assert found["snips"].value == pytest.approx(weighted / (3 * 0.5 + 3 + 0.8))

    def test_the_logged_policy_is_worth_its_mean(self):
        said = estimate(even_log(), {ONE: 0.5, TWO: 0.5})
        for method in ("ips", "snips", "dr"):
            assert said.by_method[method].value == pytest.approx(60)

    @pytest.mark.parametrize("share", [0.0, 0.3, 1.0])
    def test_another_mixture_is_worth_its_mixture(self, share):
        said = estimate(even_log(), {ONE: share, TWO: 1 - share})
        truth = 100 * share + 20 * (1 - share)
        for method in ("ips", "snips", "dr"):
            assert said.by_method[method].value == pytest.approx(truth)
        assert said.best.low <= truth <= said.best.high

    def test_chances_that_do_not_sum_to_one_are_a_mixture_all_the_same(self):
        once, thrice = (estimate(even_log(), {ONE: n, TWO: n}) for n in (1, 3))
        assert once == thrice

    def test_doubly_robust_bears_wrong_propensities_where_rewards_are_the_arms(self):
        rows = [
            Logged(n, arm, wrong, reward, 2)
            for n in range(60)
            for arm, wrong, reward in ((ONE, 0.9, 100.0), (TWO, 0.3, 20.0))
        ]
        said = estimate(rows, {ONE: 0.5, TWO: 0.5})
        gap = {name: abs(part.value - 60) for name, part in said.by_method.items()}
        assert gap["dr"] < 5 < gap["ips"]

    def test_effective_sample_is_kishs(self):
        table = Table.of([Logged(0, ONE, 0.5, 1, 8), Logged(1, TWO, 0.5, 1, 8)], {ONE: 1.0})
        assert table.effective_sample() == pytest.approx(8)
        even = Table.of([Logged(0, ONE, 0.5, 1, 8), Logged(1, TWO, 0.5, 1, 8)], {ONE: 1, TWO: 1})
        assert even.effective_sample() == pytest.approx(16)

    def test_skew_moves_the_interval_towards_the_long_tail(self):
        assert offline._unskewed(2.0, 1.5, 30) < 2.0 < -offline._unskewed(-2.0, 1.5, 30)
        assert offline._unskewed(2.0, 1e-9, 30) == 2.0
        assert offline._unskewed(2.0, 1e-5, 30) == pytest.approx(2.0, abs=1e-4)


class TestNotEnough:
    def test_an_empty_log(self):
        said = estimate([], {ONE: 1.0})
        assert not said.enough and said.best is None and "yet" in said.reason

    def test_an_empty_policy(self):
        assert not estimate(even_log(), {}).enough

    def test_what_was_never_made(self):
        said = estimate([row for row in even_log() if row.arm == ONE], {ONE: 0.5, TWO: 0.5})
        assert not said.enough and said.covered == 0.5 and "never made" in said.reason

    def test_what_was_never_made_but_had_a_chance_is_covered(self):
        rows = [row for row in even_log() if row.arm == ONE]
        policy = {ONE: 0.95, TWO: 0.05}
        assert estimate(rows, policy, chances=[policy]).covered == 1.0

    def test_few_cycles(self):
        assert "cycles" in estimate(even_log(rounds=5, each=50), {ONE: 1.0}).reason

    def test_few_renders(self):
        assert not estimate(even_log(rounds=10, each=1), {ONE: 1.0}).enough

    @pytest.mark.parametrize(
        "row",
        [
            Logged(0, ONE, 0.0, 10),
            Logged(0, ONE, 1.5, 10),
            Logged(0, ONE, float("nan"), 10),
            Logged(0, ONE, 0.5, float("inf")),
            Logged(0, ONE, 0.5, 10, renders=-1),
        ],
    )
    def test_rows_that_cannot_be_do_not_count(self, row):
        assert estimate([*even_log(), row], {ONE: 1.0}) == estimate(even_log(), {ONE: 1.0})


def test_intervals_hold_the_truth_where_cycles_are_noisy():
    chance, held = np.random.default_rng(11), 0
    for _world in range(60):
        rows = []
        for number in range(25):
            mood = chance.normal(0, 20)
            for _render in range(12):
                first = chance.random() < 0.7
                reward = (100 if first else 40) + mood + chance.exponential(50) - 50
                rows.append(Logged(number, ONE if first else TWO, 0.7 if first else 0.3, reward))
        best = estimate(rows, {ONE: 0.3, TWO: 0.7}).best
        held += best.low <= 58 <= best.high
    assert held >= 54
