"""What people can name in a picture, in thirteen numbers. Numpy alone, a few milliseconds.

Neither end is better: a brand's taste says which it likes. Pictures are measured at `SIDE_PX`, so
that a value hardly depends on their size; bent, so that renders of the house model spread over the
range. `VERSION` changes whenever a value could.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from genart.lib.color import delta_e

Floats = NDArray[np.floating[Any]]

VERSION = "1"
SIDE_PX = 160
MIRROR_PX = 40
"""Symmetry is seen at this size: no eye counts pixels there."""
GROUND = 0.06
"""A point that differs less from the border's colour belongs to the empty ground."""
EDGE = 0.05
WARM = np.array([0.5, 0.866], np.float32)
"""The direction of orange in the plane of OKLab's a and b."""


@dataclass(frozen=True)
class Attribute:
    """How one attribute is called, and what its ends look like."""

    title: str
    low: str
    high: str


ATTRIBUTES: dict[str, Attribute] = {
    "warmth": Attribute("Warmth", "cool", "warm"),
    "lightness": Attribute("Lightness", "dark", "light"),
    "colour": Attribute("Colour", "muted", "colourful"),
    "contrast": Attribute("Tones", "even", "far apart"),
    "space": Attribute("Empty space", "filled", "open"),
    "symmetry": Attribute("Symmetry", "irregular", "symmetric"),
    "clutter": Attribute("Clutter", "calm", "busy"),
    "colours": Attribute("Number of colours", "few colours", "many colours"),
    "fineness": Attribute("Line weight", "broad shapes", "fine lines"),
    "grain": Attribute("Texture", "smooth", "grainy"),
    "balance": Attribute("Balance", "leaning", "balanced"),
    "roundness": Attribute("Curves", "straight", "round"),
    "variety": Attribute("Variety of hue", "one hue", "many hues"),
}


def attributes_of(lab: Floats) -> dict[str, float]:
    """Return every attribute of a picture, 0 … 1.

    Args:
        lab: the picture in OKLab, shape `(height, width, 3)`, 16 pixels a side at least.
    """
    small = _shrunk(lab, SIDE_PX)
    light, plane = small[..., 0], small[..., 1:]
    chroma = np.hypot(plane[..., 0], plane[..., 1])
    down, across = _steps(small)
    away = delta_e(small, _ground(small))
    values = {
        "warmth": 0.5 + 3.0 * float((plane @ WARM).mean()),
        "lightness": float(light.mean()),
        "colour": float(chroma.mean()) / 0.2,
        "contrast": float(light.std()) / 0.3,
        "space": _from_low(float((away < GROUND).mean())),
        "symmetry": _from_high(_symmetry(_shrunk(small, MIRROR_PX))),
        "clutter": _from_low(float(((down > EDGE).mean() + (across > EDGE).mean()) / 2) / 0.4),
        "colours": (_effective_colors(small) - 1) / 15,
        "fineness": _from_low((_fineness(small, down, across) + 0.02) / 0.25),
        "grain": _from_low(_grain(light, down, across)),
        "balance": _from_high(_balance(away)),
        "roundness": _from_high(_roundness(light)),
        "variety": _from_low(_variety(plane, chroma)),
    }
    return {name: round(min(max(value, 0.0), 1.0), 4) for name, value in values.items()}


def _from_low(value: float) -> float:
    """Spread a measure over the range when most pictures have little of it."""
    return float(np.sqrt(max(value, 0.0)))


def _from_high(value: float) -> float:
    """Spread a measure over the range when most pictures have much of it."""
    return 1 - _from_low(1 - max(value, 0.0))


