"""Spoils drawings on purpose, in the ways in which rendered pictures go wrong. For the fit alone.

Each takes coverage maps `(6, height, width)` that sum to 1 at each point, or a painted picture
`(height, width, 3)` of 0 to 1, and returns the same shape. Numpy and Pillow; chance is handed in.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Floats = NDArray[np.floating[Any]]
Chance = np.random.Generator


def noise(chance: Chance, height: int, width: int, cell_px: float) -> Floats:
    """Return smooth noise of deviation 1, with blots of `cell_px` pixels."""
    coarse = chance.normal(size=(int(height / cell_px) + 2, int(width / cell_px) + 2))
    image = Image.fromarray(coarse.astype(np.float32))
    smooth = np.asarray(image.resize((width, height), Image.Resampling.BICUBIC))
    return smooth / (smooth.std() + 1e-6)


def fray(maps: Floats, chance: Chance) -> Floats:
    """Displace every point by fine noise, so that edges fray."""
    return _displaced(maps, chance, reach_px=chance.uniform(2, 7), cell_px=chance.uniform(1.5, 6))


def warp(maps: Floats, chance: Chance) -> Floats:
    """Bend the whole out of shape."""
    return _displaced(maps, chance, reach_px=chance.uniform(9, 26), cell_px=chance.uniform(16, 50))


def mush(maps: Floats, chance: Chance) -> Floats:
    """Let shapes run into each other: blurred coverage with noise, hardened again."""
    sigma = chance.uniform(4, 12)
    soft = np.stack([_blurred(layer, sigma) for layer in maps])
    height, width = maps.shape[1:]
    cells = chance.uniform(4, 14)
    soft += chance.uniform(0.08, 0.22) * np.stack(
        [noise(chance, height, width, cells) for _ in maps]
    )
    return hardened(soft)


def blots(maps: Floats, chance: Chance) -> Floats:
    """Strew blots of any colour over it."""
    height, width = maps.shape[1:]
    field = noise(chance, height, width, chance.uniform(8, 30))
    layer = chance.integers(1, len(maps))
    share = chance.uniform(0.06, 0.25)
    here = field > np.quantile(field, 1 - share)
    spoilt = maps.copy()
    spoilt[:, here] = 0
    spoilt[layer, here] = 1
    return spoilt


def broken(maps: Floats, chance: Chance) -> Floats:
    """Take tiles out and put them elsewhere."""
    spoilt = maps.copy()
    height, width = maps.shape[1:]
    for _ in range(chance.integers(4, 12)):
        side = int(chance.integers(min(height, width) // 10, min(height, width) // 4))
        (y, v), (x, u) = (chance.integers(0, limit - side, 2) for limit in (height, width))
        spoilt[:, y : y + side, x : x + side] = maps[:, v : v + side, u : u + side]
    return spoilt


def speckled(picture: Floats, chance: Chance) -> Floats:
    """Throw grains of the picture's own colours over it."""
    height, width = picture.shape[:2]
    here = chance.random((height, width)) < chance.uniform(0.03, 0.2)
    spoilt = picture.copy()
    rows, columns = chance.integers(0, height, here.sum()), chance.integers(0, width, here.sum())
    spoilt[here] = picture[rows, columns]
    return spoilt


def shouting(picture: Floats, chance: Chance) -> Floats:
    """Turn the channels of some of its colours round and push them outwards."""
    order = chance.permutation(3)
    turned = picture[..., order] * chance.uniform(0.6, 1.4, 3)
    grey = turned.mean(axis=-1, keepdims=True)
    pushed = np.clip(grey + (turned - grey) * chance.uniform(2.2, 4.5), 0, 1)
    field = noise(chance, picture.shape[0], picture.shape[1], cell_px=picture.shape[0] / 2)
    return np.where((field > chance.normal(-0.4, 0.4))[..., None], pushed, picture)


def washed(picture: Floats, chance: Chance) -> Floats:
    """Let it fade to nearly one tone."""
    middle = picture.mean(axis=(0, 1))
    return middle + (picture - middle) * chance.uniform(0.05, 0.25)


def soft(picture: Floats, chance: Chance) -> Floats:
    """Put it out of focus."""
    image = Image.fromarray((np.clip(picture, 0, 1) * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(chance.uniform(2, 6)))) / np.float32(
        255
    )


MAPS: dict[str, Callable[[Floats, Chance], Floats]] = {
    "fray": fray, "warp": warp, "mush": mush, "blots": blots, "broken": broken,
}  # fmt: skip
PICTURES: dict[str, Callable[[Floats, Chance], Floats]] = {
    "speckled": speckled, "shouting": shouting, "washed": washed, "soft": soft,
}  # fmt: skip


def hardened(maps: Floats, sharpness: float = 14) -> Floats:
    """Return maps in which each point belongs nearly wholly to its strongest layer."""
    odds = np.exp(sharpness * (maps - maps.max(axis=0)))
    return odds / odds.sum(axis=0)


def _displaced(maps: Floats, chance: Chance, *, reach_px: float, cell_px: float) -> Floats:
    height, width = maps.shape[1:]
    rows, columns = np.mgrid[:height, :width]
    moves = [reach_px * 0.5 * noise(chance, height, width, cell_px) for _ in range(2)]
    rows = np.clip(rows + moves[0], 0, height - 1).astype(int)
    columns = np.clip(columns + moves[1], 0, width - 1).astype(int)
    return maps[:, rows, columns]


def _blurred(layer: Floats, sigma: float) -> Floats:
    image = Image.fromarray((layer * 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(sigma))) / np.float32(255)
