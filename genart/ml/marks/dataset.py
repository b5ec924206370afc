"""Endless batches of pictures with marks and words on them, composed on the fly.

Grounds are coverage maps of six slots that the caller draws (the house painters'); each is painted
in other colours every time. Marks are the icons that may be learnt from, in all eight views, each a
mark of its own, and glyphs and shapes of our own invention.
"""

import string
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray

from genart.ml.marks import composing
from genart.ml.marks.composing import Box, Pixels
from genart.ml.marks.icons import SIDE, Mask, cropped, icons
from genart.ml.marks.networks import CANVAS, CROP

MARGIN = 1.25
"""A crop is this much longer than the box that it is made around."""


@dataclass
class Canvas:
    """One training picture of `CANVAS` pixels with the boxes of the marks on it."""

    pixels: Pixels
    marks: list[Box]


class Bank:
    """Grounds and marks, drawn once.

    Args:
        grounds: coverage maps `(6, h, w)` of 0 … 255, sides of one and of two `CANVAS`.
        palettes: six colours `#rrggbb` each.
    """

    def __init__(
        self, grounds: Sequence[NDArray[np.uint8]], palettes: Sequence[Sequence[str]]
    ) -> None:
        self.grounds = [maps for maps in grounds if maps.shape[1] < 2 * CANVAS]
        self.large = [maps for maps in grounds if maps.shape[1] >= 2 * CANVAS]
        self.palettes = palettes
        self.masks = [icon.mask() for icon in icons() if not icon.is_unseen]

    def ground(self, random: Random, side: int) -> Pixels:
        """Return a freshly painted piece of a ground, `(side, side, 3)`."""
        maps = random.choice([self.grounds, self.large][side > CANVAS])
        height, width = maps.shape[1:]
        top, left = random.randint(0, height - side), random.randint(0, width - side)
        part = maps[:, top : top + side, left : left + side].astype(np.float32) / 255
        picture = np.einsum("shw,sc->hwc", part, self._colors(random), optimize=True)
        if random.random() < 0.3:
            picture *= 1 + 0.08 * random.random() * _cloud(random, side)[..., None]
        return np.ascontiguousarray(np.clip(picture, 0, 255), dtype=np.uint8)

    def mark(self, random: Random) -> tuple[Mask, int]:
        """Return a silhouette, and a number that only the same mark has."""
        if random.random() < 0.2:
            return invented(random), -random.getrandbits(40)
        index, view = random.randrange(len(self.masks)), random.randrange(8)
        mask = np.rot90(self.masks[index], view % 4)
        return np.ascontiguousarray(mask[:, ::-1] if view > 3 else mask), index * 8 + view

    def canvas(self, random: Random) -> Canvas:
        """Return one picture with a mark or two, with words, which are none, or with nothing."""
        made = Canvas(self.ground(random, CANVAS), [])
        if random.random() < 0.8:
            for _ in range(1 if random.random() < 0.75 else 2):
                self._add_mark(made, random)
        if random.random() < 0.15:
            add_word(made.pixels, random)
        made.pixels = composing.finished(made.pixels, random)
        return made

    def pair(self, random: Random) -> tuple[Pixels, Pixels, int]:
        """Return a crop with a mark as it stands somewhere, its plain silhouette, its number."""
        while True:
            mask, number = self.mark(random)
            side = random.randint(56, 120)
            pixels = self.ground(random, side + 40)
            box = (20 + random.uniform(-4, 4), 20 + random.uniform(-4, 4), side, side)
            seen = composing.stamp(pixels, mask, box, composing.random_look(random), random)
            if seen is None or max(seen[2:]) < 16:
                continue
            pixels = composing.finished(pixels, random)
            crop = crop_around(pixels, shaken(seen, random))
            return crop, silhouette(mask, random.uniform(-4, 4)), number

    def _add_mark(self, made: Canvas, random: Random) -> None:
        share = random.uniform(0.02**0.5, 0.36**0.5)
        side = share * CANVAS
        box = (random.uniform(0, CANVAS - side), random.uniform(0, CANVAS - side), side, side)
        if any(_overlap(box, other) for other in made.marks):
            return
        mask, _ = self.mark(random)
        seen = composing.stamp(made.pixels, mask, box, composing.random_look(random), random)
        if seen is not None:
            made.marks.append(seen)

    def _colors(self, random: Random) -> NDArray[np.float32]:
        if random.random() < 0.15:
            return np.array([[random.randrange(256) for _ in range(3)] for _ in range(6)], "f4")
        slots = random.choice(self.palettes)
        table = np.array([[int(c[at : at + 2], 16) for at in (1, 3, 5)] for c in slots], "f4")
        return table + np.array([random.gauss(0, 6) for _ in range(18)], "f4").reshape(6, 3)


def add_word(pixels: Pixels, random: Random) -> None:
    """Write a word somewhere on a picture."""
    height = round(random.uniform(6**0.5, 40**0.5) ** 2)
    mask = composing.word_mask(any_word(random), random.choice(composing.fonts()), height)
    rows, columns = mask.shape
    side = pixels.shape[0]
    if rows > side:
        return
    top = random.randint(0, side - rows)
    left = random.randint(min(0, side - columns), max(0, side - columns))
    cover = np.zeros((side, side), np.uint8)
    cut = mask[:, max(0, -left) : side - left]
    cover[top : top + rows, max(0, left) : max(0, left) + cut.shape[1]] = cut
    box = (0.0, 0.0, float(side), float(side))
    composing.stamp(pixels, cover, box, composing.Look(), random)


