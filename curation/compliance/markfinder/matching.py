"""How well does a silhouette explain the colours of a piece of a picture?

The piece is parted into few colours. If a mark stands there, knowing the colour of a cell tells
whether the cell belongs to the mark: the share of the silhouette's variance that the colours
explain (R²) is near one, whatever the colours are, and also where the mark lies over several
grounds. It is asked for every turn, size and shift in reach, in one product of matrices; the best
few are asked again, more finely.

Pure: numpy and OpenCV.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from genart.lib.color import srgb_to_oklab

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
Lie = tuple[float, float, float]

COLORS = 7
ROUNDS = 4
CELLS, FINE_CELLS = 24, 40
"""Cells along a piece, at the first and at the second look."""
MARGIN = 1.25
"""A piece is this much longer than the mark in it."""
WIDE = 2.0
"""The square that is parted into colours beside the box, so that shifted pieces lie within."""
FIELD = 88
"""Cells of that wider square."""
ANGLES = (-20.0, -15.0, -10.0, -5.0, 0.0, 5.0, 10.0, 15.0, 20.0)
LIES: tuple[Lie, ...] = tuple(
    product((0.76, 0.87, 1.0, 1.15, 1.32), (-0.1, 0.0, 0.1), (-0.1, 0.0, 0.1))
)
"""Size, shift to the right and shift down that are tried, beside the box."""
FINE_ANGLES = (-4.0, -2.0, 0.0, 2.0, 4.0)
FINE_LIES: tuple[Lie, ...] = tuple(
    product(
        (0.92, 0.96, 1.0, 1.04, 1.08),
        (-0.05, -0.025, 0.0, 0.025, 0.05),
        (-0.05, -0.025, 0.0, 0.025, 0.05),
    )
)


@dataclass(frozen=True)
class Match:
    """How a silhouette lies where it explains the colours best.

    Attributes:
        index: which silhouette.
        share: R², 0 … 1.
        angle: degrees.
        lie: its size, shift to the right and down, beside the box.
    """

    index: int
    share: float
    angle: float
    lie: Lie


def template(mask: Pixels, angles: Sequence[float], cells: int) -> Floats:
    """Return a silhouette in some turns, as it would fill a piece, `(angles, cells²)`, 0 … 1."""
    import cv2

    side = 2 * max(cells, 48)
    inner = round(side / MARGIN)
    edge = (side - inner) // 2
    paper = np.zeros((side, side), np.uint8)
    small = cv2.resize(mask, (inner, inner), interpolation=cv2.INTER_AREA)
    paper[edge : edge + inner, edge : edge + inner] = small
    found = np.empty((len(angles), cells * cells), np.float32)
    for at, angle in enumerate(angles):
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), angle, 1.0)
        turned = cv2.warpAffine(paper, turn, paper.shape)
        small = cv2.resize(turned, (cells, cells), interpolation=cv2.INTER_AREA)
        found[at] = small.ravel() / np.float32(255)
    return found


def best_matches(numbers: NDArray[np.intp], shapes: Floats) -> list[Match]:
    """Return for each silhouette where it explains the middle of a field best.

    Args:
        numbers: the square `WIDE` times as long as the box, as `parted` gives it.
        shapes: `template`s in `ANGLES`, `(n, angles, CELLS²)`.
    """
    found = shares(pieces(numbers, LIES, CELLS), shapes).reshape(len(shapes), -1)
    places = found.argmax(axis=1)
    return [
        Match(
            index,
            float(found[index, place]),
            ANGLES[place // len(LIES)],
            LIES[place % len(LIES)],
        )
        for index, place in enumerate(int(place) for place in places)
    ]


def refined(numbers: NDArray[np.intp], mask: Pixels, match: Match) -> Match:
    """Return a match after a finer look around it."""
    angles = [match.angle + step for step in FINE_ANGLES]
    size, right, down = match.lie
    lies = [(size * factor, right + x, down + y) for factor, x, y in FINE_LIES]
    shapes = template(mask, angles, FINE_CELLS)[None]
    found = shares(pieces(numbers, lies, FINE_CELLS), shapes)[0]
    turn, place = np.unravel_index(int(found.argmax()), found.shape)
    share = float(found[turn, place])
    return Match(match.index, share, angles[int(turn)], lies[int(place)])


def shares(layers: Floats, shapes: Floats) -> Floats:
    """Return R² for every silhouette, turn and piece, `(n, angles, pieces)`."""
    count, turns, cells = shapes.shape
    sums = shapes.reshape(count * turns, cells) @ layers.reshape(-1, cells).T
    sums = sums.reshape(count, turns, len(layers), COLORS)
    sizes = np.maximum(layers.sum(axis=2), 1)
    total = shapes.sum(axis=2)
    within = (shapes**2).sum(axis=2) - total**2 / cells
    between = (sums**2 / sizes).sum(axis=3) - (total**2 / cells)[..., None]
    return np.asarray(between / np.maximum(within, 1e-3)[..., None], dtype=np.float32)


def pieces(numbers: NDArray[np.intp], lies: Sequence[Lie], cells: int) -> Floats:
    """Return shifted and resized pieces of a field as layers, `(pieces, COLORS, cells²)`."""
    rows, columns = _places(tuple(lies), cells)
    layers = np.eye(COLORS, dtype=np.float32)[numbers]
    taken = layers[rows[:, :, None], columns[:, None, :]]
    return np.ascontiguousarray(taken.reshape(len(rows), -1, COLORS).transpose(0, 2, 1))


@cache
def _coarse_places() -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return _computed(LIES, CELLS)


def _places(lies: tuple[Lie, ...], cells: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    return _coarse_places() if lies is LIES else _computed(lies, cells)


def _computed(lies: tuple[Lie, ...], cells: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the rows and columns of the field that each piece takes, `(pieces, cells)`."""
    table = np.array(lies)
    steps = (np.arange(cells) + 0.5) / cells - 0.5
    along = steps[None] * MARGIN * table[:, :1]
    places = [0.5 + (along + table[:, at : at + 1]) / WIDE for at in (2, 1)]
    rows, columns = (np.clip(at * FIELD, 0, FIELD - 1).astype(np.intp) for at in places)
    return rows, columns


def parted(field: Pixels) -> NDArray[np.intp]:
    """Part a field `(FIELD, FIELD, 3)` into `COLORS` colours by k-means in OKLab.

    Starts from the colours that lie farthest apart, so that it is the same every time.
    """
    lab = srgb_to_oklab(field.reshape(-1, 3) / 255.0).astype(np.float32)
    table = _farthest(lab[::3])
    numbers = np.zeros(len(lab), np.intp)
    for _ in range(ROUNDS):
        numbers = ((table**2).sum(axis=1)[None] - 2 * lab @ table.T).argmin(axis=1)
        counts = np.bincount(numbers, minlength=COLORS)[:, None]
        sums = np.stack([np.bincount(numbers, lab[:, at], COLORS) for at in range(3)], 1)
        table = np.where(counts > 0, sums / np.maximum(counts, 1), table).astype(np.float32)
    return numbers.reshape(field.shape[:2])


def _farthest(lab: Floats) -> Floats:
    """Return colours that lie far apart; lone specks are passed over."""
    table = [np.median(lab, axis=0)]
    nearest = ((lab - table[0]) ** 2).sum(axis=1)
    for _ in range(COLORS - 1):
        place = int(np.argpartition(nearest, -6)[-6])
        table.append(lab[place])
        nearest = np.minimum(nearest, ((lab - lab[place]) ** 2).sum(axis=1))
    return np.stack(table).astype(np.float32)
