"""What is learnt, from numbers alone."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from curation.taste.calibration import Calibration, auc, brier, calibrate, reliability
from curation.taste.fit import Fitted, fit, split
from curation.taste.logistic import fit_line

NAMED = ["warmth", "clutter", "space"]
NAMES = [*NAMED, *(f"embedding.{index}" for index in range(20))]


def world(count: int, seed: int = 0):
    """Return rows and what a brand says that wants warmth, no clutter, and middling space."""
    chance = np.random.default_rng(seed)
    rows = np.concatenate([chance.random((count, 3)), chance.normal(size=(count, 20))], axis=1)
    utility = 3 * rows[:, 0] - 2 * rows[:, 1] - 8 * np.abs(rows[:, 2] - 0.5) + 1.5
    return rows, (utility > 0).astype(float)


class TestFit:
    def test_orders_new_pictures(self):
        rows, labels = world(1200)
        fitted = fit(rows[:200], labels[:200], names=NAMES)
        assert auc(fitted.predict(rows[200:]), labels[200:]) >= 0.93

    def test_learns_a_middle(self):
        rows, labels = world(600)
        fitted = fit(rows, labels, names=NAMES)
        assert fitted.bent[2] < 0
        assert abs(fitted.bent[2]) > abs(fitted.straight[2])

    def test_probabilities_are_calibrated(self):
        rows, labels = world(3000)
        flipped = np.random.default_rng(1).random(3000) < 0.15
        labels[flipped] = 1 - labels[flipped]
        fitted = fit(rows[:1000], labels[:1000], names=NAMES)
        points = reliability(fitted.predict(rows[1000:]), labels[1000:])
        assert np.mean([abs(said - seen) for said, seen, _count in points]) < 0.06

    def test_same_input_gives_the_same_taste(self):
        rows, labels = world(120)
        first, second = (fit(rows, labels, names=NAMES).to_json() for _ in range(2))
        assert first == second

    def test_survives_json(self):
        rows, labels = world(120)
        fitted = fit(rows, labels, names=NAMES)
        back = Fitted.from_json(NAMES, json.loads(json.dumps(fitted.to_json())))
        assert back.predict(rows) == pytest.approx(fitted.predict(rows), abs=1e-4)

    def test_parts_add_up_to_the_margin(self):
        rows, labels = world(120)
        fitted = fit(rows, labels, names=NAMES)
        total = fitted.bias + fitted.parts(rows).sum(axis=1)
        assert total == pytest.approx(fitted.margins(rows))

    def test_missing_values_count_as_average(self):
        rows, labels = world(300)
        rows[::3, 0] = np.nan
        fitted = fit(rows, labels, names=NAMES)
        empty = np.full((1, len(NAMES)), np.nan)
        assert np.isfinite(fitted.predict(empty)).all()
        assert (fitted.parts(empty)[:, 3:] == 0).all()

    def test_columns_that_say_nothing_weigh_nothing(self):
        rows, labels = world(120)
        rows[:, 1] = 0.4
        assert fit(rows, labels, names=NAMES).parts(rows)[:, 1] == pytest.approx(0, abs=0.05)

    def test_comparisons_teach(self):
        rows, labels = world(1000)
        chance = np.random.default_rng(2)
        good, bad = rows[labels > 0.5], rows[labels < 0.5]
        pairs = np.stack([chance.permutation(good)[:150], chance.permutation(bad)[:150]], axis=1)
        few = slice(0, 30)
        alone = fit(rows[few], labels[few], names=NAMES)
        taught = fit(rows[few], labels[few], names=NAMES, comparisons=pairs)
        rest = slice(30, None)
        gained = auc(taught.predict(rows[rest]), labels[rest])
        assert gained > auc(alone.predict(rows[rest]), labels[rest]) + 0.02

    def test_weights_count_before_anything_is_learnt(self):
        def gained(seed: int) -> float:
            rows, labels = world(30, seed)
            chance = np.random.default_rng(seed).permutation(labels)
            plain = fit(rows, chance, names=NAMES)
            wished = fit(rows, chance, names=NAMES, weights={"warmth": 4.0})
            return float(wished.straight[0] - plain.straight[0])

        assert np.mean([gained(seed) for seed in range(10)]) > 0.2

    def test_two_of_each_are_enough_to_run(self):
        rows, _ = world(4)
        fitted = fit(rows, [1, 0, 1, 0], names=NAMES)
        assert ((fitted.predict(rows) > 0) & (fitted.predict(rows) < 1)).all()


class TestSplit:
    def test_a_series_is_held_out_as_one(self):
        groups = [index // 4 for index in range(80)]
        folds = split(np.arange(80) % 2.0, groups)
        assert all(len(set(folds[start : start + 4])) == 1 for start in range(0, 80, 4))
        assert len(set(folds)) == 5

    def test_one_series_is_dealt_by_rows(self):
        labels = (np.arange(40) < 10).astype(float)
        folds = split(labels, ["only"] * 40)
        assert [int(labels[folds == fold].sum()) for fold in range(5)] == [2, 2, 2, 2, 2]


class TestCalibration:
    @settings(max_examples=30, deadline=None)
    @given(st.integers(0, 10_000), st.integers(4, 400))
    def test_never_turns_the_order(self, seed, count):
        chance = np.random.default_rng(seed)
        margins, labels = chance.normal(size=count), (chance.random(count) > 0.5).astype(float)
        told = calibrate(margins, labels).probabilities(np.sort(margins))
        assert (np.diff(told) >= 0).all()
        assert ((told > 0) & (told < 1)).all()

    def test_steps_keep_margins_apart(self):
        chance = np.random.default_rng(3)
        margins = chance.normal(size=2000)
        labels = (chance.random(2000) < 1 / (1 + np.exp(-2 * margins))).astype(float)
        curve = calibrate(margins, labels)
        assert curve.at
        assert (np.diff(curve.probabilities(np.linspace(-3, 3, 500))) > 0).all()
        assert Calibration.from_json(curve.to_json()).probabilities(margins) == pytest.approx(
            curve.probabilities(margins), abs=1e-3
        )


class TestMeasures:
    @settings(max_examples=40, deadline=None)
    @given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=2, max_size=40))
    def test_auc_is_the_share_of_pairs_in_order(self, drawn):
        values = np.array([value for value, _ in drawn], float)
        labels = np.array([label for _, label in drawn], float)
        good, bad = values[labels > 0.5], values[labels < 0.5]
        if not len(good) or not len(bad):
            assert np.isnan(auc(values, labels))
            return
        gaps = good[:, None] - bad[None]
        assert auc(values, labels) == pytest.approx(((gaps > 0) + 0.5 * (gaps == 0)).mean())

    def test_brier_of_certainty(self):
        assert brier(np.array([1.0, 0.0]), np.array([1.0, 0.0])) == 0
        assert brier(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == 0.25


def test_shrinkage_pulls_to_what_is_expected():
    chance = np.random.default_rng(0)
    rows = chance.normal(size=(50, 2))
    labels = (chance.random(50) > 0.5).astype(float)
    hard = fit_line(rows, labels, shrinkage=np.full(2, 1e6), expected=np.array([0.7, 0.0]))
    assert hard.weights == pytest.approx([0.7, 0.0], abs=1e-3)
