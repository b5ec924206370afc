"""The prompt races against its rivals."""

import pytest

from curation.scorers import SCORERS
from tests.curation.scorers.conftest import picture, value


def test_prompt_is_a_race_with_rivals(sound):
    assert value("prompt", sound, cosines=(0.6, 0.1)) > 0.9
    assert value("prompt", sound, cosines=(0.4, 0.4)) == pytest.approx(0.5)
    assert value("prompt", sound, cosines=(0.2, 0.7)) < 0.1
    blame = SCORERS["prompt"].measure(picture(sound, cosines=(0.2, 0.1, 0.7))).blame
    assert blame == "it looks more like “rival 1”"


def test_prompt_without_rivals_goes_by_its_cosine(sound):
    assert value("prompt", sound, cosines=(0.6,)) > 0.9
    assert value("prompt", sound, cosines=(0.0,)) < 0.1
