"""Workmanship: the committed weights tell drawings from their ruins, on families drawn anew."""

import json

import numpy as np
import pytest

from curation.scorers import SCORERS, fitting
from curation.scorers.aesthetic import WEIGHTS, fitted, judgement
from curation.scorers.harmony import NAMES, discord, harmony
from genart.lib.color import hex_to_oklab

UNSEEN = 700_000_001
"""Seeds from here on took no part in the fit."""


@pytest.fixture(scope="module")
def drawn():
    return [fitting.draw_pair(UNSEEN + index)[1] for index in range(40)]


def said(image):
    return SCORERS["aesthetic"].measure(fitting.seen(image)).value


def test_drawings_stand_above_their_ruins(drawn):
    better = [
        said(pictures[""]) > said(spoilt)
        for pictures in drawn
        for fault, spoilt in pictures.items()
        if fault
    ]
    assert np.mean(better) > 0.75


def test_the_card_says_what_it_rests_on_and_how_good_it_is():
    card = json.loads(WEIGHTS.read_text())["card"]
    assert "no rendered picture" in card["data"]
    assert card["held_out_families_auc"]["with_look"] > 0.85
    assert card["held_out_families_auc"]["numbers_alone"] > 0.8


def test_another_encoder_leaves_the_numbers_alone(sound):
    measure = SCORERS["aesthetic"].measure(fitting.seen(sound))
    assert measure.evidence["by"] == "numbers_alone"
    assert "look" not in measure.evidence["parts"]


def test_the_parts_make_up_the_value(sound):
    model, numbers = fitted()["numbers_alone"], harmony(fitting.seen(sound))
    parts, value = judgement(model, numbers, np.zeros(0, np.float32))
    assert set(parts) == set(NAMES)
    odds = sum(parts.values()) + model["bias"]
    assert value == pytest.approx(1 / (1 + np.exp(-odds)))


def test_related_colors_are_no_discord():
    shares = np.full(3, 1 / 3)
    assert discord(hex_to_oklab(["#C8553D", "#E59A7A", "#8D5B4C"]), shares) < 0.02
    assert discord(hex_to_oklab(["#808080", "#202020", "#F0F0F0"]), shares) == 0
    turns = np.radians(np.arange(0, 360, 60))
    round_the_wheel = np.stack([np.full(6, 0.6), 0.15 * np.cos(turns), 0.15 * np.sin(turns)], 1)
    assert discord(round_the_wheel, np.full(6, 1 / 6)) > 0.1
