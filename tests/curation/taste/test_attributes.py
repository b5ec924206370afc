"""What can be named, on drawings that show it plainly."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from curation.taste.attributes import ATTRIBUTES, attributes_of
from genart.lib.color import levels_to_oklab


def measured(image: Image.Image) -> dict[str, float]:
    return attributes_of(levels_to_oklab(np.asarray(image.convert("RGB"))))


def disc(x: float = 0.5, ground: str = "#f4efe6", ink: str = "#b4552d", side: int = 256):
    image = Image.new("RGB", (side, side), ground)
    r = side * 0.2
    box = (x * side - r, side / 2 - r, x * side + r, side / 2 + r)
    ImageDraw.Draw(image).ellipse(box, fill=ink)
    return image


def stripes(every: int, width: int, side: int = 256) -> Image.Image:
    image = Image.new("RGB", (side, side), "white")
    pen = ImageDraw.Draw(image)
    for x in range(0, side, every):
        pen.rectangle((x, 0, x + width - 1, side), fill="black")
    return image


NOISE = Image.fromarray(np.random.default_rng(0).integers(0, 256, (256, 256, 3), dtype=np.uint8))
SPECKLE = np.random.default_rng(1).normal(0, 5, (256, 256, 3))
GRAINY = Image.fromarray(np.clip(np.asarray(disc()) + SPECKLE, 0, 255).astype(np.uint8))
PAIRS = [
    ("warmth", disc(ink="#d9482b"), disc(ground="#dfe8f4", ink="#2b5fd9")),
    ("lightness", disc(), disc(ground="#20242c")),
    ("colour", disc(ink="#ff3300", ground="#ffd000"), disc(ink="#777", ground="#ddd")),
    ("contrast", disc(ink="#000", ground="#fff"), disc(ink="#ccc", ground="#ddd")),
    ("space", disc(), NOISE),
    ("symmetry", disc(), disc(x=0.25)),
    ("clutter", NOISE, disc()),
    ("colours", NOISE, disc()),
    ("fineness", stripes(16, 2), stripes(128, 64)),
    ("grain", GRAINY, disc()),
    ("balance", disc(), disc(x=0.25)),
    ("roundness", disc(), stripes(64, 32)),
    ("variety", disc(ink="#e02020", ground="#20c0e0"), disc(ink="#e02020", ground="#e8c0b8")),
]


@pytest.mark.parametrize(("name", "more", "less"), PAIRS, ids=[pair[0] for pair in PAIRS])
def test_tells_more_from_less(name, more, less):
    assert measured(more)[name] > measured(less)[name] + 0.1


def test_every_attribute_is_tried_above():
    assert {name for name, *_ in PAIRS} == set(ATTRIBUTES)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.integers(16, 400), st.integers(16, 400))
def test_lies_between_0_and_1_for_any_picture(seed, width, height):
    chance = np.random.default_rng(seed)
    small = chance.integers(0, 256, (4, 4, 3), dtype=np.uint8)
    values = measured(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))
    assert set(values) == set(ATTRIBUTES)
    assert all(0 <= value <= 1 for value in values.values())


@pytest.mark.parametrize(("width", "height"), [(16, 362), (362, 16), (16, 4000), (16, 16)])
def test_takes_a_strip(width, height):
    small = np.random.default_rng(0).integers(0, 256, (4, 4, 3), dtype=np.uint8)
    values = measured(Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC))
    assert all(0 <= value <= 1 for value in values.values()), values


@pytest.mark.parametrize("color", ["#000000", "#ffffff", "#808080", "#3355aa"])
def test_takes_a_plain_picture(color):
    values = measured(Image.new("RGB", (320, 200), color))
    assert (values["clutter"], values["space"], values["symmetry"]) == (0, 1, 1)


def test_hardly_depends_on_the_size():
    sides = (320, 240)
    small, large = (measured(disc(side=960).resize((side, side))) for side in sides)
    assert small == pytest.approx(large, abs=0.05)


def test_a_mirror_image_is_the_same():
    image = disc(x=0.3)
    mirrored = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert measured(image) == pytest.approx(measured(mirrored), abs=0.03)
