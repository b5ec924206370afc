"""Does the weight lie in the region that the layout names? Measured on the pixels.

Stricter than `composition.py`, which forgives: here the share of all weight that lies in the asked
region is compared with what an even spread would put there. Heights are judged only where the
layout names one; layouts that name no region, and pictures filled throughout, are not measured.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.scorers.composition import weights_of
from curation.scorers.contract import Floats, Measure, Picture

HALF = 0.5
EVEN_SHARE = 0.9
"""Where more of the picture than this carries weight, it is full: nothing can be placed."""
LEAST_WEIGHT = 0.05


class Layout:
    """How much of what draws the eye lies where the layout wants it."""

    name = "layout"
    version = "1"
    title = "Layout"
    explains = "High when what draws the eye lies in the part of the picture that was asked for."
    needs_vector = False
    more = "truer to its layout"
    less = "farther from its layout"

    def measure(self, picture: Picture) -> Measure | None:
        """Return one half for an even spread, 1 for all weight in the region; `None`: no region."""
        weight = weights_of(picture)
        height, width = weight.shape
        region = region_of(picture.brief.layout, height, width)
        full = float((weight > LEAST_WEIGHT).mean())
        if region is None or full > EVEN_SHARE or not weight.any():
            return None
        inside = float((weight * region).sum() / weight.sum())
        even = float(region.mean())
        value = float(np.clip(0.5 + 0.5 * (inside - even) / (1 - even), 0, 1))
        if inside < even:
            value = 0.5 * inside / even
        asked = picture.brief.layout
        numbers = {"inside": round(inside, 4), "even": round(even, 4), "full": round(full, 4)}
        blame = f"only {inside:.0%} of its weight lies where “{asked}” wants it"
        return Measure(value, f"its weight lies where “{asked}” wants it", blame, numbers)


def region_of(layout: str, height: int, width: int) -> Floats | None:
    """Return how much each point belongs to the region a layout names, 0 to 1; `None`: none.

    Edges are soft over a fifth of the side, so that no pixel decides.
    """
    across = (np.arange(width, dtype=np.float32) + 0.5)[None] / width
    down = (np.arange(height, dtype=np.float32) + 0.5)[:, None] / height
    shape = (height, width)
    if layout == "left":
        return np.broadcast_to(_below(across, HALF), shape)
    if layout == "right":
        return np.broadcast_to(1 - _below(across, HALF), shape)
    if layout == "high":
        return np.broadcast_to(_below(down, HALF), shape)
    if layout == "low":
        return np.broadcast_to(1 - _below(down, HALF), shape)
    if layout == "centered":
        return np.broadcast_to(_below(np.abs(across - HALF), 0.25), shape)
    if layout == "diagonal":
        rising, falling = np.abs(across - (1 - down)), np.abs(across - down)
        return _below(np.minimum(rising, falling), 0.2)
    return None


def _below(distance: NDArray[Any], limit: float) -> Floats:
    """Return 1 well below a limit, 0 well above, one half at it."""
    return np.clip(0.5 + (limit - distance) / 0.2, 0, 1).astype(np.float32)
