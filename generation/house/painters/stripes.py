"""Stripes: straight bands of uneven width, upright, level or diagonal, around a disc or not."""

import math
from random import Random

from generation.house.painters.brush import ACCENT_1, BACKGROUND, DARK, Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 5, 8 or 11 bands."""
    bands = (5, 8, 11)[scene.level]
    slant = 0.6 if scene.layout == "diagonal" else 0.0
    span = scene.width + slant
    phase = random.uniform(0, math.tau)
    shares = [1 + 0.35 * math.sin(2.4 * i + phase) for i in range(bands)]
    x = 0.0
    for i, share in enumerate(shares):
        wide = span * share / sum(shares)
        x0, x1 = x - slant, x + wide - slant
        corners = [(x0 + slant, 0), (x1 + slant, 0), (x1, scene.height), (x0, scene.height)]
        brush.polygon(corners, (BACKGROUND, 1, 2, 3, 4)[i % 5])
        x += wide
    if "disc" in scene.motifs:
        brush.circle(scene.width / 2, scene.height / 2, 0.27, DARK)
        brush.circle(scene.width / 2, scene.height / 2, 0.19, ACCENT_1)
