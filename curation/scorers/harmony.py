"""What can be measured of good decorative work, in twelve numbers: balance, order, edges, colours.

For `aesthetic.py`, which weighs them. Each is about 0 … 1; what is good is what the fit found, not
what this file says. Pure: numpy and OKLab.
"""

import numpy as np

from curation.scorers.composition import edge_share, weight_center
from curation.scorers.contract import Floats, Picture
from curation.scorers.technical import color_areas, outvoted, steepness
from genart.lib.color import hex_to_oklab

SPOKES = (
    (0.0,),
    (0.0, 180.0),
    (0.0, 120.0, 240.0),
    (0.0, 150.0, 210.0),
)
"""Hue relations that painters' handbooks call harmonious: one hue, opposites, triad, split."""
NEIGHBOUR = 30.0
"""Hues within so many degrees of a spoke count as lying on it: analogous colours."""

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
    areas = color_areas(picture)
    across, _down = weight_center(planes)
    flow = order_of_edges(planes[:, ::2, ::2])
    colors = hex_to_oklab([color for color, _ in picture.colors])
    shares = np.array([share for _, share in picture.colors])
    chroma = np.hypot(colors[:, 1], colors[:, 2])
    busy = edge_share(planes)
    wide = outvoted(areas)
    narrow = outvoted(areas, reach=1)
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
            crispness(planes),
        ],
        dtype=np.float32,
    )


def crispness(planes: Floats) -> float:
    """Return how much of an edge's step across the picture happens at once, 0 to 1."""
    steep = steepness(planes)
    return float(np.quantile(steep, 0.6)) if len(steep) > planes[0].size / 1000 else 0.0


def discord(colors: Floats, shares: Floats) -> float:
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


def _off(hues: Floats, spokes: Floats) -> Floats:
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
    parts = [_blocks(part) for part in (across * across, down * down, across * down)]
    energy = parts[0] + parts[1]
    total = float(energy.sum())
    if total < 1e-6:
        return 1.0, 1.0
    coherence = np.sqrt((parts[0] - parts[1]) ** 2 + 4 * parts[2] ** 2) / (energy + 1e-9)
    strong = np.sort(energy.ravel())[::-1]
    head = float(strong[: max(1, len(strong) // 5)].sum() / total)
    return float((coherence * energy).sum() / total), head


def _blocks(values: Floats, side: int = 6) -> Floats:
    """Return the mean of each block of `side` points a side."""
    height, width = (extent // side for extent in values.shape)
    return values[: height * side, : width * side].reshape(height, side, width, side).mean((1, 3))
