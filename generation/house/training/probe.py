"""Fit the attribute probe and the aesthetic head on the house CLIP, in closed form.

For: `train_house probe`, which writes `weights/probe/`. Not for: reading (`probing.py`) or what is
true of a picture (`ruining.py`). Ridge regression on random Fourier features of the vectors: the
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
from generation.house.training.measure import Judge
from generation.house.training.ruining import is_sound, lesson

LESSONS, EXAM = 4_000, 800
DIRECTIONS, REACH, RIDGE = 384, 1.6, 0.5
Floats = NDArray[np.floating[Any]]

CARD = """---
license: other
license_name: Own work of this project
base_model: house CLIP
datasets: pictures drawn by this repository's own painters, some ruined on purpose
---
# Attribute probe and aesthetic head on the house CLIP

Reads ten numbers in 0..1 from one vector of the house CLIP (`generation/house/probing.py`):

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
Ridge regression in closed form on random Fourier features of the vectors; {lessons:,} drawings,
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


def vectors_of(judge: Judge, pictures: list[Image.Image]) -> Floats:
    """Return the house CLIP's vectors `(n, 192)` of length 1."""
    parts = []
    with torch.no_grad():
        for start in range(0, len(pictures), 64):
            batch = torch.stack([judge.preprocess(one) for one in pictures[start : start + 64]])
            parts.append(functional.normalize(judge.model.encode_image(batch), dim=-1))
    return torch.cat(parts).double().numpy()


def lessons(judge: Judge, count: int, seed: int) -> tuple[Floats, Floats]:
    """Return vectors `(count, 192)` and truths `(count, outputs)` of fresh pictures."""
    random, vectors, truths = Random(seed), [], []  # noqa: S311
    for start in range(0, count, 256):
        drawn = [lesson(random) for _ in range(min(256, count - start))]
        vectors.append(vectors_of(judge, [one.picture for one in drawn]))
        truths += [one.truths for one in drawn]
        print(f"probe: {start + len(drawn)} of {count} pictures", flush=True)
    return np.concatenate(vectors), np.array(truths)


def fitted(vectors: Floats, truths: Floats) -> dict[str, Floats]:
    """Return the probe's weights. Attributes are fitted to sound pictures, the rest to all."""
    dice = np.random.default_rng(17)
    directions = dice.normal(0, REACH, (vectors.shape[1], DIRECTIONS))
    phases = dice.uniform(0, 2 * np.pi, DIRECTIONS)
    seen = probing.lifted(vectors, directions, phases)
    sound = is_sound(truths)
    columns = [
        _ridge(seen[sound], truths[sound, place]) if name in ATTRIBUTES
        else _ridge(seen, truths[:, place])
        for place, name in enumerate(OUTPUTS)
    ]  # fmt: skip
    found = {"directions": directions, "phases": phases, "fit": np.stack(columns, axis=1)}
    return {name: value.astype(np.float32) for name, value in found.items()}


def _ridge(seen: Floats, wanted: Floats) -> Floats:
    return np.linalg.solve(seen.T @ seen + RIDGE * np.eye(seen.shape[1]), seen.T @ wanted)


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
    judge = Judge(clip)
    weights = fitted(*lessons(judge, count, 1))
    target.mkdir(parents=True, exist_ok=True)
    save_file(weights, target / "probe.safetensors")
    probing._weights.cache_clear()
    vectors, truths = lessons(judge, exam, 2)
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
