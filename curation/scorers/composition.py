"""Does the picture place its weight and fill its space as asked? Measured on the pixels.

A modest witness: what draws the eye is taken to be what differs from the ground along the border.
Layout words that it does not know, and families that fill the whole picture, are judged by density
alone.
"""

import numpy as np

from curation.scorers.contract import Floats, Measure, Picture

SIDES = {"left": -1.0, "right": 1.0}
LEAN = 0.03
"""How far from the middle a weight must lie to count as leaning to a side; hills lean little."""
MEASURE_PX = 256
EDGE_STEP = 0.05
SPARSE_EDGES, DENSE_EDGES = 0.02, 0.09
"""Shares of edges, at `MEASURE_PX`, of sparse and of dense pictures of the house families."""


class Composition:
    """How well the weight lies where the layout wants it, and how well the density fits."""

    name = "composition"
    version = "1"
    title = "Composition"
    explains = "High when the weight lies where the layout asks for it and the density fits."
    needs_vector = False
    more = "better composed"
    less = "more loosely composed"

    def measure(self, picture: Picture) -> Measure:
        """Return a value that starts at 0.3: a picture can be good and placed otherwise."""
        across, down = center_of(picture)
        busy = edges_of(picture)
        placed = _placed(picture.brief.layout, across)
        filled = _filled(picture.brief.density, busy)
        value = 0.3 + 0.7 * (0.7 * placed + 0.3 * filled if placed is not None else filled)
        numbers = {
            "center_across": round(across, 3),
            "center_down": round(down, 3),
            "edge_share": round(busy, 4),
            "placed": None if placed is None else round(placed, 3),
            "filled": round(filled, 3),
        }
        blame = "it is fuller or emptier than asked"
        if placed is not None and placed < filled:
            blame = f"its weight does not lie as asked ({picture.brief.layout})"
        return Measure(value, "it is composed as asked", blame, numbers)


def weights_of(picture: Picture) -> Floats:
    """Return the picture's `weight_map`."""
    return picture.once("weight", lambda: weight_map(picture.planes))


def center_of(picture: Picture) -> tuple[float, float]:
    """Return where the picture's weight lies."""
    return picture.once("center", lambda: weight_center(weights_of(picture)))


def edges_of(picture: Picture) -> float:
    """Return the picture's share of edges."""
    return picture.once("edges", lambda: edge_share(picture.planes))


def weight_map(planes: Floats) -> Floats:
    """Return how much each point differs from the ground along the border, 0 to 0.35.

    `planes` has shape `(3, height, width)`; the lower border is left out, since hills reach it.
    """
    height, width = planes.shape[1:]
    rim = max(2, min(height, width) // 24)
    sides = (planes[:, :rim], planes[:, :, :rim], planes[:, :, -rim:])
    border = np.concatenate([side.reshape(3, -1) for side in sides], axis=1)
    ground = np.median(border, axis=1).astype(np.float32)
    gaps = planes - ground[:, None, None]
    np.multiply(gaps, gaps, out=gaps)
    return np.clip(np.sqrt(gaps[0] + gaps[1] + gaps[2]) - np.float32(0.03), 0, 0.35)


def weight_center(weight: Floats) -> tuple[float, float]:
    """Return where the weight of what differs from the ground lies, across and down, 0 to 1."""
    height, width = weight.shape
    total = weight.sum()
    if total < 1e-6:
        return 0.5, 0.5
    across = (weight.sum(axis=0) @ (np.arange(width) + 0.5)) / total / width
    down = (weight.sum(axis=1) @ (np.arange(height) + 0.5)) / total / height
    return float(across), float(down)


def edge_share(planes: Floats) -> float:
    """Return how much of the picture lies at a border between colours, at `MEASURE_PX`, 0 to 1."""
    step = max(1, round(max(planes.shape[1:]) / MEASURE_PX))
    small = planes[:, ::step, ::step]
    gaps = (small[:, 2:] - small[:, :-2], small[:, :, 2:] - small[:, :, :-2])
    down, across = (np.einsum("cij,cij->ij", gap, gap) > EDGE_STEP**2 for gap in gaps)
    return float((down.mean() + across.mean()) / 2)


def _placed(layout: str, across: float) -> float | None:
    """Return how well the weight lies where the layout wants it, 0 to 1; `None`: cannot tell.

    Heights cannot be told: hills carry the weight low wherever their sun stands.
    """
    lean = across - 0.5
    if layout in SIDES:
        return float(1 / (1 + np.exp(-(SIDES[layout] * lean + LEAN) / 0.02)))
    if layout == "centered":
        return float(np.exp(-((lean / 0.15) ** 2)))
    return None


def _filled(density: float, edges: float) -> float:
    """Return how well the share of edges fits the density asked for, 0 to 1."""
    shown = np.clip((edges - SPARSE_EDGES) / (DENSE_EDGES - SPARSE_EDGES), 0, 1)
    return float(np.exp(-(((shown - density) / 0.7) ** 2)))
