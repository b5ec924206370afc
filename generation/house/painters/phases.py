"""Moon phases: a row of moons from thin to full, level, or falling on the diagonal."""

from random import Random

from generation.house.painters.brush import ACCENT_1, BACKGROUND, DARK, Brush
from generation.house.painters.scene import Scene


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: 3, 4 or 5 moons."""
    sky, ink = (DARK, BACKGROUND) if "night" in scene.motifs else (BACKGROUND, DARK)
    brush.fill(sky)
    count, middle = 3 + scene.level, (2 + scene.level) / 2
    radius = (0.13, 0.105, 0.085)[scene.level]
    offset = random.uniform(-0.03, 0.03)
    for i in range(count):
        across = 0.5 + ((i + 0.5) / count - 0.5) * 0.94
        x = (across if scene.layout == "diagonal" else 0.5) * scene.width + offset
        y = across * scene.height
        away = abs(i - middle)
        if away < 1:
            brush.circle(x, y, radius, ACCENT_1)
            continue
        brush.circle(x, y, radius, ink)
        way = 1 if i < middle else -1
        brush.circle(x + way * radius * (0.95 - 0.3 * (away / middle)), y, radius * 0.92, sky)
