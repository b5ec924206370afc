"""From places and silhouettes to a finding."""

from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from curation import services
from curation.compliance import logos
from curation.compliance.contract import Subject
from curation.compliance.logos import LogoDetector, Proof, apart, shared
from curation.compliance.markfinder import _seen
from curation.compliance.markfinder.matching import Match
from genart.ml.marks.finding import Spot
from genart.ml.marks.icons import icons
from tests.factories import make_render

SPOT = Spot((0.2, 0.2, 0.4, 0.4), 0.9)
PROOF = Proof(1, SPOT, 0.9, 0.8, Match(1, 0.95, 0.0, (1.0, 0.0, 0.0)))


def test_a_surer_place_is_more_likely_and_a_nearer_mark_comes_first():
    assert PROOF.likely > replace(PROOF, spot=replace(SPOT, score=0.2)).likely
    assert PROOF.order > replace(PROOF, likeness=0.5).order
    assert PROOF.order > replace(PROOF, match=replace(PROOF.match, share=0.5)).order


def test_one_place_gives_one_finding():
    beside = replace(PROOF, spot=Spot((0.7, 0.7, 0.2, 0.2), 0.5))
    over = replace(PROOF, index=2, spot=Spot((0.25, 0.2, 0.4, 0.4), 0.8))
    assert apart([PROOF, over, beside]) == [PROOF, beside]
    assert shared(SPOT.box, SPOT.box) == pytest.approx(1)
    assert shared(SPOT.box, (0.7, 0.7, 0.2, 0.2)) == 0


def test_an_empty_register_is_nothing_to_look_for(db, settings):
    settings.EVERY_DETECTOR = True
    subject = Subject(Image.new("RGB", (64, 64)), make_render())
    assert LogoDetector().skips(subject) == "No logo is registered."


def test_an_intricate_logo_at_a_known_place_is_named(db):
    services.seed_logos()
    icon = next(icon for icon in icons() if icon.slug == "gimp")
    pixels = np.full((400, 400, 3), (238, 228, 210), np.uint8)
    mask = np.asarray(Image.fromarray(icon.mask()).resize((160, 160)))[..., None] / 255
    pixels[100:260, 120:280] = pixels[100:260, 120:280] * (1 - mask) + np.array((40, 70, 90)) * mask
    subject = Subject(Image.fromarray(pixels), make_render())
    _seen[subject] = [Spot((0.3, 0.25, 0.4, 0.4), 0.9)]
    (finding,) = LogoDetector().inspect(subject)
    assert finding.evidence["name"] == icon.title and finding.severity == "hold"
    assert finding.mark_id and finding.box == (0.3, 0.25, 0.4, 0.4)


def test_a_picture_with_nothing_on_it_is_clear(db):
    services.seed_logos()
    subject = Subject(Image.new("RGB", (256, 256), "#d8c8a8"), make_render())
    assert LogoDetector().inspect(subject) == []
    assert logos.within(Spot((-0.1, 0.5, 0.3, 0.7), 1.0)) == (0.0, 0.5, 0.2, 0.5)
