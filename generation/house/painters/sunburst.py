"""Sunrise rays: a half sun on the horizon with rays that fill the sky."""

import math
from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 7, 9 or 13 rays above waves or a plain horizon."""
    x = scene.focus[0] + random.uniform(-0.02, 0.02)
    y = (0.66 + random.uniform(-0.02, 0.02)) * scene.height
    rays = (7, 9, 13)[scene.level]
    for i in range(0, rays, 2):
        a, b = math.pi * (1 + i / rays), math.pi * (1 + (i + 1) / rays)
        far = [(x + 2 * math.cos(t), y + 2 * math.sin(t)) for t in (a, b)]
        brush.polygon([(x, y), *far], ACCENT_3)
    brush.circle(x, y, 0.27, ACCENT_2)
    brush.circle(x, y, 0.19, ACCENT_1)
    brush.rect(0, y, scene.width, scene.height, DARK)
    if "sea" in scene.motifs:
        phase = random.random()
        brush.wave(y + 0.11 * scene.height, 0.025, 2.0, phase, ACCENT_4)
        brush.wave(y + 0.23 * scene.height, 0.025, 2.0, phase + 0.5, DARK)
