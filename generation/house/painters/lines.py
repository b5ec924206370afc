"""Flowing lines: wide bands that swing together, level or on the diagonal."""

from random import Random

from generation.house.painters.brush import Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene."""
    bands = (5, 7, 9)[scene.level]
    tilt = -0.55 * scene.height if scene.layout == "diagonal" else 0.0
    turns, phase = random.uniform(0.8, 1.2), random.random()
    swing = random.uniform(0.07, 0.11)
    span = scene.height + abs(tilt) + 2 * swing
    for i in range(bands):
        y = -abs(tilt) / 2 - swing + span * (i + 0.5) / bands
        brush.wave(y, swing, turns, phase, (1, 2, 3, 4, 0)[i % 5], tilt)
