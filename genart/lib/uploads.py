"""Opens pictures that come from strangers: looked at first, decoded last, and nothing but pixels.

Every place that takes a picture from outside comes through here. What a file claims is read from
its header, so that a bomb is refused unopened; what is returned carries no metadata, so that none
of it is ever stored, shown or passed on. `uploads_body.py` limits what arrives at all;
`uploads_scans.py` knows the files that are small and take hours.
"""

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext
from PIL import ExifTags, Image

from genart.lib.errors import InvalidInput, Unavailable
from genart.lib.uploads_scans import passes_over

NAMES = {
    "PNG": "PNG", "JPEG": "JPEG", "WEBP": "WebP", "AVIF": "AVIF", "GIF": "GIF", "TIFF": "TIFF",
}  # fmt: skip
"""The formats that are ever taken, as people write them."""
HOLD_MORE = ("MPO",)
"""JPEGs with further pictures behind the first, as telephones write them: the first counts."""
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""By EXIF's orientation."""
MOST_PASSES = 100
"""Of a progressive JPEG over its picture; encoders make about ten."""
AT_ONCE, WAIT_SECONDS = 2, 20
_turn = threading.BoundedSemaphore(AT_ONCE)


class Unreadable(InvalidInput):
    """What came is no picture of a kind that is taken, or is damaged."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a place takes.

    Attributes:
        most_bytes: of the file.
        most_pixels: width times height.
        least_side_px, longest_side_px: of either side.
        formats: Pillow's names, out of `NAMES`.
        moving: whether several frames are taken; the first counts.
        turned: whether it is turned as its camera says.
        where: the field of the form, for errors.
    """

    most_bytes: int
    most_pixels: int
    least_side_px: int = 1
    longest_side_px: int = 20_000
    formats: tuple[str, ...] = ("PNG", "JPEG", "WEBP")
    moving: bool = False
    turned: bool = True
    where: str = "file"


@dataclass(frozen=True, slots=True)
class Sight:
    """What a file says it is; nothing is decoded yet."""

    format: str
    width_px: int
    height_px: int


def opened_image(file: IO[bytes] | bytes, limits: Limits) -> Image.Image:
    """Return the pixels of a picture: RGB or RGBA, without any metadata.

    Args:
        file: what was sent, at its beginning; no more is read than is taken.
        limits: what is taken.

    Raises:
        InvalidInput: it is empty, too large, too small, of another kind, or damaged.
        Unavailable: too many pictures are being decoded just now.
    """
    data = read_within(file, limits)
    looked_at(data, limits)
    with taking_turns():
        return _decoded(data, limits)


def read_within(file: IO[bytes] | bytes, limits: Limits) -> bytes:
    """Return a file's bytes, reading at most one more than is taken.

    Raises:
        InvalidInput: there are none, or too many.
    """
    data = file if isinstance(file, bytes) else file.read(limits.most_bytes + 1)
    if not data:
        kinds = _kinds(limits)
        raise InvalidInput(
            gettext("Choose a %(kinds)s file: nothing arrived.") % {"kinds": kinds},
            where=limits.where,
        )
    if len(data) > limits.most_bytes:
        most = limits.most_bytes // 1024 // 1024
        raise InvalidInput(
            gettext("Send a picture of %(most)s MB at most.") % {"most": most}, where=limits.where
        )
    return data


def looked_at(data: bytes, limits: Limits) -> Sight:
    """Return what a file says it is, after holding that to the limits; nothing is decoded.

    Raises:
        InvalidInput: it is not taken.
    """
    try:
        with Image.open(io.BytesIO(data), formats=limits.formats) as image:
            kind = "JPEG" if image.format in HOLD_MORE else image.format or ""
            sight = Sight(kind, *image.size)
            _fit(sight, limits)
            if not limits.moving and image.format == kind and getattr(image, "n_frames", 1) > 1:
                raise InvalidInput("Send one still picture.", where=limits.where)
    except InvalidInput:
        raise
    except Image.DecompressionBombError:
        raise _too_many_pixels(limits) from None
    except Exception as error:  # whatever a broken file makes Pillow raise
        raise Unreadable(
            gettext("This is not a picture we can read. Send a %(limits)s file.")
            % {"limits": _kinds(limits)},
            where=limits.where,
        ) from error
    if sight.format == "JPEG" and passes_over(data, MOST_PASSES):
        raise InvalidInput(
            "This JPEG is made of too many passes. Save it again as it is usual.",
            where=limits.where,
        )
    return sight


def pixels_of(image: Image.Image, *, turned: bool = True) -> Image.Image:
    """Return an opened picture decoded, RGB or RGBA, with nothing else in it.

    Args:
        image: opened, its size looked at.
        turned: whether it is turned as its camera says.

    Raises:
        Exception: whatever a decoder raises at a damaged file.
    """
    image.load()
    turn = _turn_of(image) if turned else None
    with_alpha = image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info
    clean = image.convert("RGBA" if with_alpha else "RGB")
    clean.info.clear()
    return clean if turn is None else clean.transpose(turn)


def _turn_of(image: Image.Image) -> Image.Transpose | None:
    """Return how a camera says that its picture must be turned; odd metadata says nothing."""
    with suppress(Exception):
        return TURNS.get(int(image.getexif().get(ExifTags.Base.Orientation, 1)))
    return None


def on_white(image: Image.Image) -> Image.Image:
    """Return a picture as RGB, what is transparent on white."""
    if image.mode != "RGBA":
        return image.convert("RGB")
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


@contextmanager
def taking_turns() -> Iterator[None]:
    """Decode no more than `AT_ONCE` pictures in this process: each may take half a gigabyte.

    Raises:
        Unavailable: no turn came within `WAIT_SECONDS`.
    """
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Many pictures are being opened just now. Try again in a minute.")
    try:
        yield
    finally:
        _turn.release()


def _decoded(data: bytes, limits: Limits) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=limits.formats) as image:
            return pixels_of(image, turned=limits.turned)
    except Exception as error:  # decoders fail in many ways; none of them is ours
        raise Unreadable(
            "This picture is damaged: it cannot be opened.", where=limits.where
        ) from error


def _fit(sight: Sight, limits: Limits) -> None:
    sides = (sight.width_px, sight.height_px)
    if sides[0] * sides[1] > limits.most_pixels or max(sides) > limits.longest_side_px:
        raise _too_many_pixels(limits)
    if min(sides) < limits.least_side_px:
        raise InvalidInput(
            gettext("Send a picture of %(least_side_px)s pixels a side at least.")
            % {"least_side_px": limits.least_side_px},
            where=limits.where,
        )


def _too_many_pixels(limits: Limits) -> InvalidInput:
    most = limits.most_pixels / 1_000_000
    return InvalidInput(
        gettext(
            "Send a picture of %(most)s megapixels at most, and %(longest_side_px)s pixels a side."
        )
        % {"most": f"{most:g}", "longest_side_px": limits.longest_side_px},
        where=limits.where,
    )


def _kinds(limits: Limits) -> str:
    names = [NAMES[name] for name in limits.formats]
    return f"{', '.join(names[:-1])} or {names[-1]}" if names[1:] else names[0]
