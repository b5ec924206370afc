"""Botanical leaf: upright stems with paired leaves, sometimes before a disc."""

import math
from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene


def stem(
    brush: Brush, x: float, top: float, base: float, pairs: int, slot: int, reach: float
) -> None:
    """Draw one stem with `pairs` pairs of leaves that shorten upwards."""
    brush.polygon([(x, base), (x, top)], slot, stroke=0.032)
    length = reach * (base - top)
    for i in range(pairs):
        share = i / pairs
        y = base - (base - top) * (0.22 + 0.7 * share)
        for side in (-1, 1):
            angle = -math.pi / 2 + side * 0.85
            leaf = length * (1 - 0.4 * share)
            brush.leaf(x, y, angle, leaf, leaf * 0.42, slot)
    brush.leaf(x, top + 0.03, -math.pi / 2, length * 0.6, length * 0.24, slot)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene."""
    x, height = scene.focus[0] + random.uniform(-0.02, 0.02), scene.height
    if "disc" in scene.motifs:
        brush.circle(x, 0.42 * height, 0.3, ACCENT_2)
    pairs = 2 + scene.level
    top = (0.24 + random.uniform(-0.02, 0.02)) * height
    if "two stems" in scene.motifs:
        stem(brush, x - 0.16, top + 0.08, 0.95 * height, pairs, ACCENT_3, 0.28)
        stem(brush, x + 0.16, top, 0.95 * height, pairs, DARK, 0.28)
    else:
        slot = DARK if "disc" in scene.motifs else ACCENT_1
        stem(brush, x, top, 0.95 * height, pairs, slot, 0.38)
    if "ground" in scene.motifs:
        brush.wave(0.88 * height, 0.02, 1.0, random.random(), ACCENT_4)
