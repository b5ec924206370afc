"""Cuts out of a picture what a detector found in it, for people to look at."""

import io
from collections.abc import Sequence

from PIL import Image

AROUND = 0.35
"""How much of the box's longer side is shown around it, so that one sees where it lies."""
LEAST_PX = 96
MOST_PX = 480


def crop_box(image: Image.Image, box: Sequence[float]) -> Image.Image:
    """Return the part of a picture in a box and a little around it.

    Args:
        image: the whole picture.
        box: left, top, width and height in shares of the picture, 0 … 1.

    Returns:
        At least `LEAST_PX` of the picture a side, where it has so many; at most `MOST_PX`.
    """
    left, top, width, height = (float(part) for part in box)
    across, down = image.size
    margin = AROUND * max(width * across, height * down)
    wide = max(width * across + 2 * margin, LEAST_PX)
    high = max(height * down + 2 * margin, LEAST_PX)
    x, y = (left + width / 2) * across, (top + height / 2) * down
    area = (
        max(0, round(x - wide / 2)),
        max(0, round(y - high / 2)),
        min(across, round(x + wide / 2)),
        min(down, round(y + high / 2)),
    )
    if area[0] >= area[2] or area[1] >= area[3]:
        return image.copy()
    found = image.convert("RGB").crop(area)
    found.thumbnail((MOST_PX, MOST_PX))
    return found


def crop_bytes(data: bytes, box: Sequence[float]) -> bytes:
    """Return the same as WebP, from the bytes of the whole picture."""
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(data)) as image:
        crop_box(image, box).save(buffer, "WEBP", quality=90)
    return buffer.getvalue()
