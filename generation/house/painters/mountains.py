"""Mountains: angular ridges one behind another, with a sun or a moon."""

from random import Random

from generation.house.painters.brush import ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK, Brush
from generation.house.painters.scene import Scene


def ridge(brush: Brush, y: float, rise: float, peaks: int, slot: int, random: Random) -> None:
    """Fill everything below a zigzag of `peaks` peaks whose valleys lie at `y`."""
    shift = random.uniform(-0.3, 0.3)
    points = [(-0.3, brush.height + 0.1)]
    for i in range(-1, 2 * peaks + 2):
        top = rise * random.uniform(0.75, 1.0) if i % 2 else 0.0
        points.append((brush.width * (i + shift) / (2 * peaks), y - top))
    brush.polygon([*points, (brush.width + 0.3, brush.height + 0.1)], slot)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene."""
    slots = [(ACCENT_3, DARK), (ACCENT_2, ACCENT_3, DARK), (ACCENT_2, ACCENT_3, ACCENT_4, DARK)]
    height = scene.height
    x = scene.focus[0] + random.uniform(-0.02, 0.02)
    if "moon" in scene.motifs:
        brush.circle(x, 0.22 * height, 0.13, ACCENT_1)
        brush.circle(x + 0.06, 0.2 * height, 0.11, 0)
    else:
        brush.circle(x, 0.24 * height, 0.13, ACCENT_1)
    chosen = slots[scene.level]
    for i, slot in enumerate(chosen):
        y = height * (0.62 + 0.33 * i / (len(chosen) - 1))
        ridge(brush, y, 0.26, 2, slot, random)
