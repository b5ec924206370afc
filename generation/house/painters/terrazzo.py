"""Terrazzo: stone chips strewn evenly over the ground."""

import math
from random import Random

from generation.house.painters.brush import ACCENT_1, Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene; the short side holds 3, 4 or 5 chips."""
    cell = 1 / (3, 4, 5)[scene.level]
    for i in range(round(scene.width / cell + 0.49)):
        for k in range(round(scene.height / cell + 0.49)):
            x = (i + 0.5 + random.uniform(-0.12, 0.12)) * cell
            y = (k + 0.5 + random.uniform(-0.12, 0.12)) * cell
            turn, sides = random.uniform(0, math.tau), random.choice((4, 5, 6))
            radius = cell * random.uniform(0.3, 0.46)
            points = []
            for q in range(sides):
                angle, reach = turn + q * math.tau / sides, radius * random.uniform(0.8, 1.1)
                points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
            brush.polygon(points, ACCENT_1 + (i + 2 * k) % 5)
