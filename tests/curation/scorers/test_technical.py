"""Sharpness, contrast and cleanness fall with what spoils them."""

import numpy as np
from PIL import Image, ImageFilter

from tests.curation.scorers.conftest import value
from tests.factories import COLORS


def test_sharpness_falls_with_blur(sound):
    values = [value("sharpness", sound)]
    values += [
        value("sharpness", sound.filter(ImageFilter.GaussianBlur(radius))) for radius in (1, 2, 4)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.4
    assert values[-1] < 0.1


def test_sharpness_does_not_reward_an_empty_picture():
    assert value("sharpness", Image.new("RGB", (200, 200), "#F6EADB")) == 0


def test_contrast_is_nothing_in_an_even_picture(sound):
    even = Image.blend(sound, Image.new("RGB", sound.size, COLORS[0]), 0.97)
    assert value("contrast", even) == 0
    assert value("contrast", Image.new("RGB", (200, 200), "navy")) == 0
    assert value("contrast", sound) > 0.3


def test_cleanness_falls_with_speckle(sound):
    pixels = np.asarray(sound).copy()
    chance = np.random.default_rng(1)
    specks = chance.random(pixels.shape[:2]) < 0.25
    colors = [tuple(bytes.fromhex(color[1:])) for color in COLORS]
    pixels[specks] = chance.choice(np.array(colors, dtype=np.uint8), specks.sum())
    assert value("cleanness", Image.fromarray(pixels)) < value("cleanness", sound) - 0.3
