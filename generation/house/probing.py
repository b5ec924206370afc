"""Reads attributes and workmanship from what the house CLIP sees in a picture; no torch.

For: whoever has features of the house CLIP (`training/probe.py: features_of`) and wants numbers
that mean something. Not for: approval (`curation/`), and not for features of another CLIP. What
each number means, and how well it is read, stands in `weights/probe/README.md`.
Next: `training/probe.py`, which fits it.
"""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.numpy import load_file

from generation.house import WEIGHTS

Floats = NDArray[np.floating[Any]]

FOLDER = WEIGHTS / "probe"
ATTRIBUTES = ("balance", "contrast", "clutter", "harmony")
DEFECTS = ("blurred", "speckled", "smeared", "shattered", "greyed")
OUTPUTS = (*ATTRIBUTES, *DEFECTS, "aesthetic")


def lifted(features: Floats, weights: Mapping[str, Floats]) -> Floats:
    """Return scaled features `(n, d)` with random Fourier features `(n, m)` and a one beside them.

    Rahimi and Recht 2007: a linear fit on them is a smooth one on the features.
    """
    scaled = np.clip((features - weights["mean"]) / weights["scale"], -4, 4)
    waves = np.cos(scaled @ weights["directions"] + weights["phases"])
    ones = np.ones((len(features), 1), dtype=features.dtype)
    return np.concatenate([scaled, waves, ones], axis=1)


@cache
def _weights(folder: Path) -> dict[str, Floats]:
    read = load_file(folder / "probe.safetensors")
    return {name: value.astype(np.float32) for name, value in read.items()}


def read(features: Floats, folder: Path = FOLDER) -> dict[str, Floats]:
    """Return every output, `(n,)` in 0..1 each, for features `(n, d)` of the house CLIP."""
    weights = _weights(folder)
    found = lifted(features, weights) @ weights["fit"]
    return {name: np.clip(found[:, place], 0, 1) for place, name in enumerate(OUTPUTS)}
