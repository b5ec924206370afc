"""Which combinations of the axes are taken, and in which order. Pure and deterministic.

A combination is a tuple of positions, one for each axis. Every way is an endless series that does
not depend on how many are taken, so that item 7 is the same whatever the count:

* `in_order`: all combinations, the last axis turns fastest, then again from the start.
* `at_random`: drawn by hashes of the seed, none again before every one was drawn.
* `spread`: a scrambled Sobol sequence, so that few items lie evenly over all axes at once.
* `pairwise`: as few as a greedy search finds that take every value of each axis together with every
  value of each other axis; then at random. AETG, after Cohen, Dalal, Fredman and Patton, "The AETG
  System" (1997): many candidate rows at a time, the one that covers most new pairs is kept.
"""

import hashlib
import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

Sizes = Sequence[int]
Choice = tuple[int, ...]
CANDIDATES = 96
"""Rows that are tried for each row of a pairwise series."""
TRIES = 6
"""Pairwise series that are made; the shortest is taken."""
LARGE = 3000
"""Axes times rows from which one series must do: it takes a second."""
MOST_ROWS = 4000
"""Beyond this no pairwise series is looked for: nobody may render so many."""


def in_order(sizes: Sizes) -> Iterator[Choice]:
    """Yield all combinations in order, again and again."""
    product = math.prod(sizes)
    while True:
        for number in range(product):
            yield choice_of(number, sizes)


def at_random(sizes: Sizes, seed: int) -> Iterator[Choice]:
    """Yield combinations by chance, each once before any comes again."""
    product, draw = math.prod(sizes), 0
    seen: set[int] = set()
    while True:
        pick = hashed(f"genart draw {seed} {draw}", 256) % product
        draw += 1
        if pick not in seen:
            seen.add(pick)
            yield choice_of(pick, sizes)
        if len(seen) == product:
            seen.clear()


def spread(sizes: Sizes, seed: int) -> Iterator[Choice]:
    """Yield combinations that fill the axes evenly: a Sobol sequence scrambled by the seed."""
    if not sizes:
        while True:
            yield ()
    from scipy.stats import qmc

    sequence = qmc.Sobol(len(sizes), scramble=True, rng=hashed(f"genart sobol {seed}", 63))
    while True:
        for point in sequence.random(64):
            yield tuple(int(at * size) for at, size in zip(point, sizes, strict=True))


def pairwise(sizes: Sizes, seed: int) -> Iterator[Choice]:
    """Yield a short series that covers every pair of values, then combinations by chance."""
    yield from covering(tuple(sizes), seed)
    yield from at_random(sizes, seed)


@lru_cache(maxsize=32)
def covering(sizes: tuple[int, ...], seed: int) -> tuple[Choice, ...]:
    """Return combinations in which every two values of different axes meet, most pairs first.

    With one axis, each of its values once. The length is at least the product of the two largest
    sizes, and seldom a third more.

    Raises:
        ValueError: more than `MOST_ROWS` would be needed.
    """
    if fewest(sizes) > MOST_ROWS:
        raise ValueError("too many pairs")
    if len(sizes) < 2:
        return tuple(choice_of(number, sizes) for number in range(math.prod(sizes)))
    tries = TRIES if len(sizes) * fewest(sizes) < LARGE else 1
    rows = [_covered(sizes, hashed(f"genart pairs {seed} {turn}", 63)) for turn in range(tries)]
    shortest: list[Choice] = min(rows, key=len)
    return tuple(shortest)


def fewest(sizes: Sizes) -> int:
    """Return how many combinations at least it takes to cover every pair."""
    largest = sorted(sizes, reverse=True)[:2]
    return math.prod(largest)


def choice_of(number: int, sizes: Sizes) -> Choice:
    """Read a combination's number as digits, the last axis first."""
    digits = []
    for size in reversed(sizes):
        number, digit = divmod(number, size)
        digits.append(digit)
    return tuple(reversed(digits))


def hashed(text: str, bits: int) -> int:
    """Return the first `bits` bits, at most 256, of the SHA-256 of `text`."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()) >> (256 - bits)


def _covered(sizes: tuple[int, ...], seed: int) -> list[Choice]:
    """Make one covering series, row by row."""
    chance = np.random.default_rng(seed)
    pairs = list(combinations(range(len(sizes)), 2))
    left = {(a, b): np.ones((sizes[a], sizes[b]), bool) for a, b in pairs}
    rows: list[Choice] = []
    while any(missing.any() for missing in left.values()):
        made = _candidates(sizes, left, chance)
        gains = sum(left[a, b][made[:, a], made[:, b]].astype(int) for a, b in pairs)
        best = made[int(np.argmax(gains))]
        for a, b in pairs:
            left[a, b][best[a], best[b]] = False
        rows.append(tuple(int(value) for value in best))
    return rows


def _candidates(
    sizes: tuple[int, ...],
    left: dict[tuple[int, int], NDArray[np.bool_]],
    chance: np.random.Generator,
) -> NDArray[np.intp]:
    """Return `CANDIDATES` rows, `(n, axes)`.

    Each begins with a pair that is missing; then every axis takes the value that covers most with
    what stands already, equal ones by chance.
    """
    made = np.zeros((CANDIDATES, len(sizes)), np.intp)
    open_pairs = [key for key, missing in left.items() if missing.any()]
    first, second = open_pairs[int(chance.integers(len(open_pairs)))]
    places = np.argwhere(left[first, second])
    made[:, [first, second]] = places[chance.integers(0, len(places), CANDIDATES)]
    done = [first, second]
    for axis in chance.permutation([at for at in range(len(sizes)) if at not in done]):
        gain = chance.random((CANDIDATES, sizes[axis])) * 0.5
        for other in done:
            low, high = sorted((int(axis), other))
            table = left[low, high] if low == axis else left[low, high].T
            gain += table[:, made[:, other]].T
        made[:, axis] = gain.argmax(axis=1)
        done.append(int(axis))
    return made
