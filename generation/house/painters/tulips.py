"""Tulips: upright flowers with cupped heads and two leaves, one, three or five in a row."""

import math
from random import Random

import skia

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, Brush
from generation.house.painters.scene import Scene


def head(brush: Brush, x: float, base: float, size: float, slot: int) -> None:
    """Draw a cup with three points, `size` high, standing on (x, base)."""
    half, top = 0.42 * size, base - size
    path = skia.Path()
    path.moveTo(x, base)
    path.cubicTo(x - 1.2 * half, base, x - 1.25 * half, base - 0.6 * size, x - half, top)
    path.lineTo(x - 0.45 * half, top + 0.3 * size)
    path.lineTo(x, top - 0.06 * size)
    path.lineTo(x + 0.45 * half, top + 0.3 * size)
    path.lineTo(x + half, top)
    path.cubicTo(x + 1.25 * half, base - 0.6 * size, x + 1.2 * half, base, x, base)
    path.close()
    brush.path(path, slot)


def tulip(brush: Brush, x: float, top: float, ground: float, size: float, slot: int) -> None:
    """Draw one flower from `ground` up to `top`."""
    tall = ground - top
    brush.polygon([(x, ground + 0.02), (x, top + 0.8 * size)], ACCENT_3, stroke=0.16 * size)
    for side in (-1, 1):
        angle = -math.pi / 2 + side * 0.42
        brush.leaf(x, ground + 0.01, angle, min(0.62 * tall, 1.6 * size), 0.32 * size, ACCENT_3)
    head(brush, x, top + size, size, slot)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 1, 3 or 5 flowers."""
    count = (1, 3, 5)[scene.level]
    size, gap = (0.3, 0.21, 0.155)[scene.level], (0.0, 0.27, 0.17)[scene.level]
    middle = scene.focus[0] if count == 1 else scene.width / 2
    ground = scene.height * (0.86 if "ground" in scene.motifs else 0.95)
    for index in range(count):
        away = index - (count - 1) / 2
        top = (0.16 if index % 2 == 0 else 0.25) * scene.height + random.uniform(-0.02, 0.02)
        tulip(
            brush, middle + away * gap, top, ground, size, ACCENT_1 if index % 2 == 0 else ACCENT_2
        )
    if "ground" in scene.motifs:
        brush.wave(ground - 0.01, 0.012, 1.0, random.random(), ACCENT_4)
