"""The trained networks at work: places in a picture, and vectors of crops.

For workers and commands: the first call loads torch and the weights, once for each process.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Pixels = NDArray[np.uint8]
FILES = ("finder.safetensors", "embedder.safetensors")


@dataclass(frozen=True)
class Spot:
    """A place where a mark may stand: left, top, width, height in shares, and how likely."""

    box: tuple[float, float, float, float]
    score: float


def spots(folder: Path, pixels: Pixels, most: int) -> list[Spot]:
    """Return the likeliest places in a picture `(h, w, 3)`, at most `most`, best first."""
    return _seen(folder, pixels[None], most)[0]


def _seen(folder: Path, pictures: Pixels, most: int) -> list[list[Spot]]:
    """Return the likeliest places in each of some pictures of one size `(n, h, w, 3)`."""
    import cv2
    import torch
    from torch.nn import functional

    from genart.ml.marks.networks import CANVAS, HEAT, as_input

    small = [cv2.resize(one, (CANVAS, CANVAS), interpolation=cv2.INTER_AREA) for one in pictures]
    with torch.inference_mode():
        maps = _networks(folder)[0](as_input(torch.from_numpy(np.stack(small))))
        heat = maps[:, HEAT].sigmoid()
        peak = functional.max_pool2d(heat[:, None], 3, 1, 1)[:, 0] == heat
        scores, places = (heat * peak).flatten(1).topk(most, dim=1)
    return [
        [
            _spot(numbers[1:], int(place), float(score))
            for score, place in zip(row_scores, row_places, strict=True)
        ]
        for numbers, row_scores, row_places in zip(maps.numpy(), scores, places, strict=True)
    ]


def _spot(numbers: Floats, place: int, score: float) -> Spot:
    """Return the place that a cell tells of, by its log sizes and shifts `(4, h, w)`."""
    from genart.ml.marks.networks import CANVAS, STRIDE

    y, x = divmod(place, numbers.shape[2])
    wide, high = np.exp(np.clip(numbers[:2, y, x], 0, 3.6)) * STRIDE / CANVAS
    middle_x = (x + numbers[2, y, x]) * STRIDE / CANVAS
    middle_y = (y + numbers[3, y, x]) * STRIDE / CANVAS
    box = (middle_x - wide / 2, middle_y - high / 2, wide, high)
    return Spot((float(box[0]), float(box[1]), float(box[2]), float(box[3])), score)


def vectors(folder: Path, crops: Sequence[Pixels]) -> Floats:
    """Return unit rows for crops of 64 pixels, `(n, 128)`."""
    import torch

    from genart.ml.marks.networks import DIM, as_input

    if not crops:
        return np.zeros((0, DIM), np.float32)
    network, rows = _networks(folder)[1], []
    with torch.inference_mode():
        for start in range(0, len(crops), 64):
            batch = torch.from_numpy(np.stack(crops[start : start + 64]))
            rows.append(network(as_input(batch)).numpy())
    return np.concatenate(rows)


@cache
def encoder_name(folder: Path) -> str:
    """Return the name stored beside vectors of these weights; loads no torch."""
    digest = hashlib.sha256((folder / FILES[1]).read_bytes()).hexdigest()
    return f"marks-embedder@{digest[:8]}"


@cache
def version(folder: Path) -> str:
    """Return a name for both networks' weights; loads no torch."""
    digest = hashlib.sha256()
    for name in FILES:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:8]


@cache
def _networks(folder: Path) -> tuple[Any, Any]:
    import torch
    from safetensors.torch import load_file

    from genart.ml.marks.networks import Embedder, Finder

    loaded, both = [], cast(tuple[Any, Any], (Finder(), Embedder()))
    for network, name in zip(both, FILES, strict=True):
        weights = load_file(folder / name)
        network.load_state_dict({key: value.float() for key, value in weights.items()})
        loaded.append(network.eval().to(memory_format=torch.channels_last))
    return loaded[0], loaded[1]
