"""Neoplastic grid: thick dark lines, a few filled fields."""

from random import Random

from generation.house.painters.brush import ACCENT_1, DARK, Brush
from generation.house.painters.scene import Scene


def cuts(count: int, length: float, random: Random) -> list[float]:
    """Return 0, `count` cuts that keep their distance, and `length`."""
    inner = [length * ((i + 1) / (count + 1) + random.uniform(-0.08, 0.08)) for i in range(count)]
    return [0.0, *inner, length]


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene."""
    count = (2, 3, 4)[scene.level]
    xs, ys = cuts(count, scene.width, random), cuts(count, scene.height, random)
    cells = [(i, k) for i in range(count + 1) for k in range(count + 1)]
    for index, (i, k) in enumerate(random.sample(cells, 3 + 2 * scene.level)):
        brush.rect(xs[i], ys[k], xs[i + 1], ys[k + 1], ACCENT_1 + index % 4)
    half = 0.019
    for x in xs[1:-1]:
        brush.rect(x - half, 0, x + half, scene.height, DARK)
    for y in ys[1:-1]:
        brush.rect(0, y - half, scene.width, y + half, DARK)
