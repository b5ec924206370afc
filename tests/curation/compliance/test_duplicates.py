"""Copies: how pictures are laid over one another, and what comes of it."""

import io
from uuid import uuid4

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from curation import fingerprint
from curation.compliance.alignment import Fit, all_fits, best_fit
from curation.compliance.duplicates import CLOSE, SAME, Neighbour, find_duplicate, how
from curation.models import Candidate, Decision, Flag
from curation.services.rescanning import rescan
from tests.curation.conftest import arches
from tests.factories import make_picture, make_user

SIDE = 320


@pytest.fixture(scope="module")
def sound():
    return make_picture(SIDE, SIDE, seed=3)


def jpeg(picture, quality, kind="JPEG"):
    buffer = io.BytesIO()
    picture.save(buffer, kind, quality=quality)
    return Image.open(buffer).convert("RGB")


CHANGES = {
    "jpeg": lambda image: jpeg(image, 30),
    "webp": lambda image: jpeg(image, 50, "WEBP"),
    "smaller": lambda image: image.resize((SIDE // 4, SIDE // 4)),
    "larger": lambda image: image.resize((SIDE * 2, SIDE * 2)),
    "brighter": lambda image: ImageEnhance.Brightness(image).enhance(1.15),
    "darker": lambda image: ImageEnhance.Brightness(image).enhance(0.85),
    "mirrored": lambda image: image.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    "turned": lambda image: image.rotate(90),
    "cropped": lambda image: image.crop((10, 40, 10 + 272, 40 + 272)),
    "cropped and turned": lambda image: image.crop((40, 2, 312, 274)).rotate(270),
}


def fit_of(one, other):
    known = fingerprint.picture_signature(other)[None]
    return best_fit(fingerprint.picture_signature(one), known)


@pytest.mark.parametrize("change", CHANGES)
def test_a_changed_picture_is_found(sound, change):
    fit = fit_of(CHANGES[change](sound), sound)
    assert fit is not None and fit.distance < CLOSE


def test_the_other_way_round_too(sound):
    fit = fit_of(sound, CHANGES["cropped"](sound))
    assert fit is not None and fit.distance < CLOSE


def test_other_pictures_are_far(sound):
    mine = fingerprint.picture_signature(sound)
    others = [
        fingerprint.picture_signature(make_picture(SIDE, SIDE, seed=s)) for s in range(10, 30)
    ]
    assert all(fit.distance > CLOSE for fit in all_fits(mine, np.stack(others)))


def test_nothing_known_is_nothing_found(sound):
    nothing = np.zeros((0, fingerprint.SIDE, fingerprint.SIDE, 3), np.float32)
    assert best_fit(fingerprint.picture_signature(sound), nothing) is None


class TestFinding:
    def finding(self, distance, **changes):
        values = {"index": 0, "view": 0, "frame": (0.0, 0.0, 1.0, 1.0), "gain": 1.0} | changes
        fit = Fit(distance=distance, **values)
        return find_duplicate(Neighbour(uuid4(), fit, 0.99, "“Mornings #1”"))

    def test_the_same_blocks_the_close_holds_the_far_passes(self):
        assert self.finding(SAME / 2).severity == "block"
        assert self.finding((SAME + CLOSE) / 2).severity == "hold"
        assert self.finding(CLOSE) is None
        assert find_duplicate(None) is None

    def test_it_says_what_and_how(self):
        finding = self.finding(0.001, view=1, frame=(0.1, 0.0, 0.85, 0.85))
        assert finding.message == "It is the same picture as “Mornings #1”, mirrored and cropped."
        assert finding.evidence["view"] == 1
        assert 0.9 < finding.score <= 1

    def test_an_unchanged_copy_needs_no_words(self):
        assert how(Fit(0, 0.0, 0, (0.0, 0.0, 1.0, 1.0), 1.0)) == ""


def duplicates(candidate):
    return Flag.objects.filter(candidate=candidate, kind="duplicate")


class TestInTheQueue:
    def test_a_mirrored_crop_is_held_or_refused(self, gate, judged):
        picture = make_picture(SIDE, SIDE, seed=3)
        judged(picture)
        copy = judged(CHANGES["mirrored"](CHANGES["cropped"](picture)))
        assert copy.state != Candidate.State.APPROVED
        assert duplicates(copy).count() == 1

    def test_a_chain_does_not_merge_its_ends(self, lenient, judged):
        first, middle, last = (judged(arches(shift=shift, side=SIDE)) for shift in (0, 1, 26))
        assert duplicates(middle).get().evidence["match"] == str(first.pk)
        assert not duplicates(last).exists()

    def test_what_a_person_answered_is_not_raised_again(self, lenient, judged):
        picture = make_picture(SIDE, SIDE, seed=3)
        first, copy = judged(picture), judged(jpeg(picture, 40))
        assert duplicates(copy).count() == 1
        Candidate.objects.filter(pk=copy.pk).update(state=Candidate.State.APPROVED)
        Decision.objects.create(candidate=copy, verdict="approve", user=make_user())
        found = rescan(candidate_ids=[first.pk, copy.pk])
        assert [
            [f.kind for f in found[pk] if f.kind == "duplicate"] for pk in (copy.pk, first.pk)
        ] == [[], []]
        assert duplicates(copy).count() == 1 and not duplicates(first).exists()
        copy.refresh_from_db()
        assert copy.state == Candidate.State.APPROVED

    def test_a_rescan_tells_what_is_new_and_changes_no_state(self, lenient, judged):
        one = judged(make_picture(SIDE, SIDE, seed=3))
        other = judged(make_picture(SIDE, SIDE, seed=8))
        states = set(Candidate.objects.values_list("pk", "state"))
        rescan(candidate_ids=[one.pk, other.pk])
        assert set(Candidate.objects.values_list("pk", "state")) == states
