"""Colour field: stacked blocks of colour with a margin."""

from random import Random

from generation.house.painters.brush import Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 2, 3 or 4 blocks, from light slots above to dark below."""
    brush.fill(1)
    count, margin, gap = 2 + scene.level, 0.1, 0.045
    slots = {2: (2, 5), 3: (0, 2, 5), 4: (0, 2, 4, 5)}[count]
    shares = [random.uniform(0.6, 1.4) for _ in range(count)]
    free = scene.height - 2 * margin - gap * (count - 1)
    y = margin
    for share, slot in zip(shares, slots, strict=True):
        block = free * share / sum(shares)
        brush.rect(margin, y, scene.width - margin, y + block, slot, corner=0.03)
        y += block + gap
