"""Takes a picture from a stranger's hands: looked at, drawn anew, and only then stored.

What is stored is never what was sent: pixels are decoded and written again, so that nothing but
pixels remains.
"""

import io
import uuid
import warnings
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image, ImageOps

from curation.uploads import FORMATS, MOST_BYTES, MOST_PIXELS
from genart.lib.errors import InvalidInput

SIDE_LEAST = 32
SIDE_KEPT = 1024
"""Pictures are looked at and shown small; more need not be kept."""


def stored_picture(file: IO[bytes], *, folder: str) -> str:
    """Store an uploaded picture and return its name in `originals`.

    Args:
        file: what was sent, at its beginning.
        folder: where, for example `criteria`.

    Raises:
        InvalidInput: it is too large, too small, or no PNG, JPEG or WebP; nothing was stored.
    """
    return stored_pixels(redrawn(file), folder=folder)


def redrawn(file: IO[bytes]) -> Image.Image:
    """Return the pixels of an uploaded picture, RGB, upright; nothing is stored.

    Raises:
        InvalidInput: as `stored_picture`.
    """
    return _decoded(_read(file))


def stored_pixels(image: Image.Image, *, folder: str) -> str:
    """Store pixels as PNG under a new name in `folder` and return it."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    name = f"{folder}/{uuid.uuid4()}.png"
    return storages["originals"].save(name, ContentFile(buffer.getvalue()))


def _read(file: IO[bytes]) -> bytes:
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InvalidInput("The picture is larger than 20 MB. Send a smaller one.", where="picture")
    return data


def _decoded(data: bytes) -> Image.Image:
    """Return the pixels, RGB, upright, on white where it is transparent."""
    wrong = "This is no picture that can be read. Send a PNG, JPEG or WebP file."
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=list(FORMATS))
            _fitting(image)
            image.load()
    except InvalidInput:
        raise
    except Exception as error:  # decoders fail in many ways; none of them is ours
        raise InvalidInput(wrong, where="picture") from error
    upright = ImageOps.exif_transpose(image).convert("RGBA")
    ground = Image.new("RGBA", upright.size, "white")
    flat = Image.alpha_composite(ground, upright).convert("RGB")
    flat.thumbnail((SIDE_KEPT, SIDE_KEPT), Image.Resampling.LANCZOS)
    return flat


def _fitting(image: Image.Image) -> None:
    """Raise `InvalidInput` for a size that is not taken; its pixels are not decoded yet."""
    width, height = image.size
    if width * height > MOST_PIXELS:
        raise InvalidInput("The picture has more than 50 megapixels. Send a smaller one.")
    if min(width, height) < SIDE_LEAST:
        raise InvalidInput(f"The picture is smaller than {SIDE_LEAST} pixels. Send a larger one.")
