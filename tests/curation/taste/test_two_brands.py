"""Two brands with opposite wishes, over drawn pictures: each learns its own, within 200 decisions.

The same over pictures of the house model is `tests/bench/curation/taste.py`.
"""

import colorsys

import numpy as np
import pytest
from PIL import Image, ImageDraw

from curation.taste.attributes import ATTRIBUTES, attributes_of
from curation.taste.calibration import auc
from curation.taste.fit import fit
from genart.lib.color import levels_to_oklab

COUNT, SIDE, SHOWN = 600, 96, 200
SLIPS = 0.08
NOISE_DIM = 64


def drawn(chance: np.random.Generator) -> tuple[Image.Image, float]:
    """Return a picture and how warm, airy and symmetric it was drawn, together."""
    warmth, crowd, is_even = chance.random(), chance.random(), chance.random() < 0.5

    def color(light: float) -> str:
        hue = (0.07 if chance.random() < warmth else 0.58) + chance.normal(0, 0.03)
        parts = colorsys.hsv_to_rgb(hue % 1, chance.uniform(0.3, 0.8), light)
        return "#" + "".join(f"{round(255 * part):02x}" for part in parts)

    image = Image.new("RGB", (SIDE, SIDE), color(chance.uniform(0.8, 1)))
    pen = ImageDraw.Draw(image)
    for _ in range(1 + round(14 * crowd)):
        x, y = chance.uniform(0, 0.8, 2) * SIDE
        size, ink = chance.uniform(0.08, 0.25) * SIDE, color(chance.uniform(0.3, 0.7))
        pen.ellipse((x, y, x + size, y + size), fill=ink)
        if is_even:
            pen.ellipse((SIDE - x - size, y, SIDE - x, y + size), fill=ink)
    return image, warmth + (1 - crowd) + is_even


@pytest.fixture(scope="module")
def pool():
    """Rows of attributes, with a vector that says nothing, and the hidden wish."""
    chance = np.random.default_rng(4)
    pictures = [drawn(chance) for _ in range(COUNT)]
    named = [attributes_of(levels_to_oklab(np.asarray(image))).values() for image, _ in pictures]
    vectors = chance.normal(size=(COUNT, NOISE_DIM))
    rows = np.concatenate([np.array([list(values) for values in named]), vectors], axis=1)
    wish = np.array([wish for _, wish in pictures])
    return rows, (wish > np.median(wish)).astype(float)


@pytest.mark.parametrize("turned", [False, True], ids=["warm and airy", "cool and dense"])
def test_each_brand_learns_its_own_wish(pool, turned):
    rows, label = pool
    label = 1 - label if turned else label
    names = [*ATTRIBUTES, *(f"embedding.{place}" for place in range(NOISE_DIM))]
    found = []
    for seed in range(4):
        chance = np.random.default_rng(seed)
        order = chance.permutation(COUNT)
        shown, rest = order[:SHOWN], order[SHOWN:]
        said = np.where(chance.random(SHOWN) < SLIPS, 1 - label[shown], label[shown])
        told = fit(rows[shown], said, names=names).predict(rows[rest])
        found.append(auc(told, label[rest]))
    assert np.mean(found) >= 0.92
