"""Where a picture's weight lies, how busy it is and which way it runs, in numbers.

Small and without a model: the picture in OKLab at `WORK_PX`, what differs from the ground, and the
edges. `calibration.py` makes sense of the numbers.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genart.lib.color import levels_to_oklab

Floats = NDArray[np.float32]

WORK_PX = 96
GRID = 6
"""Cells a side of the coarse maps of weight and of edges."""
VISIBLE = 0.03
"""OKLab differences up to this are paper and grain."""
EDGE = 0.05
STEEPEST, FARTHEST = 0.3, 0.35
"""Differences above these count no more: a bold palette is not a busy one."""


def small_lab(image: Image.Image) -> Floats:
    """Return a picture in OKLab, longest side `WORK_PX`, shape `(height, width, 3)`."""
    small = image if image.mode == "RGB" else image.convert("RGB")
    scale = WORK_PX / max(small.size)
    size = (max(8, round(small.width * scale)), max(8, round(small.height * scale)))
    small = small.resize(size, Image.Resampling.BOX)
    return levels_to_oklab(np.asarray(small))


def features(lab: Floats) -> Floats:
    """Return the numbers of a picture, all near 0 … 3, shape `(n,)`.

    First the coarse map of weight, row by row, then that of edges, then `_totals`.
    """
    weight, (across, down) = weight_of(lab), gradients(lab)
    edges = np.clip(np.hypot(across, down) - EDGE, 0, STEEPEST).astype(np.float32)
    maps = [_coarse(part / (part.mean() + 1e-6)) for part in (weight, edges)]
    return np.concatenate([*maps, _totals(lab, weight, edges, across, down)]).astype(np.float32)


def weight_of(lab: Floats) -> Floats:
    """Return how much each point differs from the ground along three borders, 0 to `FARTHEST`.

    The lower border is left out: hills and tables reach it.
    """
    rim = max(2, min(lab.shape[:2]) // 24)
    sides = (lab[:rim], lab[:, :rim], lab[:, -rim:])
    ground = np.median(np.concatenate([side.reshape(-1, 3) for side in sides]), axis=0)
    return np.clip(_length(lab - ground) - VISIBLE, 0, FARTHEST)


def gradients(lab: Floats) -> tuple[Floats, Floats]:
    """Return how much the colour changes across and down, without the outermost points."""
    across = _length(lab[1:-1, 2:] - lab[1:-1, :-2])
    down = _length(lab[2:, 1:-1] - lab[:-2, 1:-1])
    return across, down


def _totals(lab: Floats, weight: Floats, edges: Floats, across: Floats, down: Floats) -> Floats:
    """Return how busy, full and contrasting it is, which way edges run and around which point."""
    coarse = lab[::2, ::2]
    wide = _length(coarse[:, 1:] - coarse[:, :-1])
    tall = _length(coarse[1:] - coarse[:-1])
    busy, full = (edges > 0).mean(), (weight > 0).mean()
    # Signed by lightness: the direction of a slope needs more than two lengths.
    light = lab[..., 0]
    slope_x = (light[1:-1, 2:] - light[1:-1, :-2]) * (edges > 0)
    slope_y = (light[2:, 1:-1] - light[:-2, 1:-1]) * (edges > 0)
    force = float((slope_x**2 + slope_y**2).sum()) + 1e-6
    return np.array(
        [
            4 * busy,
            -0.3 * np.log(busy + 0.003),
            10 * edges.mean(),
            -0.3 * np.log(edges.mean() + 3e-4),
            full,
            6 * weight.mean(),
            5 * (wide > EDGE).mean(),
            5 * (tall > EDGE).mean(),
            4 * (across > EDGE).mean(),
            4 * (down > EDGE).mean(),
            4 * lab[..., 0].std(),
            2 * float((slope_x**2 - slope_y**2).sum()) / force,
            4 * float((slope_x * slope_y).sum()) / force,
            *_hub(slope_x, slope_y),
        ],
        dtype=np.float32,
    )


def _hub(slope_x: Floats, slope_y: Floats) -> tuple[float, float]:
    """Return the point that most slopes point to, across and down: the middle of rings.

    Least squares over the lines through each point along its slope; 0.5 where there is none.
    """
    height, width = slope_x.shape
    x = (np.arange(width, dtype=np.float32) + 0.5) / width - 0.5
    y = (np.arange(height, dtype=np.float32)[:, None] + 0.5) / height - 0.5
    xx, yy, xy = slope_y**2, slope_x**2, -slope_x * slope_y  # outer product of the normals
    a, b, d = float(xx.sum()), float(xy.sum()), float(yy.sum())
    along, upon = float((xx * x + xy * y).sum()), float((xy * x + yy * y).sum())
    loose = 0.02 * (a + d) + 1e-6  # draws the answer to the middle where there is little to go by
    a, d = a + loose, d + loose
    free = a * d - b * b
    found = ((d * along - b * upon) / free, (a * upon - b * along) / free)
    return (2 * float(np.clip(found[0], -1, 1)), 2 * float(np.clip(found[1], -1, 1)))


def _coarse(part: Floats) -> Floats:
    """Return means over a grid of `GRID` cells a side, as one row."""
    image = Image.fromarray(part.astype(np.float32))
    return np.asarray(image.resize((GRID, GRID), Image.Resampling.BOX)).ravel()


def _length(vectors: NDArray[np.floating]) -> Floats:
    """Return the length over the last axis."""
    return np.sqrt(np.einsum("...i,...i->...", vectors, vectors)).astype(np.float32)
