"""Layout adherence by where the weight lies."""

import numpy as np
import pytest
from PIL import Image

from curation.scorers.layout import region_of
from tests.curation.conftest import arches
from tests.curation.scorers.conftest import measured, value


def disc(x, y, side=200):
    image = np.full((side, side, 3), 240, np.uint8)
    rows, columns = np.mgrid[:side, :side]
    here = np.hypot(columns / side - x, rows / side - y) < 0.15
    image[here] = (120, 40, 30)
    return Image.fromarray(image)


@pytest.mark.parametrize(
    ("layout", "there", "elsewhere"),
    [
        ("left", (0.2, 0.5), (0.8, 0.5)),
        ("right", (0.8, 0.5), (0.2, 0.5)),
        ("high", (0.5, 0.2), (0.5, 0.8)),
        ("low", (0.5, 0.8), (0.5, 0.2)),
        ("centered", (0.5, 0.5), (0.15, 0.5)),
        ("diagonal", (0.25, 0.25), (0.5, 0.15)),
    ],
)
def test_weight_in_its_place_scores_and_elsewhere_does_not(layout, there, elsewhere):
    assert value("layout", disc(*there), layout=layout) > 0.75
    assert value("layout", disc(*elsewhere), layout=layout) < 0.4


def test_an_unknown_layout_and_a_full_picture_are_not_measured(sound):
    chance = np.random.default_rng(1)
    noise = Image.fromarray(chance.integers(0, 255, (64, 64, 3), dtype=np.uint8))
    assert measured("layout", sound, layout="spiral") is None
    assert measured("layout", noise, layout="left") is None
    assert measured("layout", Image.new("RGB", (64, 64), "white"), layout="left") is None


def test_regions_of_opposite_sides_share_the_picture():
    both = region_of("left", 40, 60) + region_of("right", 40, 60)
    assert np.allclose(both, 1)
    assert region_of("high", 40, 60).shape == (40, 60)


def test_the_blame_says_how_much_lies_there():
    assert "left" in measured("layout", arches(shift=20), layout="left").blame
