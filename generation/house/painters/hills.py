"""Sun and hills: a large sun over rolling bands."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene."""
    layers = [(ACCENT_4, DARK), (ACCENT_3, ACCENT_4, DARK), (ACCENT_2, ACCENT_3, ACCENT_4, DARK)]
    height = scene.height
    y = {"high": 0.26, "low": 0.5}.get(scene.layout, 0.37) * height
    radius = 0.17 + random.uniform(-0.015, 0.025)
    if "halo" in scene.motifs:
        brush.circle(scene.focus[0], y, radius + 0.09, ACCENT_2)
    brush.circle(scene.focus[0], y, radius, ACCENT_1)
    slots = layers[scene.level]
    for i, slot in enumerate(slots):
        edge = 0.56 + 0.32 * i / (len(slots) - 1) if len(slots) > 1 else 0.6
        turns = random.uniform(0.7, 1.1)
        brush.wave(edge * height, random.uniform(0.035, 0.07), turns, random.random(), slot)
