"""Opens files that strangers send: small enough, of a known kind, and no bomb."""

import io
from dataclasses import dataclass

from django.conf import settings
from PIL import Image, UnidentifiedImageError

from catalog.provenance.embed import MIME_TYPES, kind_of
from genart.lib.errors import InvalidInput

FORMATS = {
    "PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp", "AVIF": "image/avif",
    "GIF": "image/gif", "TIFF": "image/tiff",
}  # fmt: skip
MOST_PIXELS = 60_000_000
SIGNED = b"jumb"  # the mark of every C2PA manifest


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was sent.

    Attributes:
        data: its bytes.
        mime_type: by its content, whatever its name.
        picture: decoded, RGB; `None` where the file is damaged.
    """

    data: bytes
    mime_type: str
    picture: Image.Image | None


def open_upload(data: bytes) -> Upload:
    """Return a file as a picture.

    Raises:
        InvalidInput: it is too large, or not a picture that can be told.
    """
    if not data:
        raise InvalidInput("Choose a picture file: nothing arrived.", where="file")
    if len(data) > settings.VERIFY_BYTES:
        most = settings.VERIFY_BYTES // 1024 // 1024
        raise InvalidInput(f"Choose a file of at most {most} MB.", where="file")
    picture = _opened(data)
    if picture is None:
        kind = kind_of(data)
        if kind and SIGNED in data:  # damaged, but its signature can still be asked
            return Upload(data, MIME_TYPES[kind], None)
        raise InvalidInput(
            "This is not a picture we can read. Send a PNG, JPEG, WebP, AVIF, GIF or TIFF file.",
            where="file",
        )
    if picture.width * picture.height > MOST_PIXELS:
        raise InvalidInput(
            f"Send a picture of at most {MOST_PIXELS // 1_000_000} megapixels.", where="file"
        )
    decoded = _decoded(picture)
    if decoded is None and SIGNED not in data:
        raise InvalidInput("This picture is damaged: it cannot be opened.", where="file")
    return Upload(data, FORMATS[picture.format or "PNG"], decoded)


def _opened(data: bytes) -> Image.Image | None:
    try:
        return Image.open(io.BytesIO(data), formats=list(FORMATS))
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, ValueError,
            SyntaxError):  # fmt: skip
        return None


def _decoded(picture: Image.Image) -> Image.Image | None:
    """Return the pixels; decoders raise whatever they like at a damaged file."""
    try:
        return picture.convert("RGB")
    except Exception:
        return None
