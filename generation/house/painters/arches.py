"""Boho arches: nested arches, alone or as a falling pair, over hills or under a sun."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_4, BACKGROUND, DARK, Brush
from generation.house.painters.scene import Scene


def nested(brush: Brush, x: float, base: float, half: float, bands: int) -> None:
    """Draw `bands` arches inside each other; the opening shows the background."""
    spring = base - half * 0.75
    for i in range(bands):
        brush.arch(x, spring, half * (bands + 1 - i) / (bands + 1), base, ACCENT_1 + i % 4)
    brush.arch(x, spring, half / (bands + 1), base, BACKGROUND)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene."""
    width, height = scene.width, scene.height
    jitter = random.uniform(-0.02, 0.02)
    base = height * (0.84 if "hills" in scene.motifs else 0.9)
    bands = 2 + scene.level
    x = {"left": 0.37, "right": 0.63}.get(scene.layout, 0.5) * width + jitter
    if "sun" in scene.motifs:
        side = 0.82 if scene.layout in ("centered", "left", "diagonal") else 0.18
        brush.circle(width * side, 0.17 + jitter, 0.1, ACCENT_2)
    if scene.layout == "diagonal":
        nested(brush, width * 0.3, base - 0.28 + jitter, 0.24, bands)
        nested(brush, width * 0.68, base + jitter, 0.27, bands)
    else:
        half = (0.36 if scene.layout == "centered" else 0.32) + random.uniform(-0.02, 0.02)
        nested(brush, x, base, half, bands)
    if "hills" in scene.motifs:
        phase = random.random()
        brush.wave(base - 0.03, 0.035, 1.0, phase, ACCENT_4)
        brush.wave(base + 0.06, 0.03, 1.0, phase + 0.4, DARK)
