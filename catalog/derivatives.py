"""The pictures the shop shows: an original in several widths as AVIF and WebP, and a placeholder.

Each carries the machine-readable mark that it is made by a trained model (IPTC digital source type
in XMP), in a packet with room, so that words may be filled in without encoding again. Names hold
the hash of the original, so a file never changes under its name and may be cached for ever. Files
are written whole: a half-written one cannot stay behind. The original is never touched. What a
listing does with the names is in `catalog/services/publishing.py`; signed ones, under names of
their own, come from `catalog/services/sealing.py` a moment later.
"""

import base64
import io
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.core.files.storage import Storage
from PIL import Image, ImageFilter

from catalog.provenance.xmp import DIGITAL_SOURCE_TYPE as DIGITAL_SOURCE_TYPE
from catalog.provenance.xmp import ROOM_BYTES, Said, packet
from genart.lib.files import put_whole as put_whole

WIDTHS_PX = (320, 640, 1024)
KINDS = ("avif", "webp")
AVIF_SPEED, AVIF_QUALITY, WEBP_QUALITY = 8, 66, 84
PLACEHOLDER_PX = 16


@dataclass(frozen=True, slots=True)
class Derivatives:
    """What was written for one original.

    Attributes:
        names: format → width as text → name in the public storage.
        placeholder: a picture `PLACEHOLDER_PX` wide as a data URL.
        width_px: width of the original.
        height_px: height of the original.
    """

    names: dict[str, dict[str, str]]
    placeholder: str
    width_px: int
    height_px: int


def write_derivatives(
    original: bytes,
    *,
    artwork_id: UUID,
    sha256: str,
    storage: Storage,
    title: str = "",
    credit: str = "",
    rights_url: str = "",
) -> Derivatives:
    """Write all derivatives of one original. Safe to repeat: same bytes under the same names."""
    picture = Image.open(io.BytesIO(original)).convert("RGB")
    mark = xmp_mark(title=title, credit=credit, rights_url=rights_url)
    names: dict[str, dict[str, str]] = {kind: {} for kind in KINDS}
    for kind, width, data in encoded(picture, mark):
        name = f"art/{artwork_id}/{width}-{sha256[:8]}.{kind}"
        put_whole(storage, name, data)
        names[kind][str(width)] = name
    return Derivatives(names, placeholder(picture), picture.width, picture.height)


def encoded(picture: Image.Image, mark: bytes) -> Iterator[tuple[str, int, bytes]]:
    """Yield kind, width and bytes of each derivative of a picture, with one XMP packet."""
    for width in widths_for(picture.width):
        height = round(picture.height * width / picture.width)
        sized = picture.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=3.0)
        for kind in KINDS:
            yield kind, width, _encode(sized, kind, mark)


def widths_for(original_px: int) -> list[int]:
    """Return the widths to offer: never above the original, and its own when it is small."""
    largest = min(original_px, WIDTHS_PX[-1])
    return [width for width in WIDTHS_PX if width < largest * 0.9] + [largest]


def placeholder(picture: Image.Image) -> str:
    """Return a tiny picture as a `data:` URL of some 200 bytes.

    A listing has two dozen of them, and they count among the 14 KB that arrive with its first
    words.
    """
    height = max(1, round(picture.height * PLACEHOLDER_PX / picture.width))
    small = picture.resize((PLACEHOLDER_PX, height), Image.Resampling.BOX)
    buffer = io.BytesIO()
    small.filter(ImageFilter.GaussianBlur(0.55)).save(buffer, "WEBP", quality=70, method=6)
    return f"data:image/webp;base64,{base64.b64encode(buffer.getvalue()).decode()}"


def xmp_mark(*, title: str = "", credit: str = "", rights_url: str = "") -> bytes:
    """Return the XMP packet that says the picture was made by a trained model."""
    licence = {"url": rights_url, "statement": "", "licensor_name": credit, "licensor_url": "",
               "serial": ""}  # fmt: skip
    said = Said(title=title, credit=credit, licence=licence if rights_url else {})
    return packet(said, room=ROOM_BYTES)


def _encode(picture: Image.Image, kind: str, mark: bytes) -> bytes:
    """Return the picture in one format. One thread, so that bytes do not depend on the machine."""
    buffer = io.BytesIO()
    if kind == "avif":
        picture.save(
            buffer, "AVIF", quality=AVIF_QUALITY, speed=AVIF_SPEED, max_threads=1, xmp=mark
        )
    else:
        picture.save(buffer, "WEBP", quality=WEBP_QUALITY, method=4, xmp=mark)
    return buffer.getvalue()
