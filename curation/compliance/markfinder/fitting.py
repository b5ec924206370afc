"""Fits the lines of `line.py` for freshly trained networks, on compositions of our own.

Half of the pictures carry one mark on 5 to 30 % of their area, half are clean but for the same
finish. *Which* learns from the proofs of the marked ones, *whether* from all; the bound is what
no clean picture passes. Marks that are kept from training
(`Icon.is_unseen`) are kept from fitting too. For `manage.py train_marks fit`; loads torch.
"""

import hashlib
import json
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from curation.compliance import logos
from curation.compliance.contract import Subject
from curation.compliance.logos import Proof
from curation.compliance.markfinder import WEIGHTS
from curation.compliance.markfinder.line import FILE, NUMBERS, lines
from curation.compliance.markfinder.register import SOURCE, Register
from genart.ml.marks import composing
from genart.ml.marks.composing import Box, Pixels
from genart.ml.marks.icons import Icon, icons
from generation.models import Render

CLEAN_HELD = 0.0
"""Share of the clean pictures that the bound lets be held. Of others some more are: the goal is one
in a hundred, and marks are so far above the bound that little recall is lost by a strict one."""
AREA = (0.05, 0.30)
Floats = NDArray[np.float64]
Row = tuple[list[float], bool, bool, int]
"""Numbers of a proof, whether it is the right mark, whether it is at the place, which picture."""


def fit(draw: Callable[[], Pixels], pictures: int, seed: int = 5) -> dict[str, Any]:
    """Fit both lines and write them beside the shipped networks; make the manifest true again.

    The order of proofs decides which are looked at finely, so a first round on a third of the
    pictures gives the order for the second.

    Args:
        draw: returns a clean picture `(h, w, 3)`.
        pictures: how many to compose; some hundred are few, a thousand enough.
        seed: of the compositions.

    Returns:
        what was written, with the shares that it reaches on its own pictures.
    """
    known = packaged()
    _fitted(known, draw, pictures // 3, seed + 1)
    return _fitted(known, draw, pictures, seed)


def packaged() -> Register:
    """Return the packaged icons as a register that needs no database."""
    known = icons()
    return Register(
        tuple(range(len(known))),
        tuple(icon.title for icon in known),
        tuple((SOURCE, icon.slug[:40], "") for icon in known),
        np.load(WEIGHTS / "icons.npz")["vectors"].astype(np.float32),
    )


def _fitted(
    known: Register, draw: Callable[[], Pixels], pictures: int, seed: int
) -> dict[str, Any]:
    """Fit both lines once and write them."""
    rows = list(_rows(known, draw, pictures, Random(seed)))  # noqa: S311
    numbers = np.array([row[0] for row in rows])
    right, placed = (np.array([row[at] for row in rows]) for at in (1, 2))
    picture = np.array([row[3] for row in rows])
    found = np.unique(picture[placed])
    of_marked = np.isin(picture, found)
    which = _line(numbers[of_marked], right[of_marked])
    whether = _line(numbers, placed)
    likely = 1 / (1 + np.exp(-(numbers @ whether[1:] + whether[0])))
    best = np.array([likely[picture == at].max() for at in range(pictures)])
    marked, clean = best[::2], best[1::2]
    sure = round(float(np.quantile(clean, 1 - CLEAN_HELD, method="higher")) + 1e-4, 4)
    written = {
        "which": _named(which),
        "whether": _named(whether),
        "sure": sure,
        "fitted_on": {
            "pictures": pictures,
            "seed": seed,
            "marked_held": round(float((marked >= sure).mean()), 4),
            "clean_held": round(float((clean >= sure).mean()), 4),
        },
    }
    (WEIGHTS / FILE).write_text(json.dumps(written, indent=2) + "\n")
    lines.cache_clear()
    _note()
    return written


def _rows(
    known: Register, draw: Callable[[], Pixels], pictures: int, random: Random
) -> Iterator[Row]:
    """Yield the proofs of every picture; even pictures carry a mark, odd ones none."""
    learnable = [(at, icon) for at, icon in enumerate(icons()) if not icon.is_unseen]
    for number in range(pictures):
        if number % 2:
            pixels, box, true = composing.finished(draw(), random), None, -1
        else:
            pixels, box, true = _marked(draw, learnable, random)
        for proof in logos.proofs_of(Subject(Image.fromarray(pixels), Render()), known):
            values = [proof.numbers[name] for name in NUMBERS]
            yield values, proof.index == true, _lies_on(proof, box, pixels), number


def _marked(
    draw: Callable[[], Pixels], learnable: list[tuple[int, Icon]], random: Random
) -> tuple[Pixels, Box, int]:
    """Return a picture with one mark that can be seen, the mark's box, and its place in `icons`."""
    while True:
        pixels = np.array(draw())
        index, icon = random.choice(learnable)
        side = random.uniform(AREA[0] ** 0.5, AREA[1] ** 0.5) * pixels.shape[1]
        left, top = (random.uniform(0, pixels.shape[1] - side) for _ in range(2))
        look = composing.random_look(random)
        seen = composing.stamp(pixels, icon.mask(), (left, top, side, side), look, random)
        if seen is not None:
            return composing.finished(pixels, random), seen, index


def _lies_on(proof: Proof, box: Box | None, pixels: Pixels) -> bool:
    """Whether a proof's place covers most of the smaller of the two boxes."""
    return box is not None and logos.shared(logos.in_pixels(proof.spot, pixels), box) > 0.6


def _line(numbers: Floats, wanted: Floats) -> Floats:
    """Return bias and weights of a logistic line, fitted on standardised numbers."""
    from sklearn.linear_model import LogisticRegression

    middle, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-9
    fitted = LogisticRegression(max_iter=2000).fit((numbers - middle) / spread, wanted)
    weights = fitted.coef_[0] / spread
    return np.concatenate([[fitted.intercept_[0] - weights @ middle], weights])


def _named(line: Floats) -> dict[str, float]:
    names = ("bias", *NUMBERS)
    return {name: round(float(value), 4) for name, value in zip(names, line, strict=True)}


def _note() -> None:
    """Put the lines' SHA-256 into the manifest."""
    path = WEIGHTS / "manifest.json"
    manifest = json.loads(path.read_text())
    manifest["sha256"][FILE] = hashlib.sha256((WEIGHTS / FILE).read_bytes()).hexdigest()
    path.write_text(json.dumps(manifest, indent=2) + "\n")
