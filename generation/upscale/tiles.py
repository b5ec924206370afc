"""Enlarges a picture tile by tile: the same pixels as in one piece, in little memory.

For: `printing.py`. Not for: choosing a size. Each tile is given so much of its surroundings as the
network looks at, and only its own part is kept, so there are no seams.
"""

from collections.abc import Callable, Iterator

import numpy as np

from generation.upscale import network
from generation.upscale.network import FACTOR, REACH_PX, Pixels

TILE_PX = 192
"""About 90 MB of memory; larger tiles are hardly faster."""

Span = tuple[int, int, int, int]


def spans(length_px: int, tile_px: int) -> Iterator[Span]:
    """Yield `(seen from, seen to, kept from, kept to)` along one side, in pixels."""
    for start in range(0, length_px, tile_px):
        end = min(start + tile_px, length_px)
        yield max(0, start - REACH_PX), min(length_px, end + REACH_PX), start, end


def enlarge(
    picture: Pixels,
    tile_px: int = TILE_PX,
    by: Callable[[Pixels], Pixels] = network.enlarged,
) -> Pixels:
    """Return a picture `(h, w, 3)` in 0..1 four times larger; `by` enlarges one tile."""
    height, width = picture.shape[:2]
    result = np.empty((height * FACTOR, width * FACTOR, 3), dtype=np.float32)
    for top, bottom, first, last in spans(height, tile_px):
        for left, right, begin, end in spans(width, tile_px):
            large = by(picture[top:bottom, left:right])
            rows = slice((first - top) * FACTOR, (last - top) * FACTOR)
            columns = slice((begin - left) * FACTOR, (end - left) * FACTOR)
            place = slice(first * FACTOR, last * FACTOR), slice(begin * FACTOR, end * FACTOR)
            result[place] = large[rows, columns]
    return result
