"""Distances between sets of pictures: Fréchet, joint with captions, and nearest neighbours.

For: how near generated pictures are to drawn ones as a whole, and whether any was learnt by heart.
Not for: single pictures (`colours.py`). Fréchet: Heusel et al. 2017, here in the judge's features.
Joint: DeVries et al. 2019, the same with the caption appended, so that true pictures of the wrong
caption are far.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import linalg

from generation.house.captions import LAYOUT_WORDS
from generation.house.families import FAMILIES
from generation.house.painters.scene import Scene

Floats = NDArray[np.float64]
RIDGE = 1e-6


def frechet(first: Floats, second: Floats) -> float:
    """Return the Fréchet distance of two sets of features, `(n, d)` and `(m, d)`."""
    means = first.mean(axis=0) - second.mean(axis=0)
    spreads = [
        np.cov(found, rowvar=False) + RIDGE * np.eye(found.shape[1]) for found in (first, second)
    ]
    root = linalg.sqrtm(spreads[0] @ spreads[1])
    return float(means @ means + np.trace(spreads[0] + spreads[1] - 2 * np.real(root)))


def caption_rows(scenes: Sequence[Scene]) -> Floats:
    """Return `(n, families + 9)`: what the captions say, as ones and zeros."""
    families, layouts = list(FAMILIES), list(LAYOUT_WORDS)
    rows = np.zeros((len(scenes), len(families) + len(layouts) + 3))
    for row, scene in zip(rows, scenes, strict=True):
        row[families.index(scene.family)] = 1
        row[len(families) + layouts.index(scene.layout)] = 1
        row[len(families) + len(layouts) + scene.level] = 1
    return rows


def joint(features: Floats, captions: Floats) -> Floats:
    """Return features with their captions beside them, both of the same total spread."""
    scale = np.sqrt(features.var(axis=0).sum() / captions.var(axis=0).sum())
    return np.concatenate([features, scale * captions], axis=1)


def nearest(of: NDArray[np.float32], among: NDArray[np.float32]) -> Floats:
    """Return for each map `(n, …)` the root mean square difference to the nearest of `among`."""
    rows, others = (maps.reshape(len(maps), -1).astype(np.float64) for maps in (of, among))
    squares = (rows**2).sum(1)[:, None] + (others**2).sum(1)[None] - 2 * rows @ others.T
    return np.sqrt(np.maximum(squares, 0).min(axis=1) / rows.shape[1])
