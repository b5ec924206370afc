"""Signatures and keys of pictures."""

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from curation import fingerprint
from tests.curation.conftest import arches


@pytest.fixture(scope="module")
def signature():
    return fingerprint.picture_signature(arches(shift=6))


def test_a_signature_has_its_shape_whatever_the_picture(signature):
    wide = fingerprint.picture_signature(Image.new("L", (300, 40), 128))
    assert signature.shape == wide.shape == (fingerprint.SIDE, fingerprint.SIDE, 3)


def test_packing_keeps_what_can_be_seen(signature):
    again = fingerprint.unpacked(fingerprint.packed(signature))
    assert len(fingerprint.packed(signature)) == fingerprint.SIDE**2 * 3
    assert np.abs(again - signature).max() < 0.005


def test_the_eight_views_are_all_different(signature):
    views = fingerprint.views(signature)
    assert len({view.tobytes() for view in views}) == 8


def test_the_key_is_the_same_for_all_eight_views(signature):
    keys = [fingerprint.picture_key(view) for view in fingerprint.views(signature)]
    assert np.ptp(np.stack(keys), axis=0).max() < 1e-2 * np.abs(keys[0]).max()


def test_the_key_of_a_darker_crop_is_nearer_than_another_pictures(signature):
    picture = arches(shift=6, side=512)
    crop = ImageEnhance.Brightness(picture.crop((20, 40, 480, 490))).enhance(0.9)
    mine, same, other = (
        fingerprint.picture_key(fingerprint.picture_signature(image))
        for image in (picture, crop, arches(shift=-20))
    )
    assert np.linalg.norm(mine - same) < np.linalg.norm(mine - other)
