"""Quilt: a symmetric patchwork of triangles around a star."""

from random import Random

from generation.house.painters.brush import Brush
from generation.house.painters.scene import Scene


def patch(brush: Brush, x: float, y: float, size: float, turn: int, pair: tuple[int, int]) -> None:
    """Draw one square of two triangles."""
    corners = [(x, y), (x + size, y), (x + size, y + size), (x, y + size)]
    brush.rect(x, y, x + size, y + size, pair[0])
    brush.polygon([corners[turn], corners[(turn + 1) % 4], corners[(turn + 3) % 4]], pair[1])


def paint(brush: Brush, scene: Scene, random: Random) -> None:
    """Draw the scene: blocks of 4 x 4 patches, mirrored; 1, 2 or 3 blocks across."""
    blocks = 1 + scene.level
    size = 1 / (4 * blocks) if scene.level < 2 else 1 / 8
    pinwheel = "pinwheels" in scene.motifs
    pairs = ((0, 1), (0, 5), (2, 3), (0, 4))
    ring = random.randrange(2)
    for i in range(round(scene.width / size + 0.49)):
        for k in range(round(scene.height / size + 0.49)):
            a, b = i % 4, k % 4
            quadrant = (0 if a < 2 else 1) if b < 2 else (3 if a < 2 else 2)
            inner = a in (1, 2) and b in (1, 2)
            edge = (a in (1, 2)) != (b in (1, 2))
            turn = (quadrant + (1 if pinwheel and edge else 0) + (2 if inner and ring else 0)) % 4
            pair = pairs[1] if inner else pairs[0] if edge else pairs[2]
            patch(brush, i * size, k * size, size, turn, pair)
