"""Waves: overlapping scales in the manner of seigaiha, large and calm."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, BACKGROUND, DARK, Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene."""
    across = (2, 3, 4)[scene.level]
    radius = 0.5 * scene.width / across
    shift = random.uniform(-0.2, 0.2)
    rings: tuple[tuple[float, int], ...]
    rings = ((1.0, ACCENT_1), (0.78, BACKGROUND), (0.58, ACCENT_2), (0.34, DARK))
    if "suns" in scene.motifs:
        rings = ((1.0, ACCENT_1), (0.74, BACKGROUND), (0.5, ACCENT_3))
    for row in range(-1, int(scene.height / (radius * 0.5)) + 3):
        for column in range(-1, across + 2):
            x = radius * (2 * column + (row % 2) + shift)
            for share, slot in rings:
                brush.circle(x, radius * 0.5 * (row + 1), radius * share, slot)
