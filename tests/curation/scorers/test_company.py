"""What is measured beside other pictures: consistency with a style, diversity in a series."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from curation.scorers.contract import Company
from tests.curation.scorers.conftest import measured, value

NORTH = np.array([1, 0, 0, 0], np.float32)


def at(degrees):
    turn = np.radians(degrees)
    return np.array([np.cos(turn), np.sin(turn), 0, 0], np.float32)


def beside_style(degrees, works=20, spread=(0.9, 0.05)):
    return Company(style=at(degrees), style_works=works, style_spread=spread)


def test_consistency_falls_as_the_look_strays(sound):
    values = [
        value("consistency", sound, company=beside_style(degrees)) for degrees in (10, 30, 45, 90)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.95
    assert values[-1] < 0.05


def test_consistency_says_nothing_with_too_few_works(sound):
    assert measured("consistency", sound) is None
    assert measured("consistency", sound, company=beside_style(10, works=7)) is None


def test_consistency_names_how_many_works(sound):
    blame = measured("consistency", sound, company=beside_style(80, works=12)).blame
    assert "12 approved works" in blame


@given(st.floats(0, 0.5), st.floats(-1, 1))
def test_consistency_never_divides_by_nothing(spread, usual):
    from tests.curation.conftest import arches

    found = value("consistency", arches(side=32), company=beside_style(20, spread=(usual, spread)))
    assert 0 <= found <= 1


def test_diversity_is_nothing_beside_its_own_look(sound):
    twin = Company(siblings=np.stack([NORTH, at(80)]))
    assert value("diversity", sound, company=twin) == pytest.approx(0, abs=1e-4)


def test_diversity_goes_by_the_nearest_sibling(sound):
    near, far = Company(siblings=np.stack([at(10), at(90)])), Company(siblings=at(90)[None])
    assert value("diversity", sound, company=near) < value("diversity", sound, company=far)
    assert value("diversity", sound, company=far) > 0.99


def test_diversity_says_nothing_of_an_only_child(sound):
    assert measured("diversity", sound) is None
