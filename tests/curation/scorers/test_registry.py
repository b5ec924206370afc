"""What holds for every scorer."""

import numpy as np
import pytest
from PIL import Image

from curation.scorers import SCORERS
from curation.scorers.contract import Company
from tests.curation.conftest import arches
from tests.curation.scorers.conftest import picture

BESIDE = Company(
    style=np.array([1, 0, 0, 0], np.float32),
    style_works=8,
    style_spread=(0.9, 0.05),
    siblings=np.array([[0, 1, 0, 0]], np.float32),
)


@pytest.mark.parametrize("side", [128, 256, 512, 1024])
@pytest.mark.parametrize("name", list(SCORERS))
def test_every_value_is_within_0_and_1_at_any_size(name, side):
    for image in (
        arches(side=side),
        Image.new("RGB", (side, side // 2), "white"),
        Image.effect_noise((side, side), 90).convert("RGB"),
    ):
        measure = SCORERS[name].measure(picture(image, company=BESIDE))
        if measure is None:  # a scorer may have nothing to say
            assert name == "layout"
            continue
        assert 0 <= measure.value <= 1
        assert measure.praise
        assert measure.blame


@pytest.mark.parametrize("name", list(SCORERS))
def test_every_scorer_says_what_it_is(name, sound):
    scorer = SCORERS[name]
    assert scorer.name == name
    assert scorer.version
    assert scorer.title[0].isupper()
    assert scorer.explains.endswith(".")
    assert scorer.more != scorer.less
    assert scorer.measure(picture(sound)) == scorer.measure(picture(sound))
