"""Fit the attribute probe and the aesthetic head on the house CLIP, in closed form.

For: `train_house probe`, which writes `weights/probe/`. Not for: reading (`probing.py`) or what is
true of a picture (`ruining.py`). Ridge regression on random Fourier features: the
same seed gives the same numbers, and there is nothing to stop early.
"""

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.numpy import save_file
from torch.nn import functional

from generation.house import CLIP_DIR, WEIGHTS, integrity, probing
from generation.house.integrity import sha256_of
from generation.house.probing import ATTRIBUTES, DEFECTS, OUTPUTS
from generation.house.training import card
from generation.house.training.house_clip import HouseClip
from generation.house.training.ruining import is_sound, lesson

LESSONS, EXAM = 4_000, 800
DIRECTIONS, REACH, RIDGES = 384, 1.0, (10.0, 60.0, 300.0, 1500.0)
Floats = NDArray[np.floating[Any]]

CARD = """---
license: other
license_name: Own work of this project
base_model: house CLIP
datasets: pictures drawn by this repository's own painters, some ruined on purpose
---
# Attribute probe and aesthetic head on the house CLIP

Reads ten numbers in 0..1 from what the house CLIP sees: its vector and the means and spreads of
its first two stages (`generation/house/probing.py`):

- `balance`: how evenly what is not background weighs about the middle of the page.
- `contrast`: the spread of lightness over the page.
- `clutter`: how much of the page lies on borders between colours.
- `harmony`: 1 for the colours of a palette made by hand, less the farther they stray from it.
- `blurred`, `speckled`, `smeared`, `shattered`, `greyed`: how likely that defect is.
- `aesthetic`: 0 for pictures with a defect; for sound ones a half, and the rest by harmony.

## What it measures, plainly
Arithmetic on the painters' drawings (`training/ruining.py`), as far as a CLIP that looks at 64
pixels keeps it. `aesthetic` knows workmanship and colours that belong together. It knows nothing
of beauty, of meaning, or of anybody's taste, and it was never shown a person's judgement.

## Training
Ridge regression in closed form on those features and random Fourier features of
them; {lessons:,} drawings,
half of them with one defect, half in colours that stray. For the CLIP whose weights have the
SHA-256 `{clip}`; on another one it means nothing.

## Data
{data}

## Figures, on {exam} other pictures
{figures}

Attributes: correlation with the truth, on sound pictures. Defects and `aesthetic`: area under the
curve, against all other pictures and sound against ruined.

## Licence
{licence}

## SHA-256
- `probe.safetensors`: `{sha256}`
"""


def features_of(clip: HouseClip, pictures: list[Image.Image]) -> Floats:
    """Return what the house CLIP sees, `(n, d)`: its vector of length 1, and its early layers.

    The vector says what a picture is of and forgets much of how it is made; means and spreads of
    the first two stages keep that.
    """
    stages: list[torch.Tensor] = []
    tower = clip.model.visual
    hooks = [
        layer.register_forward_hook(lambda _layer, _given, found: stages.append(found))
        for layer in (tower.layer1, tower.layer2)
    ]
    parts = []
    with torch.no_grad():
        for start in range(0, len(pictures), 64):
            batch = torch.stack([clip.preprocess(one) for one in pictures[start : start + 64]])
            vectors = functional.normalize(clip.model.encode_image(batch), dim=-1)
            early = [part for found in stages for part in (found.mean((2, 3)), found.std((2, 3)))]
            parts.append(torch.cat([vectors, *early], dim=1))
            stages.clear()
    for hook in hooks:
        hook.remove()
    return torch.cat(parts).double().numpy()


def lessons(clip: HouseClip, count: int, seed: int) -> tuple[Floats, Floats]:
    """Return features `(count, d)` and truths `(count, outputs)` of fresh pictures."""
    random, vectors, truths = Random(seed), [], []  # noqa: S311
    for start in range(0, count, 256):
        drawn = [lesson(random) for _ in range(min(256, count - start))]
        vectors.append(features_of(clip, [one.picture for one in drawn]))
        truths += [one.truths for one in drawn]
        print(f"probe: {start + len(drawn)} of {count} pictures", flush=True)
    return np.concatenate(vectors), np.array(truths)


