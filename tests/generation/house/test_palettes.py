"""Palettes: sound data, and any colours mapped to six slots in a repeatable way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.palettes import PALETTES, luminance, rgb, rotated, slots_from_colors

HEX = st.integers(0, 0xFFFFFF).map("#{:06x}".format)
COLOURS = st.lists(st.tuples(HEX, st.floats(0.01, 1)), min_size=1, max_size=8)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_a_palette_is_light_dark_and_weighted(palette):
    assert len({*palette.slots}) == 6
    assert luminance(palette.background) > 0.85
    assert luminance(palette.dark) < 0.45
    assert sum(weight for _, weight in palette.colors) == pytest.approx(1)
    assert [color for color, _ in palette.colors] == list(palette.slots)


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_a_palettes_own_colours_keep_their_ends(palette):
    slots = slots_from_colors(palette.colors)
    assert slots[0] == palette.background
    assert slots[5] == palette.dark
    assert set(slots) == set(palette.slots)


@given(COLOURS)
def test_any_colours_fill_six_valid_slots(colors):
    slots = slots_from_colors(colors)
    assert len(slots) == 6
    for color in slots:
        rgb(color)
    assert slots == slots_from_colors(list(colors))


@given(COLOURS)
def test_given_colours_are_used_before_mixed_ones(colors):
    asked = {color for color, _ in colors}
    used = asked & set(slots_from_colors(colors))
    assert len(used) >= min(len(asked), 6) - (1 if len(asked) == 1 else 0)


@given(COLOURS)
def test_the_dark_slot_is_never_lighter_than_the_background(colors):
    slots = slots_from_colors(colors)
    assert luminance(slots[5]) <= luminance(slots[0])


@given(COLOURS, st.integers(-9, 9))
def test_rotation_keeps_the_ends_and_the_set(colors, steps):
    slots = slots_from_colors(colors)
    turned = rotated(slots, steps)
    assert (turned[0], turned[5]) == (slots[0], slots[5])
    assert sorted(turned) == sorted(slots)
    assert rotated(turned, -steps) == slots


@pytest.mark.parametrize("colors", [[], [("#ffffff", 1.0)] * 9, [("red", 1.0)], [("#12345g", 1)]])
def test_bad_colours_are_refused(colors):
    with pytest.raises(ValueError, match="colour"):
        slots_from_colors(colors)
