"""Fits the weights of `aesthetic.py` on the painters' drawings and their ruins.

For the command `fit_aesthetic` and its test; minutes on one core. Families are held out in turns,
so that the figures in the card hold for families that the fit has not seen.
"""

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from curation.scorers import ruins
from curation.scorers.aesthetic import NAMES
from curation.scorers.contract import Brief, Floats, Picture
from curation.scorers.harmony import harmony
from genart.lib.color import dominant_colors
from genart.ml import clip
from generation.palettes import PALETTES

SIDE_PX = 320
NO_BRIEF = Brief("", "", 0.5, (), np.zeros(0, np.float32), (), np.zeros((0, 0), np.float32))
MEASURED = 2 * len(NAMES)
"""The measured numbers and their squares come before the look."""
LOOK_SCALE = 10.0
"""Unit vectors have small numbers; so enlarged, the penalty treats them like the others."""
STRENGTHS = (0.003, 0.01, 0.03, 0.1)
"""Inverse penalties that are tried for the look; the best in held-out families is taken."""


def fit(count: int, seed: int = 1) -> dict[str, Any]:
    """Draw `count` sound pictures and as many ruins, and return weights with their card."""
    rows, looks, sound, families, faults = gather(count, seed)
    numbers_alone = _model(rows, None, sound, families, (1.0,))
    with_look = _model(rows, looks, sound, families, STRENGTHS)
    by_fault = {
        fault: round(float(_auc(with_look["held_out"], sound, (faults == fault) | sound)), 3)
        for fault in (*ruins.MAPS, *ruins.PICTURES)
    }
    card = {
        "data": (
            f"{count} drawings of the house's painters, {len(set(families))} families in random "
            f"palettes, and {count} of them spoilt in one of {len(by_fault)} ways; no rendered "
            "picture, no person's judgement"
        ),
        "seed": seed,
        "held_out_families_auc": {
            "with_look": with_look.pop("auc"),
            "numbers_alone": numbers_alone.pop("auc"),
        },
        "auc_by_fault": by_fault,
    }
    del with_look["held_out"], numbers_alone["held_out"]
    return {
        "encoder": clip.encoder_name(),
        "card": card,
        "with_look": with_look,
        "numbers_alone": numbers_alone,
    }


def gather(
    count: int, seed: int
) -> tuple[Floats, Floats, NDArray[np.bool_], NDArray[Any], NDArray[Any]]:
    """Return numbers, image vectors, which are sound, their families and their faults."""
    rows, looks, sound, families, faults = [], [], [], [], []
    for index in range(count):
        family, pictures = draw_pair(seed * 1_000_003 + index)
        for fault, picture in pictures.items():
            rows.append(harmony(seen(picture)))
            looks.append(clip.encode_images([picture])[0])
            sound.append(fault == "")
            families.append(family)
            faults.append(fault)
    return np.stack(rows), np.stack(looks), np.array(sound), np.array(families), np.array(faults)


def draw_pair(seed: int) -> tuple[str, dict[str, Image.Image]]:
    """Return a family, and fault → picture: one sound drawing (`""`) and one ruin of it."""
    from generation.house import painters

    random, chance = Random(seed), np.random.default_rng(seed)  # noqa: S311
    family = random.choice(sorted(painters.PAINTERS))
    maps = painters.draw(painters.random_scene(random, family), SIDE_PX)
    slots = PALETTES[random.choice(sorted(PALETTES))].slots
    table = np.array([list(bytes.fromhex(color[1:])) for color in slots], np.float32) / 255
    fault = random.choice([*ruins.MAPS, *ruins.PICTURES])
    spoilt_maps = ruins.MAPS[fault](maps, chance) if fault in ruins.MAPS else maps
    spoilt = _painted(spoilt_maps, table)
    if fault in ruins.PICTURES:
        spoilt = ruins.PICTURES[fault](spoilt, chance)
    return family, {"": _finished(_painted(maps, table), chance), fault: _finished(spoilt, chance)}


def seen(image: Image.Image) -> Picture:
    """Return a picture as the scorer sees it, without a brief."""
    return Picture(image, NO_BRIEF, np.zeros(0, np.float32), tuple(dominant_colors(image)))


def write(fitted: dict[str, Any], path: Path) -> None:
    """Write weights and card."""
    path.write_text(json.dumps(fitted, indent=1) + "\n", encoding="utf-8")


def _painted(maps: ruins.Floats, table: ruins.Floats) -> ruins.Floats:
    return np.einsum("shw,sc->hwc", ruins.hardened(maps), table)


def _finished(picture: ruins.Floats, chance: np.random.Generator) -> Image.Image:
    """Give paper a little tooth: now and then, so that smoothness alone proves nothing."""
    if chance.random() < 0.5:
        tooth = ruins.noise(chance, picture.shape[0], picture.shape[1], 1.5)[..., None]
        picture = picture * (1 + chance.uniform(0, 0.02) * tooth)
    return Image.fromarray((np.clip(picture, 0, 1) * 255).round().astype(np.uint8))


def _model(
    rows: Floats,
    looks: Floats | None,
    sound: NDArray[np.bool_],
    families: NDArray[Any],
    strengths: tuple[float, ...],
) -> dict[str, Any]:
    """Return the weights, with `auc` and `held_out` probabilities over held-out families."""
    mean, scale = rows.mean(axis=0), rows.std(axis=0) + 1e-6
    features = (rows - mean) / scale
    features = np.hstack([features, features**2])
    look_mean: Floats = np.zeros(0, np.float32)
    if looks is not None:
        look_mean = looks.mean(axis=0)
        features = np.hstack([features, looks - look_mean])
    tried = {}
    for strength in strengths:
        held_out = _held_out(features, sound, families, strength)
        tried[strength] = (_auc(held_out, sound), held_out)
    best = max(tried, key=lambda strength: tried[strength][0])
    model = _logistic(features, sound, best)
    weights = model.coef_[0]
    return {
        "mean": _rounded(mean),
        "scale": _rounded(scale),
        "weights": _rounded(weights[: len(NAMES)]),
        "squares": _rounded(weights[len(NAMES) : MEASURED]),
        "bias": round(float(model.intercept_[0]), 5),
        "look": _rounded(weights[MEASURED:] * LOOK_SCALE),
        "look_mean": _rounded(look_mean),
        "auc": round(float(tried[best][0]), 4),
        "held_out": tried[best][1],
    }


def _enlarged(features: Floats) -> Floats:
    return np.hstack([features[:, :MEASURED], LOOK_SCALE * features[:, MEASURED:]])


def _logistic(features: Floats, sound: NDArray[np.bool_], strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression

    return LogisticRegression(C=strength, max_iter=2000).fit(_enlarged(features), sound)


def _held_out(
    features: Floats, sound: NDArray[np.bool_], families: NDArray[Any], strength: float
) -> Floats:
    """Return for each picture what a fit says that has not seen its family."""
    from sklearn.model_selection import GroupKFold

    said = np.zeros(len(features), np.float32)
    for known, unseen in GroupKFold(7).split(features, sound, families):
        model = _logistic(features[known], sound[known], strength)
        said[unseen] = model.predict_proba(_enlarged(features[unseen]))[:, 1]
    return said


def _auc(said: Floats, sound: NDArray[np.bool_], among: NDArray[np.bool_] | None = None) -> float:
    from sklearn.metrics import roc_auc_score

    chosen = slice(None) if among is None else among
    return float(roc_auc_score(sound[chosen], said[chosen]))


def _rounded(values: Floats) -> list[float]:
    return [round(float(value), 5) for value in values]
