"""Composition knows sides and density."""

from tests.curation.conftest import arches
from tests.curation.scorers.conftest import value


def test_composition_knows_left_from_right():
    left = arches(shift=-18)
    assert value("composition", left, layout="left") > value("composition", left, layout="right")
    assert value("composition", left, layout="left") > 0.7
    assert value("composition", left, layout="right") < 0.6


def test_composition_of_an_unknown_layout_goes_by_density(sound):
    full = value("composition", sound, layout="spiral", density=0.3)
    assert full > value("composition", sound, layout="spiral", density=1.0)
