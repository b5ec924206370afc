"""Moon night: a pale moon and stars in a dark sky above hills."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, BACKGROUND, DARK, Brush
from generation.house.painters.scene import Scene


def star(brush: Brush, x: float, y: float, size: float) -> None:
    """Draw a four-pointed star."""
    points = []
    for i in range(8):
        reach = size if i % 2 == 0 else size * 0.42
        dx, dy = (
            (1, 0),
            (0.7, 0.7),
            (0, 1),
            (-0.7, 0.7),
            (-1, 0),
            (-0.7, -0.7),
            (0, -1),
            (0.7, -0.7),
        )[i]
        points.append((x + reach * dx, y + reach * dy))
    brush.polygon(points, BACKGROUND)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene; stars sit on a jittered grid that leaves the moon free."""
    brush.fill(DARK)
    width, height = scene.width, scene.height
    x = scene.focus[0]
    y = {"high": 0.26, "low": 0.5}.get(scene.layout, 0.36) * height
    cell = 1 / (2, 3, 4)[scene.level]
    for i in range(round(width / cell)):
        for k in range(round(0.7 / cell)):
            sx = (i + 0.5 + random.uniform(-0.2, 0.2)) * width / round(width / cell)
            sy = (k + 0.5 + random.uniform(-0.2, 0.2)) * 0.66 * height / round(0.7 / cell)
            if (sx - x) ** 2 + (sy - y) ** 2 > 0.27**2:
                star(brush, sx, sy, 0.045)
    brush.circle(x, y, 0.18, BACKGROUND)
    if "crescent" in scene.motifs:
        brush.circle(x + 0.08, y - 0.03, 0.15, DARK)
    for edge, slot in ((0.72, ACCENT_1), (0.81, ACCENT_2), (0.9, ACCENT_3)):
        brush.wave(edge * height, 0.035, 1.0, random.random(), slot)
