"""Whether what came is the picture asked for: an image, whole, not empty, of the right size.

The rule for sizes: an answer of exactly the size asked for is taken as it is. Providers that know
only some sizes may answer with a larger one of nearly the same shape, which is scaled down, and cut
by at most `MOST_CUT` of a side. Nothing is ever enlarged.
"""

import base64
import binascii
import hashlib
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, UnidentifiedImageError

from genart.lib.uploads import MOST_PASSES, on_white, pixels_of
from genart.lib.uploads_scans import passes_over
from generation.models import Provider
from generation.remote.downloads import fetched
from generation.remote.types import Made, Order, Spoilt

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_CUT = 0.04
MOST_PIXELS = 64_000_000
IMAGE_KEYS = ("image", "image_base64", "b64_json", "image_url", "url", "data", "result", "message")


def verified(made: Made, order: Order) -> tuple[Image.Image, dict[str, Any]]:
    """Return the picture that came, at the size asked for, and what was found out about it.

    Raises:
        Spoilt: it is not the picture asked for; the message says why.
    """
    image = opened(made.image)
    facts: dict[str, Any] = {
        "received": {
            "sha256": hashlib.sha256(made.image).hexdigest(),
            "format": image.format,
            "size_px": list(image.size),
        }
    }
    picture = flattened(image)
    if is_empty(picture):
        raise Spoilt("The picture that came is empty: one colour all over.")
    if picture.size != order.size:
        if made.exact:
            raise Spoilt(
                f"The picture that came is {_size(picture.size)}, not {_size(order.size)}."
            )
        picture = fitted(picture, order.size)
        facts["fitted"] = True
    return picture, facts


def is_empty(picture: Image.Image) -> bool:
    """Return whether an RGB image has one colour all over, as some servers send for a refusal."""
    return picture.getcolors(1) is not None


def opened(content: bytes) -> Image.Image:
    """Return an encoded image, decoded to its last row.

    Raises:
        Spoilt: it is no image, or a part of one.
    """
    try:
        image = Image.open(io.BytesIO(content), formats=FORMATS)
        if image.width * image.height > MOST_PIXELS:
            raise Spoilt(f"The picture that came is {_size(image.size)}: too large to be opened.")
        if passes_over(content, MOST_PASSES):
            raise Spoilt("The picture that came is a JPEG of too many passes to be opened.")
        image.load()
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise Spoilt(f"What came is no picture: {_first_words(content)}.") from None
    except (OSError, ValueError, SyntaxError):
        raise Spoilt("The picture that came is broken or cut off.") from None
    return image


def flattened(image: Image.Image) -> Image.Image:
    """Return an image as RGB, what is transparent on white, and nothing but its pixels."""
    return on_white(pixels_of(image, turned=False))


def fitted(picture: Image.Image, size: tuple[int, int]) -> Image.Image:
    """Return a larger picture of nearly the same shape, scaled down and cut to a size.

    Raises:
        Spoilt: it is smaller, or too much would have to be cut.
    """
    scale = max(size[0] / picture.width, size[1] / picture.height)
    over = max(picture.width * scale / size[0], picture.height * scale / size[1]) - 1
    if scale > 1 or over > MOST_CUT:
        raise _wrong_size(picture.size, size)
    width, height = size[0] / scale, size[1] / scale
    left, top = (picture.width - width) / 2, (picture.height - height) / 2
    box = (left, top, left + width, top + height)
    return picture.resize(size, Image.Resampling.LANCZOS, box=box)


def image_in(provider: Provider, found: Any) -> bytes:
    """Return the encoded image in a JSON value, wherever such answers put it.

    A string is base64, a data URL or an address; of an object the usual keys are tried, of a list
    its last entry (workers that stream put the picture last).

    Raises:
        Spoilt: there is none.
    """
    if isinstance(found, list) and found:
        return image_in(provider, found[-1])
    if isinstance(found, Mapping):
        if isinstance(found.get("images"), list):
            return image_in(provider, found["images"][:1])
        key = next((name for name in IMAGE_KEYS if found.get(name)), None)
        return image_in(provider, found[key] if key else None)
    if not isinstance(found, str) or not found:
        raise Spoilt(f"{provider.name} answers without a picture.")
    return fetched(provider, found) if _is_address(found) else decoded(found)


def _is_address(text: str) -> bool:
    """Return whether a string is an address; base64 of a JPEG begins with a slash, too."""
    return text.startswith(("http://", "https://")) or (text[0] == "/" and text[:4] != "/9j/")


def decoded(text: str) -> bytes:
    """Return what base64, or a data URL, holds.

    Raises:
        Spoilt: it is neither.
    """
    if text.startswith("data:"):
        text = text.partition(",")[2]
    try:
        return base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        raise Spoilt("The picture that came is not whole base64.") from None


def _wrong_size(came: tuple[int, int], wanted: tuple[int, int]) -> Spoilt:
    return Spoilt(f"The picture that came is {_size(came)}, not {_size(wanted)}.")


def _size(size: tuple[int, int]) -> str:
    return f"{size[0]} × {size[1]} px"


def _first_words(content: bytes) -> str:
    text = content[:40].decode("ascii", "replace").strip()
    printable = "".join(letter if letter.isprintable() else "·" for letter in text)
    return f"“{printable}…”" if content else "nothing"
