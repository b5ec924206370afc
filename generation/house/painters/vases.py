"""Vases: a pot on a table with a few round flowers."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene


def vase(brush: Brush, x: float, base: float, slot: int, random: Random) -> float:
    """Draw a bellied vase that stands on `base`; return the height of its mouth."""
    belly, tall = random.uniform(0.15, 0.2), random.uniform(0.32, 0.38)
    brush.smooth(
        [
            (x - belly, base + 0.02),
            (x - belly * 1.25, base - tall * 0.5),
            (x - 0.05, base - tall * 0.85),
            (x + 0.05, base - tall * 0.85),
            (x + belly * 1.25, base - tall * 0.5),
            (x + belly, base + 0.02),
        ],
        slot,
    )
    brush.rect(x - 0.075, base - tall, x + 0.075, base - tall * 0.6, slot, corner=0.015)
    return base - tall


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 1, 3 or 5 flowers."""
    x, base = scene.focus[0] + random.uniform(-0.02, 0.02), 0.82 * scene.height
    if "disc" in scene.motifs:
        brush.circle(x, 0.42 * scene.height, 0.33, ACCENT_4)
    brush.rect(0, base - 0.03, scene.width, scene.height, ACCENT_3)
    wide = ((0.0,), (-0.19, 0.0, 0.19), (-0.26, -0.14, 0.0, 0.14, 0.26))[scene.level]
    spread = [dx * (1.0 if scene.layout == "centered" else 0.78) for dx in wide]
    mouth = base - 0.32
    for i, dx in enumerate(spread):
        top = 0.17 * scene.height + abs(dx) * 0.6 + (0.08 if i % 2 else 0.0)
        brush.polygon([(x, mouth), (x + dx, top)], DARK, stroke=0.032)
        brush.circle(x + dx, top, 0.09 if scene.level < 2 else 0.072, ACCENT_2)
        brush.circle(x + dx, top, 0.036, DARK)
    vase(brush, x, base, ACCENT_1, random)
