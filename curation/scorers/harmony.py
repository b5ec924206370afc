"""What can be measured of good decorative work, in twelve numbers: balance, order, edges, colours.

For `aesthetic.py`, which weighs them. Each is about 0 … 1; what is good is what the fit found, not
what this file says. Pure: numpy and OKLab.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.scorers.composition import center_of, edges_of
from curation.scorers.contract import Floats, Picture
from curation.scorers.technical import areas_of, outvoted, raggedness, shrunk, steepness_down
from genart.lib.color import hex_to_oklab

SPOKES = (
    (0.0,),
    (0.0, 180.0),
    (0.0, 120.0, 240.0),
    (0.0, 150.0, 210.0),
)
"""Hue relations that painters' handbooks call harmonious: one hue, opposites, triad, split."""
NEIGHBOUR = 15.0
"""Hues within so many degrees of a spoke count as lying on it: analogous colours."""
BLOCK = 6
"""Points a side of a neighbourhood in which edges should run one way."""

NAMES = (
    "ragged",
    "rough",
    "edges",
    "order",
    "alignment",
    "balance",
    "tones",
    "chroma",
    "discord",
    "evenness",
    "pieces",
    "crisp",
)


def harmony(picture: Picture) -> Floats:
    """Return the numbers of a picture in the order of `NAMES`."""
    planes = picture.planes
    across, _down = center_of(picture)
    flow = order_of_edges(planes[:, ::2, ::2])
    colors = hex_to_oklab([color for color, _ in picture.colors])
    shares = np.array([share for _, share in picture.colors])
    chroma = np.hypot(colors[:, 1], colors[:, 2])
    busy = edges_of(picture)
    wide = raggedness(picture)
    narrow = outvoted(areas_of(picture), reach=1)
    return np.array(
        [
            min(1.0, 5 * wide),
            min(1.0, 10 * narrow),
            min(1.0, 4 * busy),
            *flow,
            1 - 2 * abs(across - 0.5),
            min(1.0, 2 * float(np.sqrt(shares @ (colors[:, 0] - shares @ colors[:, 0]) ** 2))),
            min(1.0, 4 * float(shares @ chroma)),
            discord(colors, shares),
            float(-(shares * np.log(shares + 1e-9)).sum() / np.log(6)),
            min(1.0, 8 * narrow / (busy + 0.02)),
            crispness(picture),
        ],
        dtype=np.float32,
    )


def crispness(picture: Picture) -> float:
    """Return how much of an edge's step down the picture happens at once, 0 to 1."""
    steep, points = steepness_down(picture), picture.planes[0].size
    return float(np.quantile(steep, 0.6)) if len(steep) > points / 1000 else 0.0


def discord(colors: NDArray[Any], shares: NDArray[Any]) -> float:
    """Return how far hues lie from the nearest harmonious relation, weighed by chroma, 0 to 1.

    Args:
        colors: OKLab rows.
        shares: how much of the picture each covers.
    """
    chroma = np.hypot(colors[:, 1], colors[:, 2])
    weights = np.sqrt(shares) * np.clip(chroma - 0.02, 0, None)
    if weights.sum() < 1e-6:
        return 0.0
    hues = np.degrees(np.arctan2(colors[:, 2], colors[:, 1]))
    turns = np.arange(0, 360, 6.0)[:, None, None]
    best = min(
        float((_off(hues, turns + np.array(spokes)[None, :, None]) @ weights).min())
        for spokes in SPOKES
    )
    return best / float(weights.sum())


def _off(hues: NDArray[Any], spokes: NDArray[Any]) -> NDArray[Any]:
    """Return how far each hue is outside the reach of the nearest spoke, 0 to 1."""
    gaps = np.abs((hues[None, None] - spokes + 180) % 360 - 180).min(axis=1)
    return np.clip((gaps - NEIGHBOUR) / 60, 0, 1)


def order_of_edges(planes: Floats) -> tuple[float, float]:
    """Return how straight edges run locally, and how sharply their strength is concentrated.

    By the structure tensor of the lightness: 1 for one direction in each neighbourhood, 0 for all.
    """
    light = planes[0]
    down = light[2:, 1:-1] - light[:-2, 1:-1]
    across = light[1:-1, 2:] - light[1:-1, :-2]
    parts = shrunk(np.stack([across * across, down * down, across * down]), BLOCK)
    energy = parts[0] + parts[1]
    total = float(energy.sum())
    if total < 1e-6:
        return 1.0, 1.0
    coherence = np.sqrt((parts[0] - parts[1]) ** 2 + 4 * parts[2] ** 2) / (energy + 1e-9)
    strong = np.sort(energy.ravel())[::-1]
    head = float(strong[: max(1, len(strong) // 5)].sum() / total)
    return float((coherence * energy).sum() / total), head
