"""Which of very many works come first: candidates of a page, from the numbers kept in memory.

A page of twenty-four works out of a hundred thousand matches is found without sorting the matches.
What is found here is certain to hold the page; the database reads those few rows and has the last
word on their order, by the same columns.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.members import CHUNK, Bits, Ordinals
from catalog.shelf_memory import Chunk, View

LEAST = np.iinfo(np.int64).min
SLACK = 8
"""More candidates than asked for, in case some are withdrawn before their rows are read."""
Place = tuple[int, int]
"""A value of the column and the mark of a work: where a page begins."""
Columns = tuple[Ordinals, NDArray[np.int64], NDArray[np.uint64]]


def candidates(
    view: View, mask: Bits, column: str, *, descending: bool, many: int, after: Place | None = None
) -> Ordinals:
    """Return works among which the first `many` are, and few more.

    Args:
        view: the shelf.
        mask: the works to choose from, of those that the bits know.
        column: of the numbers: `published` or `price`.
        descending: largest first; ties then by id, largest first.
        many: how many are wanted.
        after: only works from this place on; the place itself counts in.
    """
    sign = -1 if descending else 1
    unknown: list[Ordinals] = []
    found: Columns = _nothing()
    wanted = many + SLACK
    for bound, n in _chunks(view, mask, column, sign):
        if len(found[0]) >= wanted and found[1].max() < bound:
            break
        ordinals, keys, marks, known = _read(view, mask, n, column, sign)
        unknown.append(ordinals[~known])
        if after is not None:
            value, mark = sign * after[0], after[1] if sign > 0 else ~np.uint64(after[1])
            known &= (keys > value) | ((keys == value) & (marks >= mark))
        fresh = (ordinals[known], keys[known], marks[known])
        found = _first(_joined(found, fresh), wanted)
    return np.concatenate([found[0], *unknown])


def _chunks(view: View, mask: Bits, column: str, sign: int) -> Iterator[tuple[int, int]]:
    """Yield the least key that a chunk can have, and the chunk; the least first."""
    bounds = []
    for n, chunk in enumerate(view.chunks):
        if mask[n].any():
            bounds.append((_bound(chunk, column, sign), n))
    yield from sorted(bounds)


def _bound(chunk: Chunk, column: str, sign: int) -> int:
    """Return the least key that a work of a chunk can have."""
    if not chunk.is_numbered or column not in chunk.ends:
        return LEAST
    low, high = chunk.ends[column]
    return low if sign > 0 else -high


def _read(view: View, mask: Bits, n: int, column: str, sign: int) -> Any:
    """Return ordinals, keys, marks of the works of a chunk, and whether these are known."""
    ordinals = np.flatnonzero(np.unpackbits(mask[n].view(np.uint8))) + n * CHUNK
    rows = view.numbers[ordinals]
    marks = rows["mark"] if sign > 0 else ~rows["mark"]
    return ordinals, sign * rows[column].astype(np.int64), marks, rows["published"] != 0


def _nothing() -> Columns:
    return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, np.uint64)


def _joined(some: Columns, others: Columns) -> Columns:
    """Return both together."""
    first, second, third = (np.concatenate(pair) for pair in zip(some, others, strict=True))
    return first, second, third


def _first(found: Columns, many: int) -> Columns:
    """Return the first `many` by key and mark, and those that tie with the last of them."""
    ordinals, keys, marks = found
    if len(keys) <= many:
        return found
    last = np.partition(keys, many - 1)[many - 1]
    kept = keys < last
    ties = keys == last
    places = many - int(np.count_nonzero(kept))
    tied = marks[ties]
    if len(tied) > places:
        ties &= marks <= np.partition(tied, places - 1)[places - 1]
    kept |= ties
    return ordinals[kept], keys[kept], marks[kept]
