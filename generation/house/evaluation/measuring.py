"""Figures of sets of pictures: what the judge names, colours, distances, novelty.

For: `running.py`, which makes the sets and keeps the figures. Not for: making pictures. Every
figure of generated pictures stands beside the same figure of the painters' own pictures of the
same requests, which says how good the measure is.
"""

from collections.abc import Sequence
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from generation.house import painters
from generation.house.captions import LAYOUT_WORDS
from generation.house.evaluation import colours, distances, judge
from generation.house.evaluation.pictures import small
from generation.house.evaluation.requests import Request, taught
from generation.house.families import FAMILIES

Pictures = Sequence[Image.Image]
Figures = dict[str, Any]
NEIGHBOURS_PER_FAMILY, NEIGHBOUR_SEED = 200, 41
"""Fresh draws of the process that training draws from, which keeps no picture."""


def seen(eye: judge.Judge, pictures: Pictures) -> dict[str, NDArray[np.float32]]:
    """Return what the judge makes of pictures."""
    return judge.named(eye, np.stack([small(picture) for picture in pictures]))


def named_as_asked(odds: dict[str, NDArray[np.float32]], requests: Sequence[Request]) -> Figures:
    """Return family, layout and density as the judge names them, against what was asked for.

    Layout is judged among those of the family, where it has more than one.
    """
    families, layouts = list(FAMILIES), list(LAYOUT_WORDS)
    hits: dict[str, list[bool]] = {}
    placed, gaps = [], []
    for row, request in enumerate(requests):
        scene = request.scene
        named = families[int(odds["family"][row].argmax())]
        hits.setdefault(scene.family, []).append(named == scene.family)
        known = FAMILIES[scene.family].layouts
        if len(known) > 1:
            found = max(known, key=lambda name: odds["layout"][row][layouts.index(name)])
            placed.append(found == scene.layout)
        gaps.append(abs(int(odds["density"][row].argmax()) - scene.level) / 2)
    return {
        "family_accuracy": _share([hit for found in hits.values() for hit in found]),
        "layout_accuracy": _share(placed),
        "density_error": round(float(np.mean(gaps)), 4),
        "families": {family: _share(found) for family, found in hits.items()},
    }


def coloured_as_asked(pictures: Pictures, requests: Sequence[Request]) -> Figures:
    """Return the mean OKLab difference of the three main colours, and the error of shares."""
    errors = [
        colours.main_colour_errors(picture, request)
        for picture, request in zip(pictures, requests, strict=True)
    ]
    shares = [
        colours.share_error(picture, request)
        for picture, request in zip(pictures, requests, strict=True)
    ]
    return {
        "main_colours_delta_e": round(float(np.mean(errors)), 4),
        "share_error": round(float(np.mean(shares)), 4),
    }


def far_from_drawn(
    generated: NDArray[np.float32], drawn: NDArray[np.float32], other: NDArray[np.float32],
    requests: Sequence[Request],
) -> Figures:  # fmt: skip
    """Return Fréchet distances in the judge's features, and joint ones with captions.

    `generated` are features of the model's pictures of the requests, `drawn` of the painters'
    pictures of the same, `other` of painters' pictures of other requests of the same kinds.
    Distances are in units of the drawn pictures' own variance.
    """
    spread = np.sqrt(drawn.astype(np.float64).var(axis=0).sum())
    rows = [found.astype(np.float64) / spread for found in (generated, drawn, other)]
    scenes = [request.scene for request in requests]
    captions = distances.caption_rows(scenes)
    order = judge.shuffled(len(scenes), 5)
    truth = distances.joint(rows[1], captions)
    apart = distances.frechet(rows[2], rows[1])
    found = distances.frechet(rows[0], rows[1])
    return {
        "families": family_gaps(rows[0], rows[1], requests),
        "frechet": round(found, 4),
        "frechet_held_out": round(apart, 4),
        "frechet_over_held_out": round(found / apart, 3),
        "joint_frechet": round(distances.frechet(distances.joint(rows[0], captions), truth), 4),
        "joint_frechet_shuffled": round(
            distances.frechet(distances.joint(rows[0], captions[order]), truth), 4
        ),
    }


def family_gaps(
    generated: NDArray[np.float64], drawn: NDArray[np.float64], requests: Sequence[Request]
) -> dict[str, float]:
    """Return how many times farther generated pictures lie from the middle of a family's drawings.

    Root mean squares of features; 1 is as the drawings themselves. The judge names the nearest
    family also of a picture whose shapes are broken: that shows here.
    """
    families = np.array([request.scene.family for request in requests])
    gaps = {}
    for family in dict.fromkeys(families.tolist()):
        there = families == family
        middle = drawn[there].mean(axis=0)
        near, far = (
            np.sqrt(((found[there] - middle) ** 2).sum(axis=1).mean())
            for found in (drawn, generated)
        )
        gaps[family] = round(float(far / max(near, 1e-9)), 2)
    return gaps


def novelty(generated: Pictures, drawn: Pictures, requests: Sequence[Request]) -> Figures:
    """Return how far pictures lie from the nearest of fresh draws of the training process."""
    known = neighbours()
    gaps = {
        "generated": distances.nearest(colours.slot_maps(generated, requests), known),
        "held_out": distances.nearest(colours.slot_maps(drawn, requests), known),
    }
    figures = {
        f"nearest_{name}_{word}": round(float(np.percentile(found, share)), 4)
        for name, found in gaps.items()
        for word, share in (("p5", 5), ("median", 50))
    }
    figures["nearest_generated_over_held_out"] = round(
        float(np.median(gaps["generated"]) / np.median(gaps["held_out"])), 3
    )
    return figures


def neighbours() -> NDArray[np.float32]:
    """Return `(n, 6, 32, 32)` maps of drawings as training has them, measured as pictures are."""
    random, found = Random(NEIGHBOUR_SEED), []  # noqa: S311
    for family in taught():
        for _ in range(NEIGHBOURS_PER_FAMILY):
            maps = painters.draw(painters.random_scene(random, family), 64)
            hard = np.moveaxis(np.eye(6, dtype=np.float32)[maps.argmax(axis=0)], -1, 0)
            found.append(hard.reshape(6, 32, 2, 32, 2).mean(axis=(2, 4)))
    return np.stack(found)


def _share(hits: Sequence[bool]) -> float:
    return round(sum(hits) / len(hits), 4) if hits else 1.0
