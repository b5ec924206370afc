"""The palette scorer on turned hues, strange colours and unneeded ones."""

from PIL import Image

from curation.scorers import SCORERS
from tests.curation.scorers.conftest import EQUAL, picture, value


def test_palette_falls_as_the_hue_turns(sound):
    hue, saturation, lightness = sound.convert("HSV").split()
    turned = [
        Image.merge(
            "HSV", (hue.point(lambda h, t=turn: (h + t) % 256), saturation, lightness)
        ).convert("RGB")
        for turn in (0, 20, 120)
    ]
    values = [value("palette", image) for image in turned]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.9
    assert values[2] < 0.5


def test_palette_names_the_strangest_color():
    measure = SCORERS["palette"].measure(picture(Image.new("RGB", (64, 64), "#00FF00")))
    assert measure.value < 0.1
    assert "#00FF00" in measure.blame


def test_palette_forgives_a_color_that_is_not_needed(sound):
    more = (*EQUAL, ("#0000FF", 0.05))
    assert value("palette", sound, palette=more) > 0.8
