"""Pictures gone wrong on purpose, and what is true of sound ones: the truth the probe learns.

For: `probe.py`. Not for: curation's ruins, which are of other pictures (`curation/scorers`). Every
number comes from the drawing itself, not from somebody's taste.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from genart.lib.color import delta_e, hex_to_oklab, oklab_to_hex
from generation.house import painters
from generation.house.compositing import coverage
from generation.house.families import FAMILIES
from generation.house.finishes import FINISHES, applied
from generation.house.probing import ATTRIBUTES, DEFECTS, OUTPUTS
from generation.palettes import PALETTES

SIDE_PX = 192
FAR = 0.16
"""Mean OKLab displacement of a palette's colours at which nothing of its harmony is left."""
Ruin = Callable[[Image.Image, float, Random], Image.Image]


def blurred(picture: Image.Image, strength: float, _random: Random) -> Image.Image:
    """Put the picture out of focus."""
    return picture.filter(ImageFilter.GaussianBlur(2 + 5 * strength))


def speckled(picture: Image.Image, strength: float, random: Random) -> Image.Image:
    """Strew specks of its own colours over the picture."""
    pixels = np.asarray(picture).copy()
    dice = np.random.default_rng(random.getrandbits(32))
    side = 4
    for _ in range(int(120 + 400 * strength)):
        row, column = dice.integers(0, SIDE_PX - side, 2)
        pixels[row : row + side, column : column + side] = pixels[
            tuple(dice.integers(0, SIDE_PX, 2))
        ]
    return Image.fromarray(pixels)


def smeared(picture: Image.Image, strength: float, random: Random) -> Image.Image:
    """Drag the picture along one direction."""
    pixels = np.asarray(picture).astype(np.float32)
    reach, axis = int(12 + 30 * strength), random.randrange(2)
    dragged = np.mean([np.roll(pixels, shift, axis) for shift in range(reach)], axis=0)
    return Image.fromarray(dragged.astype(np.uint8))


def shattered(picture: Image.Image, strength: float, random: Random) -> Image.Image:
    """Exchange pieces of the picture."""
    pixels, cells = np.asarray(picture).copy(), 6
    side = SIDE_PX // cells
    for _ in range(int(4 + 14 * strength)):
        corners = [(random.randrange(cells) * side, random.randrange(cells) * side) for _ in "ab"]
        one, other = [(slice(y, y + side), slice(x, x + side)) for y, x in corners]
        pixels[one], pixels[other] = pixels[other].copy(), pixels[one].copy()
    return Image.fromarray(pixels)


def greyed(picture: Image.Image, strength: float, _random: Random) -> Image.Image:
    """Drown the picture in grey."""
    grey = Image.new("RGB", picture.size, (128, 126, 122))
    return Image.blend(picture, grey, 0.4 + 0.45 * strength)


RUINS: dict[str, Ruin] = {
    "blurred": blurred,
    "speckled": speckled,
    "smeared": smeared,
    "shattered": shattered,
    "greyed": greyed,
}


@dataclass(frozen=True)
class Lesson:
    """One picture and what is true of it, in the order of `probing.OUTPUTS`."""

    picture: Image.Image
    truths: tuple[float, ...]


def lesson(random: Random) -> Lesson:
    """Return a drawing in true or strayed colours, sound or ruined, half of them each."""
    scene = painters.random_scene(random, random.choice(list(FAMILIES)))
    maps = painters.draw(scene)
    slots, harmony = strayed(PALETTES[random.choice(list(PALETTES))].slots, random)
    cover = coverage(torch.from_numpy(maps)[None], SIDE_PX, SIDE_PX)[0]
    look = random.choice(list(FINISHES))
    picture = Image.fromarray(applied(look, cover, slots, scene.seed % 2**32))
    truths = dict.fromkeys(OUTPUTS, 0.0) | {
        "balance": balance(maps), "contrast": contrast(maps, slots), "clutter": clutter(maps),
        "harmony": harmony, "aesthetic": 0.5 + 0.5 * harmony,
    }  # fmt: skip
    if random.random() < 0.5:
        defect, strength = random.choice(DEFECTS), random.random()
        picture = RUINS[defect](picture, strength, random)
        truths |= {defect: 1.0, "aesthetic": 0.0}
    return Lesson(picture, tuple(truths[name] for name in OUTPUTS))


def is_sound(truths: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """Return which rows of truths `(n, outputs)` have no defect."""
    first = len(ATTRIBUTES)
    return truths[:, first : first + len(DEFECTS)].sum(axis=1) == 0


def strayed(slots: tuple[str, ...], random: Random) -> tuple[tuple[str, ...], float]:
    """Return colours moved at random from a palette (half of the time), and the harmony left."""
    if random.random() < 0.5:
        return slots, 1.0
    dice = np.random.default_rng(random.getrandbits(32))
    lab = hex_to_oklab(list(slots))
    moved = lab + random.random() * dice.normal(0, 1, lab.shape) * (0.06, 0.11, 0.11)
    found = tuple(oklab_to_hex(moved))
    stray = float(delta_e(hex_to_oklab(list(found)), lab).mean())
    return found, max(0.0, 1 - stray / FAR)


def balance(maps: NDArray[np.float32]) -> float:
    """Return 1 where what is not background weighs evenly about the middle, 0 at an edge."""
    ink = 1 - maps[0]
    height, width = ink.shape
    total = ink.sum() + 1e-6
    down = float((ink.sum(1) * (np.arange(height) + 0.5)).sum() / total / height - 0.5)
    across = float((ink.sum(0) * (np.arange(width) + 0.5)).sum() / total / width - 0.5)
    return max(0.0, 1 - 2 * float(np.hypot(down, across)))


def contrast(maps: NDArray[np.float32], slots: tuple[str, ...]) -> float:
    """Return the spread of lightness over the page: deviation of OKLab L, doubled, at most 1."""
    light, areas = hex_to_oklab(list(slots))[:, 0], maps.mean((1, 2))
    mean = float(areas @ light)
    return min(1.0, 2 * float(np.sqrt(areas @ (light - mean) ** 2)))


def clutter(maps: NDArray[np.float32]) -> float:
    """Return how much of the page lies on borders between colours; 1 at a quarter and more."""
    hard = maps.argmax(axis=0)
    borders = (hard[1:] != hard[:-1]).mean() + (hard[:, 1:] != hard[:, :-1]).mean()
    return min(1.0, 2 * float(borders))
