"""Paper cut-outs: lobed leaves, each on its own rectangle of paper."""

import math
from random import Random

from generation.house.painters.brush import Brush
from generation.house.painters.scene import Scene


def frond(brush: Brush, x: float, y: float, size: float, turn: float, slot: int) -> None:
    """Draw a seaweed leaf of seven round lobes on a stem."""
    for i in range(-3, 4):
        angle = turn + i * 0.62
        reach = size * (1.0 - 0.08 * abs(i))
        tip = (x + reach * math.cos(angle), y + reach * math.sin(angle))
        brush.polygon([(x, y), tip], slot, stroke=size * 0.24)
    foot = (x - size * 0.75 * math.cos(turn), y - size * 0.75 * math.sin(turn))
    brush.polygon([(x, y), foot], slot, stroke=size * 0.2)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 1, 2 x 2 or 2 x 3 papers."""
    columns, rows = ((1, 1), (2, 2), (2, 3))[scene.level]
    margin = 0.07 if scene.level else 0.1
    wide, high = (scene.width - 2 * margin) / columns, (scene.height - 2 * margin) / rows
    for i in range(columns):
        for k in range(rows):
            paper, ink = ((1, 0), (2, 5), (3, 0), (4, 5))[(i + 2 * k + k // 2) % 4]
            x, y = margin + i * wide, margin + k * high
            brush.rect(x, y, x + wide, y + high, paper)
            size = min(wide, high) * 0.36
            turn = -math.pi / 2 + random.uniform(-0.35, 0.35)
            frond(brush, x + wide / 2, y + high * 0.55, size, turn, ink)
