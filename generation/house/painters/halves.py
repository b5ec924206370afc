"""Half circles: a tower of half discs that balance on each other, alone or in steps."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene

ORDER = (ACCENT_1, DARK, ACCENT_3, ACCENT_4)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 2, 3 or 4 half discs, each turned up or down."""
    count = 2 + scene.level
    radius = (0.26, 0.2, 0.155)[scene.level]
    ball = 0.55 * radius if "ball" in scene.motifs else 0.0
    tall = count * radius + 2 * ball
    base = (scene.height + tall) / 2
    x = scene.focus[0] + random.uniform(-0.02, 0.02)
    step = 0.1 if scene.layout == "diagonal" else 0.0
    x = x if scene.layout != "diagonal" else scene.width / 2 - step * (count - 1) / 2
    for index in range(count):
        floor = base - index * radius
        up = random.random() < 0.5
        start, y = (180, floor) if up else (0, floor - radius)
        brush.pie(x + index * step, y, radius, start, 180, ORDER[index % 4])
    if ball:
        brush.circle(x + (count - 1) * step, base - count * radius - ball, ball, ACCENT_2)
