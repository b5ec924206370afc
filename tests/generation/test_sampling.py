"""Ways to take combinations: even, complete, the same every time."""

from collections import Counter
from itertools import combinations, islice, product
from itertools import pairwise as neighbours

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.sampling import at_random, choice_of, covering, fewest, in_order, pairwise, spread

sizes = st.lists(st.integers(1, 6), max_size=5).map(tuple)
seeds = st.integers(0, 2**53)


def uncovered(rows, axes):
    """Pairs of values that no row has together."""
    return [
        (a, b, one, other)
        for a, b in combinations(range(len(axes)), 2)
        for one, other in product(range(axes[a]), range(axes[b]))
        if not any(row[a] == one and row[b] == other for row in rows)
    ]


@settings(deadline=None, max_examples=40)
@given(sizes, seeds)
def test_pairwise_covers_every_pair_and_every_value(axes, seed):
    rows = covering(axes, seed)
    assert not uncovered(rows, axes)
    for axis, size in enumerate(axes):
        assert {row[axis] for row in rows} == set(range(size))
    assert len(rows) >= (fewest(axes) if axes else 1)
    assert list(islice(pairwise(axes, seed), len(rows))) == list(rows)


@pytest.mark.parametrize("seed", range(8))
def test_five_axes_of_six_values_take_at_most_48(seed):
    rows = covering((6,) * 5, seed)
    assert len(rows) <= 48
    assert not uncovered(rows, (6,) * 5)


def test_the_first_rows_cover_the_most():
    axes = (4, 4, 4)
    rows = covering(axes, 3)
    left = [len(uncovered(rows[:taken], axes)) for taken in range(len(rows) + 1)]
    gains = [before - after for before, after in neighbours(left)]
    assert gains[0] == 3 and min(gains) >= 1


def test_too_many_pairs_are_not_looked_for():
    with pytest.raises(ValueError, match="too many"):
        covering((100, 100), 1)


@settings(deadline=None, max_examples=40)
@given(sizes, seeds)
def test_a_spread_lies_in_the_axes_and_is_the_same_again(axes, seed):
    some = list(islice(spread(axes, seed), 20))
    assert all(0 <= at < size for row in some for at, size in zip(row, axes, strict=True))
    assert list(islice(spread(axes, seed), 20)) == some
    assert list(islice(spread(axes, seed), 7)) == some[:7]


@given(seeds)
@settings(deadline=None, max_examples=20)
def test_a_spread_is_even_where_chance_is_not(seed):
    taken = Counter(row[0] for row in islice(spread((4, 4), seed), 16))
    both = Counter(islice(spread((4, 4), seed), 16))
    assert set(taken.values()) == {4} and len(both) == 16


def test_order_and_chance_are_about_all_combinations():
    assert list(islice(in_order((2, 3)), 7)) == [*product(range(2), range(3)), (0, 0)]
    assert sorted(islice(at_random((2, 3), 5), 6)) == list(product(range(2), range(3)))
    assert [choice_of(number, (2, 3)) for number in range(6)] == list(product(range(2), range(3)))
