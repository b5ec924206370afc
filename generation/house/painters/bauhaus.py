"""Bauhaus tiles: a grid of quarter circles, circles, half circles and triangles."""

from random import Random

from generation.house.painters.brush import Brush
from generation.house.painters.scene import Scene

CORNERS = ((0.0, 0.0, 0), (1.0, 0.0, 90), (1.0, 1.0, 180), (0.0, 1.0, 270))


def tile(brush: Brush, x: float, y: float, size: float, figure: int, random: Random) -> None:
    """Draw one tile: ground and one figure; the pair of slots follows from the figure."""
    ground, ink = ((1, 5), (0, 2), (3, 0), (4, 1), (0, 5), (2, 4))[random.randrange(6)]
    brush.rect(x, y, x + size, y + size, ground)
    turn = random.randrange(4)
    dx, dy, start = CORNERS[turn]
    if figure == 0:
        brush.pie(x + dx * size, y + dy * size, size, start, 90, ink)
    elif figure == 1:
        brush.circle(x + size / 2, y + size / 2, size * 0.36, ink)
    elif figure == 2:
        corners = [(x + a * size, y + b * size) for a, b, _ in CORNERS]
        brush.polygon([corners[turn], corners[(turn + 1) % 4], corners[(turn + 2) % 4]], ink)
    else:
        ox, oy = ((0.5, 0), (1, 0.5), (0.5, 1), (0, 0.5))[turn]
        brush.pie(x + ox * size, y + oy * size, size / 2, turn * 90, 180, ink)


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene; the short side holds 2, 3 or 4 tiles."""
    size = 1 / (2, 3, 4)[scene.level]
    for i in range(round(scene.width / size + 0.49)):
        for k in range(round(scene.height / size + 0.49)):
            figure = 0 if "quarters" in scene.motifs else random.randrange(4)
            tile(brush, i * size, k * size, size, figure, random)
