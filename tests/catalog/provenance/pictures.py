"""Pictures as the shop has them: shapes on grained paper."""

import numpy as np
from PIL import Image, ImageDraw


def textured(width: int, height: int, *, seed: int = 0, grain: float = 4.0) -> Image.Image:
    """Return shapes on paper; `grain` is its roughness in grey levels, 0 for none."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (width, height), tuple(int(v) for v in rng.integers(150, 240, 3)))
    pen = ImageDraw.Draw(picture)
    for _shape in range(6):
        x, y = rng.integers(0, width), rng.integers(0, height)
        r = rng.integers(20, max(21, width // 3))
        pen.ellipse((x - r, y - r, x + r, y + r), tuple(int(v) for v in rng.integers(40, 220, 3)))
    pixels = np.asarray(picture, np.float32) + rng.normal(0, grain, (height, width, 1))
    return Image.fromarray(np.clip(np.rint(pixels), 0, 255).astype(np.uint8))
