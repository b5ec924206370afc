"""Scorers on drawn pictures: each must tell the sound one from one that lacks what it measures."""

from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image, ImageFilter

from curation import compliance, fingerprint
from curation.compliance.duplicates import Neighbour, find_duplicate
from curation.scorers import SCORERS
from curation.scorers.contract import Brief, Picture
from genart.lib.color import dominant_colors
from tests.curation.conftest import arches
from tests.factories import COLORS, make_picture

EQUAL = tuple((color, 1 / len(COLORS)) for color in COLORS)


def picture(image, *, layout="centered", density=0.4, palette=EQUAL, cosines=(0.6, 0.2, 0.1)):
    """Return a picture whose prompt and rivals have the given cosines to it."""
    vector = np.array([1, 0, 0, 0], dtype=np.float32)
    rows = np.array([[cosine, np.sqrt(1 - cosine**2), 0, 0] for cosine in cosines], np.float32)
    rivals = tuple(f"rival {index}, centered" for index in range(len(rows) - 1))
    brief = Brief("arches, centered", layout, density, palette, rows[0], rivals, rows[1:])
    return Picture(image, brief, vector, tuple(dominant_colors(image)))


def value(name, image, **brief):
    return SCORERS[name].measure(picture(image, **brief)).value


@pytest.fixture(scope="module")
def sound():
    return arches()


@pytest.mark.parametrize("side", [128, 256, 512, 1024])
@pytest.mark.parametrize("name", list(SCORERS))
def test_every_value_is_within_0_and_1_at_any_size(name, side):
    for image in (
        arches(side=side),
        Image.new("RGB", (side, side // 2), "white"),
        Image.effect_noise((side, side), 90).convert("RGB"),
    ):
        measure = SCORERS[name].measure(picture(image))
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
    assert scorer.measure(picture(sound)) == scorer.measure(picture(sound))


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


def test_composition_knows_left_from_right():
    left = arches(shift=-18)
    assert value("composition", left, layout="left") > value("composition", left, layout="right")
    assert value("composition", left, layout="left") > 0.7
    assert value("composition", left, layout="right") < 0.6


def test_composition_of_an_unknown_layout_goes_by_density(sound):
    full = value("composition", sound, layout="spiral", density=0.3)
    assert full > value("composition", sound, layout="spiral", density=1.0)


def test_prompt_is_a_race_with_rivals(sound):
    assert value("prompt", sound, cosines=(0.6, 0.1)) > 0.9
    assert value("prompt", sound, cosines=(0.4, 0.4)) == pytest.approx(0.5)
    assert value("prompt", sound, cosines=(0.2, 0.7)) < 0.1
    blame = SCORERS["prompt"].measure(picture(sound, cosines=(0.2, 0.1, 0.7))).blame
    assert blame == "it looks more like “rival 1”"


def test_prompt_without_rivals_goes_by_its_cosine(sound):
    assert value("prompt", sound, cosines=(0.6,)) > 0.9
    assert value("prompt", sound, cosines=(0.0,)) < 0.1


class TestSignature:
    def changed(self, sound):
        return {
            "smaller": sound.resize((128, 128), Image.Resampling.BICUBIC),
            "brighter": sound.point(lambda level: min(255, int(level * 1.08))),
            "mirrored": sound.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
            "turned": sound.transpose(Image.Transpose.ROTATE_90),
            "half": sound.transpose(Image.Transpose.ROTATE_180),
        }

    @pytest.mark.parametrize("how", ["smaller", "brighter", "mirrored", "turned", "half"])
    def test_the_same_picture_is_found_again(self, sound, how):
        known = fingerprint.picture_signature(sound)
        asked = fingerprint.views(fingerprint.picture_signature(self.changed(sound)[how]))
        nearest = min(fingerprint.distance(view, known) for view in asked)
        assert nearest < compliance.duplicates.CLOSE

    def test_other_pictures_are_far(self, sound):
        known = fingerprint.picture_signature(sound)
        for seed in range(8):
            asked = fingerprint.views(fingerprint.picture_signature(make_picture(seed=seed)))
            distances = [fingerprint.distance(view, known) for view in asked]
            assert min(distances) > compliance.duplicates.CLOSE


class TestDuplicate:
    def finding(self, distance):
        match = SimpleNamespace(pk="00000000-0000-0000-0000-000000000001")
        return find_duplicate(Neighbour(match.pk, distance, 0.99, "“Mornings #1”"))

    def test_the_same_blocks_the_close_holds_the_far_passes(self):
        assert self.finding(0.001).severity == "block"
        assert self.finding(0.02).severity == "hold"
        assert self.finding(0.2) is None
        assert find_duplicate(None) is None

    def test_the_match_is_the_evidence(self):
        finding = self.finding(0.001)
        assert finding.message == "It is the same picture as “Mornings #1”."
        assert finding.evidence["match"].endswith("1")
