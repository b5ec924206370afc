"""The lines of a picture, as ControlNets for edges were taught them: Canny's way, in numpy.

No torch here. Canny, 1986: smooth, take slopes, thin them to ridges, keep the strong ones and the
weak ones that touch them. The same picture gives the same lines on every machine.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Floats = NDArray[np.float32]

SMOOTHING_PX = 1.4
STRONG, WEAK = 0.20, 0.08
"""Slopes, as a share of the steepest that black beside white could have."""
STEEPEST = 255 * 4.0


def edges_of(image: Image.Image) -> Image.Image:
    """Return the lines of a picture, white on black, RGB, of the same size."""
    grey = image.convert("L").filter(ImageFilter.GaussianBlur(SMOOTHING_PX))
    across, down = _slopes(np.asarray(grey, dtype=np.float32))
    steep = (np.hypot(across, down) / STEEPEST).astype(np.float32)
    ridges = np.where(_is_ridge(steep, across, down), steep, 0)
    lines = _touching(ridges >= STRONG, ridges >= WEAK)
    return Image.fromarray(np.where(lines, 255, 0).astype(np.uint8)).convert("RGB")


def _slopes(grey: Floats) -> tuple[Floats, Floats]:
    """Return Sobel's slopes across and down, the border repeated."""
    p = np.pad(grey, 1, mode="edge")
    across, down = p[:, 2:] - p[:, :-2], p[2:] - p[:-2]
    return (
        across[:-2] + 2 * across[1:-1] + across[2:],
        down[:, :-2] + 2 * down[:, 1:-1] + down[:, 2:],
    )


def _is_ridge(steep: Floats, across: Floats, down: Floats) -> NDArray[np.bool_]:
    """Return where a point is no less steep than its two neighbours along its slope."""
    p = np.pad(steep, 1)
    high, wide = steep.shape

    def beside(x: int, y: int) -> Floats:
        return p[1 + y : 1 + y + high, 1 + x : 1 + x + wide]

    degrees = np.rad2deg(np.arctan2(down, across)) % 180
    sector = (((degrees + 22.5) // 45) % 4).astype(int)
    ways = ((1, 0), (1, 1), (0, 1), (-1, 1))
    # Of two equal neighbours one stays: lines are one point wide.
    keeps = [(steep >= beside(x, y)) & (steep > beside(-x, -y)) for x, y in ways]
    return np.choose(sector, keeps)


def _touching(strong: NDArray[np.bool_], weak: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return the weak points that are joined to strong ones, and these."""
    found = strong & weak
    while True:
        p = np.pad(found, 1)
        rows = p[:-2] | p[1:-1] | p[2:]
        grown = (rows[:, :-2] | rows[:, 1:-1] | rows[:, 2:]) & weak
        if np.array_equal(grown, found):
            return found
        found = grown
