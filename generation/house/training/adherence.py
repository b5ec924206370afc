"""Fits what layout and density look like, family by family, to painters' pictures.

For: `generation/adherence/calibration.json`, which `train_house adherence` writes. Not for:
measuring (`generation/adherence`). The painters' pictures are the ground truth: each was drawn from
a scene whose layout and density are known, in random palettes, finishes and shapes.
Layout: discriminants with one covariance for a family. Density: ridge regression on its level.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from PIL import Image

from generation.adherence.calibration import GENERAL, PATH, level_middle
from generation.adherence.features import features, small_lab
from generation.house import painters
from generation.house.compositing import coverage
from generation.house.families import FAMILIES
from generation.house.finishes import FINISHES, applied
from generation.house.painters.scene import Scene
from generation.palettes import PALETTES

SCENES_PER_FAMILY = 160
SHAPES = (painters.ASPECTS[0], *painters.ASPECTS)
"""Square pictures come twice as often."""
PICTURE_PX = 256
SHRINK_LAYOUT, SHRINK_DENSITY = 0.35, 4.0
"""How far the fits are held back: there are more numbers than a family's scenes can tell apart."""


def drawn(scene: Scene, slots: tuple[str, ...], finish: str) -> Image.Image:
    """Return the painter's picture of a scene, `PICTURE_PX` on its shorter side."""
    maps = torch.from_numpy(painters.draw(scene))[None]
    height, width = (round(PICTURE_PX * side) for side in (scene.height, scene.width))
    cover = coverage(maps, height, width)[0]
    return Image.fromarray(applied(finish, cover, slots, scene.seed % 2**32))


def pictures(per_family: int, seed: int) -> Iterator[tuple[Scene, str, Image.Image]]:
    """Yield `(scene, palette, picture)` of every family; another seed, other scenes."""
    random = Random(seed)  # noqa: S311
    for family in FAMILIES:
        for _ in range(per_family):
            scene = painters.random_scene(random, family, random.choice(SHAPES))
            palette, finish = random.choice(list(PALETTES)), random.choice(list(FINISHES))
            yield scene, palette, drawn(scene, PALETTES[palette].slots, finish)


def fit(path: Path = PATH, per_family: int = SCENES_PER_FAMILY) -> Path:
    """Draw, fit and write the calibration; minutes. Return where it lies."""
    rows = [
        (scene, features(small_lab(picture)))
        for scene, _palette, picture in pictures(per_family, 1)
    ]
    seen = np.array([row for _scene, row in rows])
    mean, spread = seen.mean(axis=0), seen.std(axis=0) + 0.05
    scaled = [(scene, (row - mean) / spread) for scene, row in rows]
    found: dict[str, Any] = {}
    for family in (*FAMILIES, GENERAL):
        mine = [(scene, row) for scene, row in scaled if family in (scene.family, GENERAL)]
        found[family] = {"layout": _layout_fit(mine), "density": _density_fit(mine)}
    content = {"mean": _short(mean), "spread": _short(spread), "families": found}
    path.write_text(json.dumps(content, separators=(",", ":")) + "\n")
    return path


def _layout_fit(rows: list[tuple[Scene, Any]]) -> dict[str, list[float]]:
    """Return for each layout the weights of its discriminant, the constant last."""
    names = sorted({scene.layout for scene, _row in rows})
    x = np.array([row for _scene, row in rows])
    labels = np.array([names.index(scene.layout) for scene, _row in rows])
    middles = np.array([x[labels == place].mean(axis=0) for place in range(len(names))])
    rest = x - middles[labels]
    spread = rest.T @ rest / len(x)
    level = np.trace(spread) / len(spread)
    held = (1 - SHRINK_LAYOUT) * spread + SHRINK_LAYOUT * level * np.eye(len(spread))
    weights = np.linalg.solve(held, middles.T).T
    constants = -0.5 * np.einsum("ij,ij->i", weights, middles)
    return {name: _short([*weights[place], constants[place]]) for place, name in enumerate(names)}


def _density_fit(rows: list[tuple[Scene, Any]]) -> list[float]:
    """Return the weights of the regression on the middle of the density's level, constant last."""
    x = np.array([[*row, 1.0] for _scene, row in rows])
    y = np.array([level_middle(scene.density) for scene, _row in rows]) - 0.5
    held = SHRINK_DENSITY * np.eye(x.shape[1])
    held[-1, -1] = 0
    weights = np.linalg.solve(x.T @ x + held, x.T @ y)
    weights[-1] += 0.5
    return _short(weights)


def _short(values: Any) -> list[float]:
    return [round(float(value), 4) for value in values]
