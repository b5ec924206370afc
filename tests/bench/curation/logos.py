"""What the eyes find and miss of logos: half of the register was never seen in training.

Pictures are drawn by the house painters and get one mark on 5 to 30 % of their area, or none, and
the same finish. The lines of `markfinder/line.py` were fitted on other such pictures, with marks of
the seen half alone.
"""

import time
from collections.abc import Iterator
from random import Random
from typing import Any

import numpy as np
from PIL import Image

from curation import services
from curation.compliance import logos
from curation.compliance.contract import Subject
from curation.compliance.markfinder.register import register
from genart.ml.marks import composing
from genart.ml.marks.icons import icons
from generation.models import Render
from tests.bench import Figure, percentile
from tests.bench.curation.eyes import drawn

LOGOS, CLEAN = 300, 400


def figures() -> Iterator[Figure]:
    """Yield the figures of the logos; loads torch."""
    services.seed_logos()
    random, known = Random(47), register()
    places = {mark: at for at, mark in enumerate(known.ids)}
    detector = logos.LogoDetector()
    hits: dict[bool, list[bool]] = {True: [], False: []}
    exact: list[bool] = []
    times: list[float] = []
    for picture in drawn(LOGOS, random, None):
        icon = random.choice(icons())
        shown = with_mark(picture, icon.mask(), random)
        if shown is None:
            continue
        started = time.perf_counter()
        findings = detector.inspect(Subject(shown, Render()))
        times.append(1000 * (time.perf_counter() - started))
        hits[icon.is_unseen].append(bool(findings))
        names = [known.names[places[f.mark_id]] for f in findings if f.mark_id is not None]
        exact.append(icon.title in names)
    flagged = [
        bool(detector.inspect(Subject(composed(picture, random), Render())))
        for picture in drawn(CLEAN, random, None)
    ]
    both = [*hits[True], *hits[False]]
    yield Figure("logo_recall", sum(both) / len(both), "share", ">=0.8")
    for unseen, name in ((False, "seen"), (True, "unseen")):
        yield Figure(f"logo_recall_{name}", sum(hits[unseen]) / len(hits[unseen]), "share")
    yield Figure("logo_named_right", sum(exact) / len(exact), "share")
    yield Figure("logo_false_flags", sum(flagged) / len(flagged), "share", "<=0.01")
    yield Figure("logo_per_image", percentile(times, 0.5), "ms")


def with_mark(picture: Image.Image, mask: Any, random: Random) -> Image.Image | None:
    """Return a picture with a mark on 5 to 30 % of its area; `None` where none can be seen."""
    pixels = np.array(picture)
    side = random.uniform(0.05**0.5, 0.30**0.5) * picture.width
    left, top = (random.uniform(0, picture.width - side) for _ in range(2))
    look = composing.random_look(random)
    if composing.stamp(pixels, mask, (left, top, side, side), look, random) is None:
        return None
    return Image.fromarray(composing.finished(pixels, random))


def composed(picture: Image.Image, random: Random) -> Image.Image:
    """Return a clean picture with the same finish."""
    return Image.fromarray(composing.finished(np.array(picture), random))
