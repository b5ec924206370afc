"""From a picture to a file for the printer: how often to enlarge, and to which size.

For: whoever offers print files. Not for: JPEG, metadata or signatures, which those add who hand
the file out. Next: `tiles.py`.
"""

import math

import numpy as np
from PIL import Image

from genart.lib.errors import InvalidInput
from generation.upscale import tiles
from generation.upscale.network import FACTOR, NAME, Pixels

PRINT_PIXELS = 4_000_000
"""28 x 36 cm at 150 dots an inch, which is what wall art is looked at with."""
LARGEST_PIXELS = 40_000_000
FEWEST_SIDE_PX = 64
LITTLE = 1.6
"""By so much a picture that was enlarged before may still be stretched by plain arithmetic."""
MADE_BY = f"Real-ESRGAN {NAME}"


def is_printable(size_px: tuple[int, int], pixels: int = PRINT_PIXELS) -> bool:
    """Return whether a size `(width, height)` has enough pixels already."""
    return math.prod(size_px) >= pixels


def print_size(size_px: tuple[int, int], pixels: int = PRINT_PIXELS) -> tuple[int, int]:
    """Return the size of the print file: four times, unless less or more is needed.

    A picture of 512 x 512 becomes 2048 x 2048; a larger one the smallest size of its shape with
    `pixels`; one that has enough stays.
    """
    if is_printable(size_px, pixels):
        return size_px
    needed = math.sqrt(pixels / math.prod(size_px))
    factor = FACTOR if FACTOR / 1.5 < needed <= FACTOR else needed
    width, height = (math.ceil(side * factor) for side in size_px)
    return width, height


def in_its_colours(large: Pixels, small: Pixels) -> Pixels:
    """Return the enlarged picture with the colours of the one it was made from.

    The network shifts flat colours by two or three levels of 255; what its areas lack or have too
    much is added back, smoothly, so that a palette stays the palette that was asked for.
    """
    height, width = small.shape[:2]
    seen = large.reshape(height, FACTOR, width, FACTOR, 3).mean(axis=(1, 3))
    gaps = [
        Image.fromarray(plane).resize((width * FACTOR, height * FACTOR), Image.Resampling.BILINEAR)
        for plane in np.moveaxis(small - seen, -1, 0)
    ]
    return np.clip(large + np.stack([np.asarray(gap) for gap in gaps], axis=-1), 0, 1)


def printable(picture: Image.Image, pixels: int = PRINT_PIXELS) -> Image.Image:
    """Return a picture with at least so many pixels, of the same shape; seconds.

    One that has enough is returned as it is. The same picture always gives the same pixels on the
    same processor.

    Raises:
        InvalidInput: the picture is too small to be worth it, or the size asked for too large.
        Unavailable: the network cannot run here.
    """
    if min(picture.size) < FEWEST_SIDE_PX:
        raise InvalidInput(f"A picture of {picture.width} x {picture.height} pixels is too small.")
    if not 0 < pixels <= LARGEST_PIXELS:
        raise InvalidInput(f"A print file has at most {LARGEST_PIXELS:,} pixels.")
    wanted = print_size(picture.size, pixels)
    large = picture.convert("RGB")
    while large.width * (LITTLE if large.width > picture.width else 1) < wanted[0]:
        if large.width > picture.width:  # enlarged before: what is more than needed holds nothing
            large = large.resize(_at_most(large.size, wanted), Image.Resampling.LANCZOS)
        large = _four_times(large)
    return large if large.size == wanted else large.resize(wanted, Image.Resampling.LANCZOS)


def _at_most(size_px: tuple[int, int], wanted: tuple[int, int]) -> tuple[int, int]:
    """Return a size that four times enlarged is not larger than needed."""
    width, height = (
        min(side, math.ceil(goal / FACTOR)) for side, goal in zip(size_px, wanted, strict=True)
    )
    return width, height


def _four_times(picture: Image.Image) -> Image.Image:
    levels = np.asarray(picture, dtype=np.float32) / np.float32(255)
    large = in_its_colours(tiles.enlarge(levels), levels)
    return Image.fromarray((large * 255).round().astype(np.uint8))
