"""Reads attributes and workmanship from a picture's house-CLIP vector; no torch.

For: whoever has vectors of the house CLIP and wants numbers that mean something. Not for: approval
(`curation/`), and not for vectors of another CLIP. What each number means, and how well it is read,
stands in `weights/probe/README.md`. Next: `training/probe.py`, which fits it.
"""

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


def lifted(vectors: Floats, directions: Floats, phases: Floats) -> Floats:
    """Return random Fourier features `(n, 2 m + d + 1)` of vectors `(n, d)` of length 1.

    Rahimi and Recht 2007: a linear fit on them is a smooth one on the vectors.
    """
    angles = vectors @ directions + phases
    ones = np.ones((len(vectors), 1), dtype=vectors.dtype)
    return np.concatenate([np.cos(angles), np.sin(angles), vectors, ones], axis=1)


@cache
def _weights(folder: Path) -> dict[str, Floats]:
    read = load_file(folder / "probe.safetensors")
    return {name: value.astype(np.float32) for name, value in read.items()}


def read(vectors: Floats, folder: Path = FOLDER) -> dict[str, Floats]:
    """Return every output, `(n,)` in 0..1 each, for house-CLIP vectors `(n, 192)`."""
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    weights = _weights(folder)
    seen = (vectors / lengths).astype(np.float32)
    found = lifted(seen, weights["directions"], weights["phases"]) @ weights["fit"]
    return {name: np.clip(found[:, place], 0, 1) for place, name in enumerate(OUTPUTS)}
