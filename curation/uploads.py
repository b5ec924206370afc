"""What curation takes as a picture: its limits. How files are opened: `genart/lib/uploads.py`."""

import dataclasses
from typing import NamedTuple

from genart.lib.uploads import Limits, looked_at, read_within

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
LEAST_SIDE_PX, LONGEST_SIDE_PX = 16, 20_000
SUFFIXES = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


class Upload(NamedTuple):
    """A picture that may be kept: its bytes, the ending of its name, its sides."""

    data: bytes
    suffix: str
    width_px: int
    height_px: int


def limits(**others: object) -> Limits:
    """Return what is taken, with `others` in place of the usual."""
    taken = Limits(MOST_BYTES, MOST_PIXELS, LEAST_SIDE_PX, LONGEST_SIDE_PX, where="image")
    return dataclasses.replace(taken, **others)  # type: ignore[arg-type]


def check_picture(data: bytes, where: str = "image") -> Upload:
    """Return a picture that may be looked at; its pixels are decoded in a worker.

    Raises:
        InvalidInput: it is too large, of another kind, animated, or not readable.
    """
    taken = limits(where=where)
    sight = looked_at(read_within(data, taken), taken)
    return Upload(data, SUFFIXES[sight.format], sight.width_px, sight.height_px)
