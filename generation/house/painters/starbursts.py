"""Starbursts: mid-century stars with long rays over a field of colour."""

import math
from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, DARK, Brush
from generation.house.painters.scene import Scene


def burst(brush: Brush, x: float, y: float, size: float, rays: int, slot: int) -> None:
    """Draw a star of `rays` pointed rays, every second one shorter."""
    points = []
    for i in range(2 * rays):
        reach = size * (0.3 if i % 2 else (1.0 if i % 4 == 0 else 0.66))
        angle = i * math.pi / rays - math.pi / 2
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    brush.polygon(points, slot)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: a star of 8, 12 or 16 rays, on a disc when asked."""
    x, y = scene.focus
    x, y = x + random.uniform(-0.03, 0.03), y + random.uniform(-0.03, 0.03)
    size = (0.42 if scene.layout == "centered" else 0.36) + random.uniform(-0.02, 0.02)
    if "disc" in scene.motifs:
        brush.circle(x, y, size * 0.8, ACCENT_2)
    burst(brush, x, y, size, (8, 12, 16)[scene.level], ACCENT_1)
    brush.circle(x, y, size * 0.2, DARK)
    if "small stars" in scene.motifs:
        for px, py in ((0.14, 0.14), (0.86, 0.14), (0.14, 0.86), (0.86, 0.86)):
            burst(brush, px * scene.width, py * scene.height, 0.1, 4, ACCENT_3)
