"""Pooled rates against known truth, and against the closed form where there is one."""

from itertools import product

import numpy as np
import pytest

from catalog.autopilot.policy import pooling
from catalog.autopilot.policy.design import design_of
from catalog.autopilot.types import Arm

ARMS = [
    Arm(f"style-{s}", f"palette-{p}", f"layout-{n}", f"theme {t}")
    for s, p, n, t in product(range(4), range(4), range(2), range(4))
]


def world(seed, exposure=50.0, spread=0.5, own=0.2):
    """Return a design, the true log rates, and counts drawn from them."""
    chance = np.random.default_rng(seed)
    design = design_of(ARMS)
    truth = np.log(0.1) + chance.normal(0, own, len(ARMS))
    for attribute in (0, 1, 3):
        truth += chance.normal(0, spread, 4)[design.codes[:, attribute]]
    given = np.full(len(ARMS), exposure)
    return design, truth, chance.poisson(given * np.exp(truth)).astype(float), given


def test_the_design_has_a_column_for_each_value_and_pair():
    design = design_of(ARMS)
    assert design.width == 1 + (4 + 4 + 2 + 4) + (16 + 8 + 16 + 8 + 16 + 8)
    dense, weights = design.matrix.toarray(), np.arange(len(ARMS)) / 7
    rows = np.arange(0, len(ARMS), 3)
    wanted = dense[rows].T @ (weights[rows, None] * dense[rows])
    assert design.gram(weights[rows], rows) == pytest.approx(wanted)
    assert design.sums(weights[rows], rows) == pytest.approx(dense[rows].T @ weights[rows])


def test_pooling_is_nearer_to_the_truth_than_each_arms_own_rate():
    design, truth, events, exposure = world(1)
    found = pooling.fit(design, events, exposure, typical=0.1).mean()
    own = np.log((events + 0.5) / (exposure + 5))
    assert np.square(found - truth).mean() < 0.5 * np.square(own - truth).mean()


def test_with_much_evidence_each_arm_has_its_own_rate():
    design, _truth, events, exposure = world(2, exposure=1e6)
    found = pooling.fit(design, events, exposure, typical=0.1).mean()
    assert found == pytest.approx(np.log(events / exposure), abs=1e-3)


def test_intervals_hold_the_truth():
    held = []
    for seed in range(12):
        design, truth, events, exposure = world(seed)
        rates = pooling.fit(design, events, exposure, typical=0.1)
        draws = rates.draws(np.random.default_rng(seed), 400)
        low, high = np.quantile(draws, (0.05, 0.95), axis=1)
        held.append(((low <= truth) & (truth <= high)).mean())
    assert 0.84 < np.mean(held) < 0.97


def test_draws_agree_with_the_mean():
    design, _truth, events, exposure = world(4)
    rates = pooling.fit(design, events, exposure, typical=0.1)
    draws = rates.draws(np.random.default_rng(0), 3000)
    assert draws.mean(axis=1) == pytest.approx(rates.mean(), abs=0.05)


def test_without_evidence_the_typical_rate_is_all_that_is_known():
    design, nothing = design_of(ARMS), np.zeros(len(ARMS))
    rates = pooling.fit(design, nothing, nothing, typical=0.05)
    assert np.exp(rates.mean()) == pytest.approx(0.05)
    assert rates.draws(np.random.default_rng(0), 50).std(axis=1).min() > 0.3


def test_the_slope_of_a_covariate_is_learnt():
    design, truth, _events, exposure = world(5, exposure=400)
    chance = np.random.default_rng(50)
    share = chance.normal(size=len(ARMS))
    events = chance.poisson(exposure * np.exp(truth - 0.4 * share)).astype(float)
    slopes = pooling.Slopes(share[:, None], np.zeros(1), np.ones(1))
    rates = pooling.fit(design, events, exposure, typical=0.1, slopes=slopes)
    assert rates.effects[-1] == pytest.approx(-0.4, abs=0.1)
