"""Files from strangers: bombs are refused unopened, and nothing but pixels is kept."""

import io
import time
import tracemalloc
import zipfile
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from genart.lib.errors import InvalidInput, Unavailable
from genart.lib.uploads import (
    MOST_PASSES,
    Limits,
    Unreadable,
    looked_at,
    on_white,
    opened_image,
    read_within,
    taking_turns,
)
from genart.lib.uploads_scans import passes_over
from tests.security import hostile

LIMITS = Limits(2_000_000, 4_000_000, 8, 10_000)
EVERYTHING = Limits(
    2_000_000, 4_000_000, formats=("PNG", "JPEG", "WEBP", "AVIF", "GIF", "TIFF"), moving=True
)


def test_a_picture_is_opened_with_its_pixels_and_nothing_else() -> None:
    for kind in ("PNG", "JPEG", "WEBP"):
        data = hostile.with_secrets(kind)
        assert b"SECRET" in data

        image = opened_image(io.BytesIO(data), LIMITS)

        assert image.size == (64, 48)
        assert image.info == {}
        assert b"SECRET" not in hostile.saved(image)
        assert b"SECRET" not in hostile.saved(image, "JPEG")
        assert not image.getexif()


@pytest.mark.parametrize(
    "sides", [(100_000, 100_000), (2**31 - 1, 1), (1, 2**31 - 1), (3000, 2000)]
)
def test_huge_sides_are_refused_before_anything_is_decoded(sides: tuple[int, int]) -> None:
    data = hostile.png_of(*sides)
    tracemalloc.start()

    with pytest.raises(InvalidInput, match="megapixels"):
        opened_image(data, LIMITS)

    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("bomb", [hostile.text_bomb, hostile.profile_bomb, hostile.entity_bomb])
def test_metadata_that_swells_takes_no_memory(bomb: object) -> None:
    data = bomb()  # type: ignore[operator]
    tracemalloc.start()

    with suppress(Unreadable):  # refused is as good
        assert opened_image(data, LIMITS).info == {}

    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_directories_of_a_camera_that_lead_nowhere_do_no_harm() -> None:
    assert opened_image(hostile.camera_bomb(), LIMITS).size == (64, 64)


def test_a_jpeg_of_a_thousand_passes_is_refused_unopened() -> None:
    data = hostile.many_passes(1000)
    begun = time.thread_time()

    with pytest.raises(InvalidInput, match="passes"):
        opened_image(data, LIMITS)

    assert time.thread_time() - begun < 1
    assert not passes_over(hostile.many_passes(3), MOST_PASSES)


def test_what_looks_like_passes_inside_metadata_is_not_counted() -> None:
    image = Image.new("RGB", (64, 64))
    data = hostile.saved(image, "JPEG", comment=b"\xff\xda\x00\x02" * 1000)

    assert not passes_over(data, MOST_PASSES)
    assert opened_image(data, LIMITS).size == (64, 64)


@pytest.mark.parametrize(
    "data",
    [
        b"GIF89a" + bytes(50),
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"%PDF-1.7",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"\x80\x04\x95pickle.",
        b"PK\x03\x04",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
    ],
)
def test_what_is_no_picture_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(Unreadable, match="PNG, JPEG or WebP"):
        opened_image(data, LIMITS)


def test_a_program_in_front_of_a_picture_makes_it_none() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("a.png", hostile.grey_png())

    with pytest.raises(Unreadable):
        opened_image(archive.getvalue() + hostile.grey_png(), LIMITS)


def test_no_more_is_read_than_is_taken() -> None:
    class Endless(io.RawIOBase):
        asked = 0

        def read(self, size: int = -1) -> bytes:
            self.asked += size
            return bytes(size)

    endless = Endless()
    with pytest.raises(InvalidInput, match="1 MB at most"):
        read_within(endless, LIMITS)  # type: ignore[arg-type]
    assert endless.asked == LIMITS.most_bytes + 1


def test_a_moving_picture_is_refused_where_it_is_not_wanted() -> None:
    frames = [Image.new("RGB", (32, 32), color) for color in ("red", "blue")]
    for kind in ("WEBP", "PNG"):
        data = hostile.saved(frames[0], kind, save_all=True, append_images=frames[1:])
        with pytest.raises(InvalidInput, match="one still picture"):
            opened_image(data, LIMITS)
        assert opened_image(data, EVERYTHING).size == (32, 32)


def test_a_telephones_picture_is_a_jpeg_whose_first_picture_counts() -> None:
    data = hostile.telephone_picture()

    assert looked_at(data, LIMITS).format == "JPEG"
    assert opened_image(data, LIMITS).getpixel((5, 5))[2] > 100  # navy, not white


def test_a_picture_stands_as_its_camera_held_it() -> None:
    image = Image.new("RGB", (40, 20), "white")
    image.paste("black", (0, 0, 20, 20))
    exif = image.getexif()
    exif[0x0112] = 6  # a quarter turn clockwise
    data = hostile.saved(image, "PNG", exif=exif.tobytes())

    upright = opened_image(data, LIMITS)

    assert upright.size == (20, 40)
    assert upright.getpixel((10, 5)) == (0, 0, 0)


def test_what_is_transparent_may_lie_on_white() -> None:
    data = hostile.saved(Image.new("RGBA", (16, 16), (255, 0, 0, 0)))

    assert on_white(opened_image(data, LIMITS)).getpixel((3, 3)) == (255, 255, 255)


def test_only_so_many_pictures_are_opened_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("genart.lib.uploads.WAIT_SECONDS", 0.01)
    with taking_turns(), taking_turns(), pytest.raises(Unavailable, match="Try again"):
        opened_image(hostile.grey_png(), LIMITS)
    assert opened_image(hostile.grey_png(), LIMITS).size == (64, 64)


WHOLE = [hostile.with_secrets(kind) for kind in ("PNG", "JPEG", "WEBP")] + [
    hostile.saved(Image.effect_noise((48, 48), 50), kind) for kind in ("GIF", "TIFF", "AVIF")
]


@settings(max_examples=300, deadline=None, derandomize=True,
          suppress_health_check=list(HealthCheck))  # fmt: skip
@given(
    st.sampled_from(WHOLE),
    st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=12),
    st.integers(0, 10_000),
)
def test_a_damaged_file_is_opened_or_refused_with_a_sentence(
    data: bytes, changes: list[tuple[int, int]], cut: int
) -> None:
    spoilt = bytearray(data)
    for at, value in changes:
        spoilt[at % len(spoilt)] = value
    try:
        image = opened_image(bytes(spoilt[: len(spoilt) - cut % len(spoilt)]), EVERYTHING)
    except InvalidInput as error:
        assert error.message.endswith(".")
    else:
        assert image.mode in ("RGB", "RGBA")
        assert image.info == {}
