"""Silhouettes laid over pictures; places; the register in memory."""

import hashlib
import json

import numpy as np
import pytest
from PIL import Image

from curation import services
from curation.compliance.contract import Subject
from curation.compliance.markfinder import MOST_SPOTS, WEIGHTS, matching, regions_of
from curation.compliance.markfinder.register import intricacy_of, register, silhouette_of
from curation.models import Mark
from genart.ml.marks.icons import icons
from tests.factories import make_picture, make_render


def mask_of(slug):
    return next(icon for icon in icons() if icon.slug == slug).mask()


def field_with(mask, ink=(200, 60, 40), grounds=((240, 230, 210), (60, 90, 120))):
    """A field of two grounds with a mark in its middle, as large as the box asked for."""
    field = np.empty((matching.FIELD, matching.FIELD, 3), np.uint8)
    field[:], field[:, 50:] = grounds
    side = round(matching.FIELD / matching.WIDE)
    small = np.asarray(Image.fromarray(mask).resize((side, side)))[..., None] / 255
    start = (matching.FIELD - side) // 2
    part = field[start : start + side, start : start + side]
    part[:] = part * (1 - small) + np.array(ink) * small
    return field


@pytest.mark.parametrize("slug", ["android", "gimp", "python"])
def test_the_right_silhouette_explains_the_colours_best(slug):
    names = ["android", "gimp", "python", "blender"]
    shapes = np.stack(
        [matching.template(mask_of(name), matching.ANGLES, matching.CELLS) for name in names]
    )
    numbers = matching.parted(field_with(mask_of(slug)))
    matches = matching.best_matches(numbers, shapes)
    best = max(matches, key=lambda match: match.share)
    assert names[best.index] == slug and abs(best.angle) <= 5
    assert matching.refined(numbers, mask_of(slug), best).share > 0.85


def test_an_even_field_is_explained_by_nothing():
    field = np.full((matching.FIELD, matching.FIELD, 3), 120, np.uint8)
    shapes = matching.template(mask_of("android"), matching.ANGLES, matching.CELLS)[None]
    assert matching.best_matches(matching.parted(field), shapes)[0].share < 0.05


def test_places_are_few_and_asked_once(db):
    subject = Subject(make_picture(300, 200), make_render())
    places = regions_of(subject)
    assert len(places) == MOST_SPOTS and places is regions_of(subject)
    assert [place.score for place in places] == sorted((p.score for p in places), reverse=True)


def test_the_register_is_read_again_when_it_changes(db):
    services.seed_logos()
    before = register()
    assert register() is before
    Mark.objects.filter(pk=before.ids[0]).update(is_active=False)
    assert before.ids[0] not in register().ids


def test_a_plain_shape_is_less_intricate_than_a_drawing():
    slugs = ("nike", "dungeonsanddragons")
    plain, drawn = (intricacy_of(("simple-icons", slug, "")) for slug in slugs)
    assert 0 <= plain < drawn
    assert silhouette_of(("simple-icons", "nike", "")).shape == (96, 96)


def test_the_weights_are_those_of_the_manifest():
    named = json.loads((WEIGHTS / "manifest.json").read_text())["sha256"]
    for name, expected in named.items():
        assert hashlib.sha256((WEIGHTS / name).read_bytes()).hexdigest() == expected
    assert sum(path.stat().st_size for path in WEIGHTS.iterdir()) < 6_000_000
