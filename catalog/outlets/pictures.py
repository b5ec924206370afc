"""The file that an outlet gets: a JPEG of the original, and what can be measured of any file.

An original is never changed. It is enlarged only where that was asked and the outlet takes it; then
by Lanczos, which invents nothing, and the file says so.
"""

import io
import re
from functools import cache
from typing import Any

from PIL import Image, ImageCms

QUALITY = 95
_SOURCE_TYPE = re.compile(
    rb"DigitalSourceType(?:>|[^>]*?(?:=|resource=)[\"'])\s*([^<\"']+)", re.IGNORECASE
)


def enlarged(picture: Image.Image, least_side_px: int) -> Image.Image:
    """Return a picture whose shorter side has at least so many pixels; a larger one as it is."""
    short = min(picture.size)
    if short >= least_side_px:
        return picture
    width, height = (-(-side * least_side_px // short) for side in picture.size)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def as_jpeg(picture: Image.Image) -> bytes:
    """Return a picture as JPEG in sRGB, with all its colours: the same bytes every time."""
    buffer = io.BytesIO()
    picture.convert("RGB").save(
        buffer, "JPEG", quality=QUALITY, subsampling=0, optimize=True, icc_profile=_srgb()
    )
    return buffer.getvalue()


def facts_of(data: bytes, *, is_enlarged: bool = False) -> dict[str, Any]:
    """Measure a file, as the rules of outlets ask; nothing is taken from what we meant to write.

    Returns:
        `kind`, `width`, `height`, `short_side`, `pixels`, `bytes`, `color_space`,
        `digital_source_type`, `enlarged`, `watermark` (visible ones: nothing here draws any).
    """
    with Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        kind, profile = (picture.format or "").lower(), picture.info.get("icc_profile")
        packet = picture.info.get("xmp", b"")
    return {
        "kind": kind,
        "width": width,
        "height": height,
        "short_side": min(width, height),
        "pixels": width * height,
        "bytes": len(data),
        "color_space": _space_of(profile),
        "digital_source_type": _source_type_of(packet),
        "enlarged": is_enlarged,
        "watermark": False,
    }


@cache
def _srgb() -> bytes:
    """Return the profile of sRGB without its time stamp, which would differ by process."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes(12)  # date and time, by the ICC specification
    return bytes(profile)


def _source_type_of(packet: bytes) -> str:
    """Return what an XMP packet says of the picture's origin; a C2PA manifest has the word too."""
    found = _SOURCE_TYPE.search(packet)
    return found.group(1).decode("ascii", "replace").strip() if found else ""


def _space_of(profile: bytes | None) -> str:
    if not profile:
        return "not named"
    name = ImageCms.getProfileDescription(ImageCms.ImageCmsProfile(io.BytesIO(profile))).strip()
    return "sRGB" if name.lower().startswith("srgb") else name
