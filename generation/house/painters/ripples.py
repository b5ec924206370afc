"""Ripples: concentric rings that fill the picture."""

from random import Random

from generation.house.painters.brush import ACCENT_1, DARK, Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene."""
    x, y = scene.focus
    x, y = x + random.uniform(-0.02, 0.02), y + random.uniform(-0.02, 0.02)
    step = (0.19, 0.135, 0.1)[scene.level] * random.uniform(0.95, 1.05)
    for i in range(int(1.35 / step), 0, -1):
        slot = 0 if i % 2 == 0 else ACCENT_1 + (i // 2) % 4
        brush.circle(x, y, step * (i + 0.0), slot)
    if "core" in scene.motifs:
        brush.circle(x, y, step * 0.95, DARK)
