"""The probe: truths that are arithmetic, ruins that ruin, a fit that reads what it learnt."""

from random import Random

import numpy as np
import pytest
from PIL import Image

from generation.house import probing
from generation.house.training import probe, ruining
from generation.palettes import PALETTES

SLOTS = PALETTES["terracotta"].slots


def page(column):
    """Maps of a page that is empty but for one column of accent."""
    maps = np.zeros((6, 8, 8), dtype=np.float32)
    maps[0] = 1
    maps[0, :, column], maps[1, :, column] = 0, 1
    return maps


def test_balance_is_lost_towards_an_edge():
    assert ruining.balance(page(0)) < 0.2 < 0.8 < ruining.balance(page(4))


def test_contrast_and_clutter_are_of_the_page():
    full = np.zeros((6, 8, 8), dtype=np.float32)
    full[0] = 1
    assert ruining.contrast(full, SLOTS) == pytest.approx(0, abs=1e-6)
    assert ruining.clutter(full) == 0 < ruining.clutter(page(3))
    half = full.copy()
    half[0, :4], half[5, :4] = 0, 1
    assert ruining.contrast(half, SLOTS) > 0.4


@pytest.mark.parametrize("name", ruining.RUINS)
def test_every_ruin_changes_the_picture_more_when_it_is_stronger(name):
    sound = next(
        one.picture
        for one in (ruining.lesson(Random(seed)) for seed in range(9, 40))
        if ruining.is_sound(np.array([one.truths]))[0]
    )
    weak, strong = (
        np.abs(np.asarray(ruining.RUINS[name](sound, strength, Random(1))).astype(int)
               - np.asarray(sound).astype(int)).mean()
        for strength in (0.0, 1.0)
    )  # fmt: skip
    assert 0 < weak < strong


def test_strayed_colours_lose_harmony_and_true_ones_have_all_of_it():
    found = [ruining.strayed(SLOTS, Random(seed)) for seed in range(30)]
    assert {harmony for slots, harmony in found if slots == SLOTS} == {1.0}
    assert any(harmony < 0.7 for _slots, harmony in found)


def test_the_area_under_the_curve():
    scores = np.array([0.1, 0.4, 0.35, 0.8], dtype=np.float32)
    assert probe.area(scores, np.array([False, False, True, True])) == 0.75


def test_a_fit_reads_what_is_in_the_vectors(tmp_path):
    random = np.random.default_rng(3)
    vectors = random.normal(0, 1, (900, 12))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    truths = np.zeros((900, len(probing.OUTPUTS)))
    truths[:, 0] = 0.5 + vectors[:, 0]
    truths[::2, 4] = vectors[::2, 1] > 0
    found = probe.fitted(vectors, truths)
    probe.save_file(found, tmp_path / "probe.safetensors")
    read = probing.read(vectors.astype(np.float32), tmp_path)
    assert set(read) == set(probing.OUTPUTS)
    assert np.corrcoef(read["balance"], truths[:, 0].clip(0, 1))[0, 1] > 0.9
    assert all(found.min() >= 0 and found.max() <= 1 for found in read.values())


@pytest.mark.slow
def test_the_probe_of_the_shipped_clip_knows_grey_from_sound(tmp_path):
    figures = probe.fit(target=tmp_path, count=300, exam=120)
    assert figures["greyed"] > 0.8
    assert figures["aesthetic"] > 0.7
    text = (tmp_path / "README.md").read_text()
    assert "never shown a person's judgement" in text
    assert probe.sha256_of(tmp_path / "probe.safetensors") in text


def test_a_picture_is_needed_for_a_lesson():
    one = ruining.lesson(Random(2))
    assert isinstance(one.picture, Image.Image)
    assert len(one.truths) == len(probing.OUTPUTS)
