"""Cacti: an upright cactus with raised arms on dunes, alone or with a smaller one."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene


def arm(brush: Brush, x: float, y: float, side: int, size: float, slot: int) -> None:
    """Draw one arm that leaves the trunk at (x, y) and turns up."""
    out = x + side * 0.3 * size
    brush.polygon([(x, y), (out, y), (out, y - 0.32 * size)], slot, stroke=0.13 * size, close=False)


def cactus(brush: Brush, x: float, base: float, size: float, arms: int, slot: int) -> None:
    """Draw a cactus `size` high that stands on `base`."""
    brush.polygon([(x, base + 0.05), (x, base - 0.91 * size)], slot, stroke=0.18 * size)
    for index in range(arms):
        side = -1 if index % 2 == 0 else 1
        arm(brush, x, base - (0.4 + 0.13 * index) * size, side, size, slot)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 1 or 2 arms; a dense one has a second cactus."""
    x, height = scene.focus[0] + random.uniform(-0.02, 0.02), scene.height
    ground = 0.78 * height
    if "sun" in scene.motifs:
        brush.circle(
            x + (-0.22 if scene.layout == "right" else 0.22), 0.28 * height, 0.13, ACCENT_2
        )
    if "mesa" in scene.motifs:
        left = 0.0 if scene.layout == "right" else scene.width - 0.5
        brush.polygon(
            [(left, ground + 0.1), (left + 0.07, 0.52 * height), (left + 0.43, 0.52 * height),
             (left + 0.5, ground + 0.1)], ACCENT_3,
        )  # fmt: skip
    if scene.level == 2:
        away = -0.34 if scene.layout == "right" else 0.34
        cactus(brush, x + away, ground + 0.03, 0.3, 2, DARK)
    brush.wave(ground - 0.02, 0.025, 1.0, random.random(), ACCENT_4)
    cactus(
        brush, x, ground + 0.06, 0.56 + random.uniform(-0.03, 0.03), min(2, 1 + scene.level), DARK
    )
    brush.wave(ground + 0.09, 0.02, 1.0, random.random(), ACCENT_1)