def any_word(random: Random) -> str:
    """Return one to twelve letters, in one of the ways in which words are written."""
    length = random.randint(2, 12)
    letters = string.ascii_lowercase + ("0123456789&.-" if random.random() < 0.2 else "")
    word = "".join(random.choice(letters) for _ in range(length))
    return random.choice((word, word.upper(), word.capitalize(), f"{word[:4]} {word[4:]}"))


def invented(random: Random) -> Mask:
    """Return a mark of our own: a letter or two, or a few shapes laid over one another."""
    if random.random() < 0.4:
        letters = string.ascii_letters + "0123456789&@#%?!*"
        text = "".join(random.choice(letters) for _ in range(random.randint(1, 3)))
        return cropped(composing.word_mask(text, random.choice(composing.fonts()), 90), SIDE)
    mask = np.zeros((2 * SIDE, 2 * SIDE), np.uint8)
    for turn in range(random.randint(2, 6)):
        value = 255 if turn == 0 or random.random() < 0.6 else 0
        middle = [random.randint(SIDE // 2, 3 * SIDE // 2) for _ in range(2)]
        _shape(mask, middle, random.randint(SIDE // 5, SIDE // 1), value, random)
    return cropped(mask, SIDE)


def _shape(mask: Mask, middle: list[int], size: int, value: int, random: Random) -> None:
    kind = random.randrange(4)
    line = -1 if random.random() < 0.65 else max(3, size // random.randint(4, 9))
    if kind == 0:
        axes = (size // 2, round(size / 2 * random.uniform(0.4, 1)))
        cv2.ellipse(mask, middle, axes, random.uniform(0, 180), 0, 360, value, line, cv2.LINE_AA)
        return
    if kind == 1:
        start = random.randrange(360)
        axes = (size // 2, size // 2)
        cv2.ellipse(
            mask, middle, axes, 0, start, start + random.randint(60, 300), value, line, cv2.LINE_AA
        )
        return
    count = 4 if kind == 2 else random.randint(3, 10)
    turn = random.uniform(0, 6.3)
    inner = random.uniform(0.35, 1.0) if kind == 3 else 1.0
    radii = [size / 2 * (inner if at % 2 else 1.0) for at in range(count)]
    angles = [turn + 2 * np.pi * at / count for at in range(count)]
    points = [
        [middle[0] + r * np.cos(a), middle[1] + r * np.sin(a)]
        for r, a in zip(radii, angles, strict=True)
    ]
    outline = np.round(points).astype(np.int32)
    if line < 0:
        cv2.fillPoly(mask, [outline], value, cv2.LINE_AA)
    else:
        cv2.polylines(mask, [outline], True, value, line, cv2.LINE_AA)


def silhouette(mask: Mask, angle: float = 0.0) -> Pixels:
    """Return a mark as the register keeps it: black on white, `(CROP, CROP, 3)`."""
    inner = round(2 * CROP / MARGIN)
    edge = (2 * CROP - inner) // 2
    paper = np.full((2 * CROP, 2 * CROP), 255, np.uint8)
    small = cv2.resize(mask, (inner, inner), interpolation=cv2.INTER_AREA)
    paper[edge : edge + inner, edge : edge + inner] = 255 - small
    if angle:
        turn = cv2.getRotationMatrix2D((CROP, CROP), angle, 1.0)
        paper = cv2.warpAffine(paper, turn, paper.shape, borderValue=255)
    small = cv2.resize(paper, (CROP, CROP), interpolation=cv2.INTER_AREA)
    return np.repeat(small[..., None], 3, axis=2)


def crop_around(pixels: Pixels, box: Box, margin: float = MARGIN) -> Pixels:
    """Return the square around a box, `margin` times as long as it, as `(CROP, CROP, 3)`."""
    left, top, width, height = box
    side = max(width, height) * margin
    x, y = left + width / 2 - side / 2, top + height / 2 - side / 2
    scale = CROP / side
    turn = np.array([[scale, 0, -x * scale], [0, scale, -y * scale]])
    if scale < 0.6:
        half = cv2.resize(pixels, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return crop_around(half, (left / 2, top / 2, width / 2, height / 2), margin)
    return np.asarray(cv2.warpAffine(pixels, turn, (CROP, CROP), borderMode=cv2.BORDER_REPLICATE))


def shaken(box: Box, random: Random) -> Box:
    """Return a box as a detector might have seen it: moved and resized a little."""
    left, top, width, height = box
    size = max(width, height)
    dx, dy = random.gauss(0, 0.08) * size, random.gauss(0, 0.08) * size
    factor = float(np.exp(random.gauss(0, 0.17)))
    x, y = left + width / 2 + dx, top + height / 2 + dy
    return x - width * factor / 2, y - height * factor / 2, width * factor, height * factor


def _overlap(one: Box, other: Box) -> bool:
    """Whether two boxes touch."""
    return (
        one[0] < other[0] + other[2]
        and other[0] < one[0] + one[2]
        and one[1] < other[1] + other[3]
        and other[1] < one[1] + one[3]
    )


def _cloud(random: Random, side: int) -> NDArray[np.float32]:
    coarse = np.random.default_rng(random.getrandbits(32)).standard_normal((5, 5), np.float32)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC))
