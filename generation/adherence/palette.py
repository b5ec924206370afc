"""How far a picture's colours are from those that were asked for, and their shares from the wanted.

In OKLab over all points, not over a few dominant colours: quicker, and nothing is merged away.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from genart.lib.color import delta_e, hex_to_oklab

Floats = NDArray[np.float32]

VISIBLE = 0.02
"""OKLab differences up to this cannot be seen."""
FAR = 0.15
"""A mean difference of this much is another palette altogether."""
LEAST_SHARE = 0.004
"""A colour is there when so much of the picture has it."""
MISSING_WEIGHT = 0.25


class PaletteGap(NamedTuple):
    """What was found.

    Attributes:
        distance: 0 all colours as asked … 1 another palette altogether.
        share_distance: how much of the picture would have to be another of its colours, 0 … 1.
        foreign: mean OKLab difference of a point from the nearest colour asked for.
        missing: mean OKLab difference of a colour asked for from the nearest points, by weight.
        shares: how much of the picture is nearest to each colour, in their order.
    """

    distance: float
    share_distance: float
    foreign: float
    missing: float
    shares: list[float]


def palette_gap(lab: Floats, palette: Sequence[tuple[str, float]]) -> PaletteGap:
    """Compare a picture, shape `(height, width, 3)`, with one `(hex, weight)` or more."""
    points = lab.reshape(-1, 3)
    asked = hex_to_oklab([color for color, _weight in palette]).astype(np.float32)
    weights = np.array([weight for _color, weight in palette])
    weights = weights / weights.sum()
    gaps = delta_e(points[:, None], asked[None])
    nearest = gaps.argmin(axis=1)
    shares = np.bincount(nearest, minlength=len(asked)) / len(points)
    foreign = float(gaps.min(axis=1).mean())
    least = max(1, int(LEAST_SHARE * len(points)))
    there = np.partition(gaps, least - 1, axis=0)[:least].mean(axis=0)
    missing = float(weights @ there)
    strayed = max(foreign - VISIBLE, 0) + MISSING_WEIGHT * max(missing - VISIBLE, 0)
    return PaletteGap(
        distance=min(1.0, strayed / FAR),
        share_distance=float(np.abs(shares - weights).sum() / 2),
        foreign=foreign,
        missing=missing,
        shares=[float(share) for share in shares],
    )
