"""Memphis: playful circles, triangles, rings, zigzags and bars on a grid."""

import math
from random import Random

from generation.house.painters.brush import DARK, Brush
from generation.house.painters.scene import Scene


def figure(brush: Brush, x: float, y: float, size: float, kind: int, random: Random) -> None:
    """Draw one figure of about `size` around (x, y); its slot follows from its kind."""
    if kind == 0:
        brush.circle(x, y, size, 1)
    elif kind == 1:
        turn = random.uniform(0, math.tau)
        angles = (turn + i * math.tau / 3 for i in range(3))
        points = [(x + 1.2 * size * math.cos(a), y + 1.2 * size * math.sin(a)) for a in angles]
        brush.polygon(points, 2)
    elif kind == 2:
        brush.circle(x, y, size * 0.75, 3, stroke=size * 0.5)
    elif kind == 3:
        steps = [(-1.3, 0.45), (-0.65, -0.45), (0, 0.45), (0.65, -0.45), (1.3, 0.45)]
        points = [(x + size * dx, y + size * dy) for dx, dy in steps]
        brush.polygon(points, DARK, stroke=max(0.034, size * 0.3), close=False)
    else:
        brush.rect(x - size * 0.8, y - size * 0.8, x + size * 0.8, y + size * 0.8, 4)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene; the short side holds 2, 3 or 4 figures; kinds follow the grid."""
    cell = 1 / (2, 3, 4)[scene.level]
    first = random.randrange(5)
    for i in range(round(scene.width / cell + 0.49)):
        for k in range(round(scene.height / cell + 0.49)):
            x = (i + 0.5 + random.uniform(-0.06, 0.06)) * cell
            y = (k + 0.5 + random.uniform(-0.06, 0.06)) * cell
            figure(brush, x, y, cell * 0.29, (first + i + 2 * k) % 5, random)