def _shrunk(lab: Floats, side: int) -> Floats:
    """Return means of square blocks, so that the longest side is near `side`.

    The blocks of a long strip are smaller: two of them lie across it at least.
    """
    step = max(1, min(round(max(lab.shape[:2]) / side), min(lab.shape[:2]) // 2))
    height, width = (length // step * step for length in lab.shape[:2])
    rows = lab[:height, :width].reshape(height // step, step, width, 3).mean(axis=1)
    return rows.reshape(height // step, width // step, step, 3).mean(axis=2)


def _steps(small: Floats) -> tuple[Floats, Floats]:
    """Return the colour differences to the neighbour below and to the right."""
    return delta_e(small[1:], small[:-1]), delta_e(small[:, 1:], small[:, :-1])


def _ground(small: Floats) -> Floats:
    """Return the colour along the left, right and upper border; hills stand on the lower one."""
    rim = max(1, min(small.shape[:2]) // 24)
    sides = (small[:rim], small[:, :rim], small[:, -rim:])
    return np.median(np.concatenate([side.reshape(-1, 3) for side in sides]), axis=0)


def _symmetry(small: Floats) -> float:
    """Return how far the picture correlates with its mirror image: 0 not at all … 1 the same."""
    centred = small - small.mean(axis=(0, 1))
    spread = float(np.square(centred).sum())
    return 1.0 if spread < 1e-6 else float((centred * centred[:, ::-1]).sum()) / spread


def _effective_colors(small: Floats) -> float:
    """Return how many equally large colours would be as varied: exp of the entropy."""
    bins = (small * np.array([8, 16, 16], np.float32) + np.array([0, 8, 8], np.float32)).astype(int)
    keys = (np.clip(bins, 0, 15) @ np.array([256, 16, 1])).ravel()
    shares = np.bincount(keys) / keys.size
    shares = shares[shares > 0]
    return float(np.exp(-(shares * np.log(shares)).sum()))


def _fineness(small: Floats, down: Floats, across: Floats) -> float:
    """Return how much of all change is lost at a quarter of the size: thin lines vanish there."""
    fine = float(down.mean() + across.mean())
    coarse_down, coarse_across = _steps(_shrunk(small, SIDE_PX // 4))
    # A broad edge keeps its step, which is a larger share of the fewer steps.
    coarse = float(coarse_down.mean() + coarse_across.mean())
    coarse *= coarse_down.shape[1] / down.shape[1]
    return 0.0 if fine < 1e-6 else 1 - coarse / fine


def _grain(light: Floats, down: Floats, across: Floats) -> float:
    """Return the unrest of areas between edges."""
    bend = np.abs(4 * light[1:-1, 1:-1] - light[:-2, 1:-1] - light[2:, 1:-1])
    bend = np.abs(bend - light[1:-1, :-2] - light[1:-1, 2:])
    quiet = (down[1:, 1:-1] < EDGE) & (across[1:-1, 1:] < EDGE)
    return float(bend[quiet].mean()) / 0.05 if quiet.any() else 1.0


def _balance(away: Floats) -> float:
    """Return 1 where the weight of what stands out lies in the middle, 0 at a side."""
    weight = np.clip(away - 0.03, 0, 0.35)
    total = float(weight.sum())
    if total < 1e-6:
        return 1.0
    places = np.linspace(-1, 1, weight.shape[1])
    return 1 - 2.5 * abs(float(weight.sum(axis=0) @ places) / total)


def _roundness(light: Floats) -> float:
    """Return how evenly edges point in all directions: 0 one direction … 1 all alike."""
    dy, dx = light[2:, 1:-1] - light[:-2, 1:-1], light[1:-1, 2:] - light[1:-1, :-2]
    strength = np.hypot(dx, dy).ravel()
    strong = strength > EDGE
    if not strong.any():
        return 0.5
    turn = np.arctan2(dy.ravel()[strong], dx.ravel()[strong]) % np.pi
    places = np.minimum((turn * (12 / np.pi)).astype(int), 11)
    shares = np.bincount(places, strength[strong], minlength=12)
    shares = shares[shares > 0] / shares.sum()
    return float(-(shares * np.log(shares)).sum() / np.log(12))


def _variety(plane: Floats, chroma: Floats) -> float:
    """Return how widely hues are spread, each counted by its chroma."""
    total = float(chroma.sum())
    if total < 1e-3 * chroma.size:
        return 0.0
    return 1 - float(np.hypot(*plane.reshape(-1, 2).sum(axis=0))) / total
