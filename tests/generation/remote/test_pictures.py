"""What is taken for the picture asked for, and from where it may be fetched."""

import base64
import io
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generation.models import Provider
from generation.remote import downloads
from generation.remote.pictures import decoded, fitted, image_in, opened, verified
from generation.remote.sizes import covering, nearest_shape
from generation.remote.types import Made, Order, Spoilt
from tests.generation.remote.servers.base import png_of

PNG = png_of((64, 48), 7)
HOME = Provider(name="Cloud", base_url="http://127.0.0.1:1234/v1")


def order_of(width_px: int, height_px: int) -> Order:
    return Order(uuid.uuid4(), "", "a hill", "", 1, width_px, height_px, 4, 3.0)


def encoded(image: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind)
    return buffer.getvalue()


def test_the_picture_asked_for_is_taken_as_it_is() -> None:
    picture, facts = verified(Made(PNG), order_of(64, 48))
    assert picture.tobytes() == Image.open(io.BytesIO(PNG)).tobytes()
    assert facts["received"]["size_px"] == [64, 48]
    assert "fitted" not in facts


@given(st.integers(0, len(PNG) - 13))
def test_no_part_of_a_picture_is_taken_for_it(length: int) -> None:
    with pytest.raises(Spoilt):
        opened(PNG[:length])


@given(st.binary(max_size=200))
def test_no_noise_is_taken_for_a_picture(noise: bytes) -> None:
    with pytest.raises(Spoilt):
        opened(noise)


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP"])
def test_other_formats_are_not_opened(kind: str) -> None:
    with pytest.raises(Spoilt, match="is no picture"):
        opened(encoded(Image.open(io.BytesIO(PNG)), kind))


def test_an_empty_picture_is_refused() -> None:
    black = encoded(Image.new("RGB", (64, 48)), "PNG")
    with pytest.raises(Spoilt, match="one colour all over"):
        verified(Made(black), order_of(64, 48))


def test_what_is_transparent_becomes_white() -> None:
    glass = Image.new("RGBA", (64, 48), (255, 0, 0, 0))
    glass.paste((0, 0, 255, 255), (0, 0, 32, 48))
    picture, _facts = verified(Made(encoded(glass, "PNG")), order_of(64, 48))
    assert picture.getpixel((60, 20)) == (255, 255, 255)


@given(st.integers(16, 400), st.integers(16, 400), st.integers(16, 200), st.integers(16, 200))
def test_fitting_never_enlarges_and_cuts_little(
    width: int, height: int, wanted_width: int, wanted_height: int
) -> None:
    came, wanted = (width, height), (wanted_width, wanted_height)
    scale = max(wanted_width / width, wanted_height / height)
    cut = 1 - min(wanted_width / (width * scale), wanted_height / (height * scale))
    try:
        picture = fitted(Image.new("RGB", came), wanted)
    except Spoilt as error:
        assert f"{width} × {height} px, not {wanted_width}" in error.message
        assert scale > 1 or cut > 0.038
    else:
        assert picture.size == wanted
        assert scale <= 1
        assert cut < 0.04


def test_an_exact_provider_must_give_the_exact_size() -> None:
    with pytest.raises(Spoilt, match="64 × 48 px, not 32 × 24"):
        verified(Made(PNG, exact=True), order_of(32, 24))
    assert verified(Made(PNG), order_of(32, 24))[0].size == (32, 24)


@pytest.mark.parametrize(
    "answer",
    [
        base64.b64encode(PNG).decode(),
        "data:image/png;base64," + base64.b64encode(PNG).decode(),
        {"image": base64.b64encode(PNG).decode()},
        {"images": [{"filename": "a.png", "data": base64.b64encode(PNG).decode()}]},
        {"images": [base64.b64encode(PNG).decode()]},
        [{"step": 1}, {"image": base64.b64encode(PNG).decode()}],
    ],
)
def test_the_picture_is_found_in_the_usual_places(answer: object) -> None:
    assert image_in(HOME, answer) == PNG


@pytest.mark.parametrize("answer", [None, {}, [], "", 7, {"image": "§"}, {"images": []}])
def test_an_answer_without_a_picture_is_spoilt(answer: object) -> None:
    with pytest.raises(Spoilt):
        image_in(HOME, answer)


def test_a_jpeg_in_base64_is_no_address() -> None:
    jpeg = encoded(Image.open(io.BytesIO(PNG)).convert("RGB"), "JPEG")
    text = base64.b64encode(jpeg).decode()
    assert text.startswith("/9j/")
    assert image_in(HOME, text) == jpeg == decoded(text)


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("http://127.0.0.1:1234/files/1.png", True),  # its own host
        ("http://127.0.0.1:6379/", False),
        ("http://127.0.0.1/", False),
        ("https://127.0.0.1:1234/files/1.png", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("https://10.0.0.1/x.png", False),
        ("https://[::1]/x.png", False),
        ("https://localhost/x.png", False),
        ("https://8.8.8.8/x.png", True),
        ("http://8.8.8.8/x.png", False),
        ("file:///etc/passwd", False),
        ("https://8.8.8.8:99999/", False),
        ("gopher://127.0.0.1:1234/", False),
    ],
)
def test_only_open_addresses_and_the_providers_own_are_visited(url: str, may: bool) -> None:
    assert downloads.may_visit(HOME, url) is may


def test_an_address_that_may_not_be_visited_is_not_shown_in_full() -> None:
    with pytest.raises(Spoilt) as caught:
        downloads.fetched(HOME, "http://10.0.0.1/x.png?signature=secret")
    assert "10.0.0.1/x.png" in caught.value.message
    assert "secret" not in caught.value.message


def test_sizes_and_shapes() -> None:
    known = [[1024, 1024], [1536, 1024], [1024, 1536]]
    assert covering((512, 512), known) == (1024, 1024)
    assert covering((1200, 800), known) == (1536, 1024)
    assert covering((1024, 1536), known) == (1024, 1536)
    assert covering((2048, 2048), known) == (1024, 1024)
    assert covering((640, 480), None) == (640, 480)
    assert nearest_shape((1200, 800), ("1:1", "3:2", "2:3")) == "3:2"
    assert nearest_shape((800, 1190), ("1:1", "3:2", "2:3")) == "2:3"
