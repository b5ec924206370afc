"""Opens what strangers send to be examined: a file of ours may be damaged and still speak."""

from dataclasses import dataclass

from django.conf import settings
from PIL import Image

from catalog.provenance.embed import MIME_TYPES, kind_of
from genart.lib.uploads import Limits, Unreadable, looked_at, opened_image, read_within

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


def limits() -> Limits:
    """Return what is examined: pixels as they lie, since their hash is compared."""
    return Limits(
        settings.VERIFY_BYTES,
        MOST_PIXELS,
        longest_side_px=60_000,
        formats=tuple(FORMATS),
        moving=True,
        turned=False,
    )


def open_upload(data: bytes) -> Upload:
    """Return a file as a picture.

    Raises:
        InvalidInput: it is too large, or not a picture that can be told.
        Unavailable: too many pictures are being opened just now.
    """
    taken = limits()
    read_within(data, taken)
    try:
        mime_type = FORMATS[looked_at(data, taken).format]
        return Upload(data, mime_type, opened_image(data, taken).convert("RGB"))
    except Unreadable:
        kind = kind_of(data)
        if kind and SIGNED in data:  # damaged, but its signature can still be asked
            return Upload(data, MIME_TYPES[kind], None)
        raise
