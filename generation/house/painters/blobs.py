"""Abstract blobs: soft pebbles of colour, with a drawn line on request."""

import math
from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene

PLACES = {
    "centered": ((0.5, 0.3), (0.34, 0.66), (0.7, 0.68), (0.5, 0.52)),
    "diagonal": ((0.26, 0.26), (0.5, 0.52), (0.76, 0.78), (0.76, 0.24)),
}


def pebble(brush: Brush, x: float, y: float, radius: float, slot: int, random: Random) -> None:
    """Draw one smooth blob of about `radius`."""
    turn = random.uniform(0, math.tau)
    points = []
    for i in range(7):
        angle, reach = turn + i * math.tau / 7, radius * random.uniform(0.85, 1.25)
        points.append((x + reach * math.cos(angle), y + reach * math.sin(angle)))
    brush.smooth(points, slot)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 2, 3 or 4 blobs."""
    radius = (0.26, 0.22, 0.19)[scene.level]
    slots = (ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4)
    places = PLACES[scene.layout][: 2 + scene.level]
    for (px, py), slot in zip(places, slots, strict=False):
        x = px * scene.width + random.uniform(-0.04, 0.04)
        y = py * scene.height + random.uniform(-0.04, 0.04)
        pebble(brush, x, y, radius, slot, random)
    if "line" in scene.motifs:
        swing = random.uniform(0.1, 0.16)
        points = [
            (scene.width * (0.5 + swing * math.sin(math.tau * i / 30)), scene.height * i / 30)
            for i in range(31)
        ]
        brush.polygon(points, DARK, stroke=0.034, close=False)
