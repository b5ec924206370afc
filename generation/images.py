"""Encodes what the engine made: the original as PNG, a thumbnail and previews as WebP."""

import hashlib
import io
from typing import Any

from PIL import Image

from generation.queue import Picture

THUMBNAIL_PX = 320
PREVIEW_PX = 160


def picture_of(image: Image.Image, fingerprint: dict[str, Any]) -> Picture:
    """Return a finished image ready to store. The same pixels give the same bytes."""
    png = io.BytesIO()
    image.convert("RGB").save(png, "PNG", compress_level=2)
    content = png.getvalue()
    return Picture(
        image=image,
        png=content,
        thumbnail=webp(image, THUMBNAIL_PX, quality=82),
        sha256=hashlib.sha256(content).hexdigest(),
        fingerprint=fingerprint,
    )


def preview_of(image: Image.Image) -> bytes:
    """Return a half-done image as a few kilobytes of WebP."""
    return webp(image, PREVIEW_PX, quality=60)


def webp(image: Image.Image, longest_px: int, *, quality: int) -> bytes:
    """Return an image, no larger than `longest_px`, as WebP."""
    small = image.convert("RGB")
    small.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    small.save(out, "WEBP", quality=quality, method=2)
    return out.getvalue()
