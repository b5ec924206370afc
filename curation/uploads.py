"""What may come in as a picture: small files of known kinds, looked at before anything is decoded.

Pure: Pillow alone. The size is read from the header, so that a bomb is refused unopened; the pixels
are decoded in a worker.
"""

import io
from typing import NamedTuple

from PIL import Image

from genart.lib.errors import InvalidInput

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 50_000_000
LEAST_SIDE_PX, LONGEST_SIDE_PX = 16, 20_000
FORMATS = {"PNG": "png", "JPEG": "jpg", "WEBP": "webp"}


class Upload(NamedTuple):
    """A picture that may be kept: its bytes, the ending of its name, its sides."""

    data: bytes
    suffix: str
    width_px: int
    height_px: int


def check_picture(data: bytes, where: str = "image") -> Upload:
    """Return a picture that may be looked at.

    Raises:
        InvalidInput: it is too large, of another kind, animated, or not readable.
    """
    if len(data) > MOST_BYTES:
        raise InvalidInput("Send a picture of 20 MB at most.", where=where)
    try:
        with Image.open(io.BytesIO(data), formats=list(FORMATS)) as image:
            kind, (width, height) = image.format or "", image.size
            frames = getattr(image, "n_frames", 1)
    except Image.DecompressionBombError as error:
        raise InvalidInput("Send a picture of 50 megapixels at most.", where=where) from error
    except Exception as error:  # whatever a broken file makes Pillow raise
        raise InvalidInput("Send a PNG, JPEG or WebP picture.", where=where) from error
    if width * height > MOST_PIXELS or max(width, height) > LONGEST_SIDE_PX:
        raise InvalidInput("Send a picture of 50 megapixels at most.", where=where)
    if min(width, height) < LEAST_SIDE_PX:
        raise InvalidInput(
            f"Send a picture of {LEAST_SIDE_PX} pixels a side at least.", where=where
        )
    if frames > 1:
        raise InvalidInput("Send one still picture.", where=where)
    return Upload(data, FORMATS[kind], width, height)
