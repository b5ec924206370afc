"""Takes a picture from a stranger's hands: looked at, drawn anew, and only then stored.

What is stored is never what was sent: pixels are decoded and written again, so that nothing but
pixels remains.
"""

import io
import uuid
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from curation.uploads import limits
from genart.lib.uploads import on_white, opened_image

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
    """Return the pixels of an uploaded picture, RGB, upright, on white; nothing is stored.

    Raises:
        InvalidInput: as `stored_picture`.
    """
    taken = limits(where="picture", least_side_px=SIDE_LEAST)
    flat = on_white(opened_image(file, taken))
    flat.thumbnail((SIDE_KEPT, SIDE_KEPT), Image.Resampling.LANCZOS)
    return flat


def stored_pixels(image: Image.Image, *, folder: str) -> str:
    """Store pixels as PNG under a new name in `folder` and return it."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG")
    name = f"{folder}/{uuid.uuid4()}.png"
    return storages["originals"].save(name, ContentFile(buffer.getvalue()))