def fitted(features: Floats, truths: Floats) -> dict[str, Floats]:
    """Return the probe's weights. Attributes are fitted to sound pictures, the rest to all."""
    dice = np.random.default_rng(17)
    width = features.shape[1]
    found: dict[str, Floats] = {
        "mean": features.mean(axis=0),
        "scale": features.std(axis=0) + 1e-4,
        "directions": dice.normal(0, REACH / np.sqrt(width), (width, DIRECTIONS)),
        "phases": dice.uniform(0, 2 * np.pi, DIRECTIONS),
    }
    seen, sound = probing.lifted(features, found), is_sound(truths)
    columns = [
        _best(seen[sound], truths[sound, place]) if name in ATTRIBUTES
        else _best(seen, truths[:, place])
        for place, name in enumerate(OUTPUTS)
    ]  # fmt: skip
    found["fit"] = np.stack(columns, axis=1)
    return {name: value.astype(np.float32) for name, value in found.items()}


def _best(seen: Floats, wanted: Floats) -> Floats:
    """Return the fit at the ridge that does best on a fifth that is held back for choosing it."""
    kept = np.arange(len(seen)) % 5 == 0
    errors = {
        ridge: float(((seen[kept] @ _ridge(seen[~kept], wanted[~kept], ridge) - wanted[kept]) ** 2)
                     .mean())
        for ridge in RIDGES
    }  # fmt: skip
    return _ridge(seen, wanted, min(errors, key=lambda ridge: errors[ridge]))


def _ridge(seen: Floats, wanted: Floats, ridge: float) -> Floats:
    held = np.linalg.solve(seen.T @ seen + ridge * np.eye(seen.shape[1]), seen.T @ wanted)
    return np.asarray(held)


def examined(found: dict[str, Floats], truths: Floats) -> dict[str, float]:
    """Return how well each output is read: correlation of attributes, area under the curve else."""
    sound, figures = is_sound(truths), {}
    for place, name in enumerate(OUTPUTS):
        if name in ATTRIBUTES:
            value = np.corrcoef(found[name][sound], truths[sound, place])[0, 1]
        else:
            value = area(found[name], truths[:, place] > 0 if name in DEFECTS else sound)
        figures[name] = round(float(value), 4)
    return figures


def area(scores: Floats, positive: NDArray[np.bool_]) -> float:
    """Return the probability that a positive one scores higher than a negative one."""
    ranks = scores.argsort().argsort() + 1.0
    count = int(positive.sum())
    return float((ranks[positive].sum() - count * (count + 1) / 2) / (count * (len(ranks) - count)))


def fit(
    clip: Path = CLIP_DIR, target: Path = probing.FOLDER, count: int = LESSONS, exam: int = EXAM
) -> dict[str, float]:
    """Fit, examine and write the probe of a CLIP folder; some minutes. Return its figures."""
    seeing = HouseClip(clip)
    weights = fitted(*lessons(seeing, count, 1))
    target.mkdir(parents=True, exist_ok=True)
    save_file(weights, target / "probe.safetensors")
    probing._weights.cache_clear()
    vectors, truths = lessons(seeing, exam, 2)
    figures = examined(probing.read(vectors.astype(np.float32), target), truths)
    (target / "figures.json").write_text(json.dumps(figures, indent=1) + "\n")
    (target / "README.md").write_text(_card(clip, target, figures, count, exam))
    if target == probing.FOLDER:
        card.write_manifest(WEIGHTS, integrity.trained())
    return figures


def _card(clip: Path, target: Path, figures: dict[str, Any], count: int, exam: int) -> str:
    return CARD.format(
        lessons=count, exam=exam, data=card.DATA_STATEMENT, licence=card.LICENCE,
        clip=sha256_of(clip / "open_clip_model.safetensors"),
        figures="\n".join(f"- {name}: {value}" for name, value in figures.items()),
        sha256=sha256_of(target / "probe.safetensors"),
    )  # fmt: skip
