"""Pictures with a brief whose vectors are as wanted."""

import numpy as np
import pytest
from PIL import Image

from curation.scorers import SCORERS
from curation.scorers.contract import Brief, Company, Picture
from genart.lib.color import dominant_colors
from tests.curation.conftest import arches
from tests.factories import COLORS

EQUAL = tuple((color, 1 / len(COLORS)) for color in COLORS)


def picture(
    image,
    *,
    layout="centered",
    density=0.4,
    palette=EQUAL,
    cosines=(0.6, 0.2, 0.1),
    company=Company(),  # noqa: B008  (frozen)
):
    """Return a picture whose prompt and rivals have the given cosines to it."""
    vector = np.array([1, 0, 0, 0], dtype=np.float32)
    rows = np.array([[cosine, np.sqrt(1 - cosine**2), 0, 0] for cosine in cosines], np.float32)
    rivals = tuple(f"rival {index}, centered" for index in range(len(rows) - 1))
    brief = Brief("arches, centered", layout, density, palette, rows[0], rivals, rows[1:], company)
    return Picture(image, brief, vector, tuple(dominant_colors(image)))


def measured(name, image, **brief):
    return SCORERS[name].measure(picture(image, **brief))


def value(name, image, **brief):
    return measured(name, image, **brief).value


@pytest.fixture(scope="session")
def sound() -> Image.Image:
    return arches()
