import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from genart.lib import color

byte = st.integers(0, 255)
hexes = st.tuples(byte, byte, byte).map(lambda rgb: "#{:02X}{:02X}{:02X}".format(*rgb))


@given(st.lists(hexes, min_size=1, max_size=20))
def test_hex_survives_the_round_trip(colors):
    assert color.oklab_to_hex(color.hex_to_oklab(colors)) == colors


@given(hexes, hexes)
def test_delta_e_is_a_distance(first, second):
    a, b = color.hex_to_oklab([first, second])
    assert color.delta_e(a, b) == color.delta_e(b, a)
    assert (color.delta_e(a, b) == 0) == (first == second)


@given(hexes)
def test_every_color_has_a_name(value):
    assert color.color_name(value) in color.COLOR_NAMES


def test_conversion_equals_the_published_examples():
    red = color.srgb_to_oklab([1.0, 0.0, 0.0])
    assert np.allclose(red, [0.62796, 0.22486, 0.12585], atol=1e-4)
    assert np.allclose(color.srgb_to_oklab([1.0, 1.0, 1.0]), [1, 0, 0], atol=1e-4)


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("#FF0000", "red"),
        ("#FFA500", "orange"),
        ("#FFFF00", "yellow"),
        ("#2E8B57", "green"),
        ("#008080", "teal"),
        ("#000080", "blue"),
        ("#800080", "purple"),
        ("#FF69B4", "pink"),
        ("#8B4513", "brown"),
        ("#D4A017", "gold"),
        ("#D2B48C", "beige"),
        ("#1B1B1E", "black"),
        ("#808080", "grey"),
        ("#FAFAF8", "white"),
        ("#12183D", "blue"),
        ("#3A0A11", "red"),
        ("#4F1A3D", "purple"),
        ("#8B8C3D", "green"),
    ],
)
def test_names_are_those_people_use(value, name):
    assert color.color_name(value) == name


def striped(*parts):
    image = Image.new("RGB", (200, 200))
    draw, left = ImageDraw.Draw(image), 0
    for value, width in parts:
        draw.rectangle((left, 0, left + width - 1, 199), fill=value)
        left += width
    return image


def test_dominant_colors_are_those_painted_with_their_shares():
    image = striped(("#F4EFE6", 120), ("#C65D3B", 60), ("#264653", 20))
    found = color.dominant_colors(image, k=3)
    assert [value for value, _ in found] == ["#F4EFE6", "#C65D3B", "#264653"]
    assert [share for _, share in found] == pytest.approx([0.6, 0.3, 0.1], abs=0.02)


def test_dominant_colors_are_deterministic_and_sum_to_one():
    image = Image.effect_noise((300, 200), 80).convert("RGB")
    first = color.dominant_colors(image)
    assert first == color.dominant_colors(image)
    assert sum(share for _, share in first) == pytest.approx(1)


def test_one_color_is_one_color_and_transparency_is_white():
    assert color.dominant_colors(Image.new("RGB", (50, 50), "#123456")) == [("#123456", 1.0)]
    assert color.dominant_colors(Image.new("RGBA", (50, 50), (0, 0, 0, 0))) == [("#FFFFFF", 1.0)]


def test_palette_distance_tells_foreign_from_missing():
    requested = [("#F4EFE6", 0.5), ("#C65D3B", 0.5)]
    exact = color.palette_distance(requested, requested)
    assert exact == pytest.approx((0, 0, 0))
    half = color.palette_distance([("#F4EFE6", 1.0)], requested)
    assert half.foreign == pytest.approx(0)
    assert half.missing > 0.1
    assert half.share_error == pytest.approx(0.5)
    assert color.palette_distance([("#00FF00", 1.0)], requested).foreign > 0.2


def test_an_empty_palette_and_a_wrong_color_are_refused():
    with pytest.raises(ValueError, match="palette"):
        color.palette_distance([], [("#FFFFFF", 1.0)])
    with pytest.raises(ValueError):
        color.hex_to_oklab(["#FFF"])
