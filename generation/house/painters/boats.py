"""Sailing boats: a boat under two sails on banded water, now and then before a sun."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene


def boat(brush: Brush, x: float, water: float, size: float) -> None:
    """Draw a boat whose hull dips into `water`; `size` is the height of its mast."""
    deck = water - 0.1 * size
    top = deck - size
    brush.polygon(
        [(x, top), (x, deck - 0.05 * size), (x + 0.55 * size, deck - 0.05 * size)], ACCENT_1
    )
    left = x - 0.06 * size
    brush.polygon(
        [
            (left, top + 0.18 * size),
            (left, deck - 0.05 * size),
            (x - 0.45 * size, deck - 0.05 * size),
        ],
        ACCENT_3,
    )
    brush.polygon(
        [
            (x - 0.55 * size, deck), (x + 0.65 * size, deck),
            (x + 0.42 * size, water + 0.16 * size), (x - 0.36 * size, water + 0.16 * size),
        ],
        DARK,
    )  # fmt: skip


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 1, 2 or 3 bands of water; a dense one has a second boat far off."""
    side = {"left": 0.35, "right": 0.6}.get(scene.layout, 0.48)
    x, height = side * scene.width + random.uniform(-0.02, 0.02), scene.height
    water = 0.7 * height + random.uniform(-0.02, 0.02)
    if "sun" in scene.motifs:
        brush.circle(x + (0.2 if scene.layout == "left" else -0.2), 0.3 * height, 0.15, ACCENT_2)
    if scene.level == 2:
        boat(brush, x + (-0.4 if scene.layout == "right" else 0.42), water, 0.16)
    boat(brush, x, water, 0.47 + random.uniform(-0.03, 0.03))
    slots = ((ACCENT_4,), (ACCENT_4, ACCENT_2), (ACCENT_4, ACCENT_2, DARK))[scene.level]
    for band, slot in enumerate(slots):
        edge = water + 0.01 + 0.3 * height * band / len(slots)
        brush.wave(edge, 0.014, 2.0, random.random(), slot)
