"""Likeness and outliers, as mathematics."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from generation.consistency.likeness import LEAST_WORKS, likeness_of, outliers


def around(middle: int, count: int, spread: float, seed: int = 0) -> np.ndarray:
    """Return unit rows near one direction."""
    chance = np.random.default_rng(seed)
    rows = np.eye(24, dtype=np.float32)[[middle] * count]
    rows = rows + spread * chance.normal(size=rows.shape).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_stranger_is_found_without_a_corridor_and_a_like_series_has_none() -> None:
    series = around(0, 9, 0.03)
    assert outliers(series, {}) == []

    mixed = np.concatenate([series, around(5, 1, 0.03)])
    [stranger] = outliers(mixed, {})
    assert stranger.place == 9
    assert "that of the others" in stranger.reason


def test_two_strangers_do_not_hide_each_other() -> None:
    mixed = np.concatenate([around(0, 8, 0.03), around(5, 1, 0.03), around(9, 1, 0.03)])
    assert {one.place for one in outliers(mixed, {})} == {8, 9}


def test_the_corridor_decides_where_there_is_one() -> None:
    mixed = np.concatenate([around(0, 9, 0.03), around(5, 1, 0.03)])
    assert outliers(mixed, {"least": -1}) == []
    assert [one.place for one in outliers(mixed, {"least": 0.5})] == [9]


def test_of_two_that_are_too_alike_the_later_goes() -> None:
    rows = around(0, 6, 0.3)
    rows[4] = rows[1]
    [twin] = outliers(rows, {"least": -1, "most": 0.99})
    assert twin.place == 4
    assert twin.reason.startswith("It is too like picture 2 of its style: 1.00")


@given(st.integers(0, 12), st.integers(0, 2**32 - 1), st.floats(-1, 1), st.floats(-1, 1))
def test_likeness_is_a_mean_cosine_and_outliers_are_places(
    count: int, seed: int, least: float, most: float
) -> None:
    rows = np.random.default_rng(seed).normal(size=(count, 6)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)

    found = likeness_of(rows)
    strangers = outliers(rows, {"least": least, "most": most})

    places = [one.place for one in strangers]
    assert len(set(places)) == len(places)
    assert set(places) <= set(range(count))
    if count < LEAST_WORKS:
        assert strangers == []
    if found is None:
        assert count < 2
    else:
        assert abs(found.mean - np.mean(found.each)) < 1e-6
        pairs = [float(rows[i] @ rows[j]) for i in range(count) for j in range(count) if i != j]
        assert abs(found.mean - np.mean(pairs)) < 1e-5
        assert {place for place in range(count) if found.each[place] < least} <= set(
            places if count >= LEAST_WORKS else range(count)
        )
