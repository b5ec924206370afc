"""Drift of the scores and the wager on audits: silent without a cause, quick with one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.certifying.drift import EVERY, WINDOWS, gauges, reference_of
from curation.certifying.pairs import worse_by_chance
from curation.certifying.versions import changes, covers, digest
from curation.certifying.wager import ALARM, Audit, stake
from tests.curation.certifying.worlds import GOAL


def alarm_at(values, reference, rests_on):
    """Return after how many values a gauge gives alarm, or nothing."""
    for seen in range(WINDOWS[0], len(values) + 1, EVERY):
        if any(gauge.drifted for gauge in gauges(reference, rests_on, values[:seen])):
            return seen
    return None


@pytest.mark.parametrize("rests_on", [150, 1000])
def test_no_alarm_without_a_drift(rests_on):
    chance = np.random.default_rng(1)
    for _run in range(3):
        reference = reference_of(GOAL.draw(chance, rests_on)[0])
        assert alarm_at(GOAL.draw(chance, 3000)[0], reference, rests_on) is None


@pytest.mark.parametrize("seed", range(8))
def test_a_drift_is_seen_within_200_pictures(seed):
    chance = np.random.default_rng([2, seed])
    reference = reference_of(GOAL.draw(chance, 1000)[0])
    before, after = GOAL.draw(chance, 400)[0], GOAL.draw(chance, 200)[0] - 1.0
    assert alarm_at(np.concatenate([before, after]), reference, 1000) > 400


def test_a_window_that_is_not_full_says_nothing():
    assert gauges([0.0, 1.0], 100, [0.5] * (WINDOWS[0] - 1)) == []


def test_the_wager_ends_where_a_third_is_wrong():
    chance = np.random.default_rng(3)
    audits = [Audit(bool(wrong), 0.05) for wrong in chance.random(60) < 0.35]
    assert stake(audits, target=0.05, propensity=0.05) >= ALARM


def test_the_wager_hardly_ever_ends_where_the_promise_holds():
    chance = np.random.default_rng(4)
    ended = 0
    for _run in range(200):
        wrong = chance.random(300) < 0.05
        stakes = [
            stake([Audit(bool(w), 0.05) for w in wrong[:seen]], target=0.05, propensity=0.05)
            for seen in range(10, 301, 10)
        ]
        ended += max(stakes) >= ALARM
    assert ended / 200 <= 0.05


@given(st.lists(st.booleans(), max_size=40), st.floats(0.01, 0.3))
def test_a_wrong_approval_always_raises_the_stake_more_than_a_right_one(audits, target):
    past = [Audit(wrong, 0.1) for wrong in audits]
    right = stake([*past, Audit(False, 0.1)], target=target, propensity=0.1)
    wrong = stake([*past, Audit(True, 0.1)], target=target, propensity=0.1)
    assert wrong > stake(past, target=target, propensity=0.1) > right > 0


def test_an_audit_that_was_likelier_counts_less():
    rare = stake([Audit(True, 0.05)], target=0.05, propensity=0.05)
    often = stake([Audit(True, 0.5)], target=0.05, propensity=0.05)
    assert 1 < often < rare


@given(st.integers(0, 60), st.integers(0, 60))
def test_both_as_wrong_is_no_objection(only_new, only_old):
    p = worse_by_chance(only_new, only_old)
    assert 0 < p <= 1
    if only_new <= only_old:
        assert p >= 0.5


def test_many_pairs_go_by_the_normal_distribution():
    assert worse_by_chance(560, 440) == pytest.approx(worse_by_chance(561, 440), rel=0.2)


HELD = {
    "encoder": "house-clip@1",
    "scorers": {"sharpness": "1", "prompt": "2"},
    "detectors": {"copies": "3"},
    "rules": "abc",
    "head": "v1",
    "makers": ["house@1 (12 steps)"],
}


def test_what_is_the_same_has_not_changed():
    assert changes(HELD, dict(HELD)) == []


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ({"encoder": "other"}, ["the CLIP (house-clip@1 → other)"]),
        ({"scorers": {"sharpness": "2", "prompt": "2"}}, ["a measure (sharpness: 1 → 2)"]),
        ({"detectors": {"copies": "3", "faces": "1"}}, ["a check (faces: none → 1)"]),
        ({"detectors": {}}, ["a check (copies: 3 → none)"]),
        ({"rules": "abd"}, ["the rules (abc → abd)"]),
        ({"head": ""}, ["the brand's taste (v1 → none)"]),
    ],
)
def test_whatever_changes_is_named(now, said):
    assert changes(HELD, HELD | now) == said


def test_only_known_makers_are_covered():
    assert covers(HELD, "house@1 (12 steps)")
    assert not covers(HELD, "house@2 (12 steps)")
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 2})
