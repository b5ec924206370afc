"""Puts marks and words on pictures, with everything that makes them hard to find.

A mark gets a colour that can be seen, perhaps the picture's own; it may stand on a badge, be drawn
as an outline, be turned, sheared, let the ground shine through, or be partly covered. Then the
whole picture gets a finish: grain, blur, JPEG. Numpy and OpenCV; no torch.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from genart.lib.color import srgb_to_oklab
from genart.ml.marks.icons import Mask

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]

LEAST_CONTRAST = 0.11
"""The least OKLab difference between a mark and its ground: below it nobody sees a mark."""


@dataclass(frozen=True)
class Look:
    """How a mark is shown. `angle` in degrees; `opacity` 0 … 1; `line` of an outline, 0: filled."""

    angle: float = 0.0
    shear: float = 0.0
    opacity: float = 1.0
    line: float = 0.0
    badge: str = ""
    covered: float = 0.0
    mirrored: bool = False


def random_look(random: Random) -> Look:
    """Return a look with every choice at random."""
    kind = random.random()
    return Look(
        angle=random.uniform(-20, 20),
        shear=random.uniform(-0.06, 0.06),
        opacity=random.uniform(0.6, 1.0) if random.random() < 0.4 else 1.0,
        line=random.uniform(0.025, 0.05) if kind < 0.05 else 0.0,
        badge=random.choice(("disc", "square", "tile")) if kind > 0.8 else "",
        covered=random.uniform(0.04, 0.12) if random.random() < 0.05 else 0.0,
    )


def stamp(
    picture: Pixels, mask: Mask, box: Box, look: Look, random: Random, color: str = ""
) -> Box | None:
    """Put a mark into `box` of a picture, in place; return its own box, or `None` if unseen.

    Args:
        picture: `(height, width, 3)` sRGB bytes.
        mask: square silhouette.
        box: left, top, width, height in pixels, roughly square.
        look: how it is shown.
        random: where colours come from.
        color: `#rrggbb`; empty: one at random that shows.
    """
    cover = _placed(_outlined(mask, look.line), picture.shape[:2], box, look)
    badge = _badge(picture.shape[:2], box, look) if look.badge else None
    inside = cover > 0.5
    if inside.sum() < 12:
        return None
    ground = picture
    if badge is not None:
        under = np.median(picture[badge > 0.5], axis=0)
        paint = _contrasting(under, picture, random)
        ground = _blended(picture, badge, paint, look.opacity)
        ink = _contrasting(paint, picture, random, color)
    else:
        ink = _contrasting(np.median(picture[inside], axis=0), picture, random, color)
    result = _blended(ground, cover, ink, look.opacity)
    if _difference(result, ground, inside) < LEAST_CONTRAST:
        return None
    if look.covered:
        _cover(result, box, look.covered, random)
    picture[:] = result
    rows, columns = np.nonzero(inside.any(1))[0], np.nonzero(inside.any(0))[0]
    left, top = int(columns[0]), int(rows[0])
    return left, top, int(columns[-1]) + 1 - left, int(rows[-1]) + 1 - top


def finished(picture: Pixels, random: Random, jpeg: float = 0.5) -> Pixels:
    """Return a picture with grain, a little blur, another tone, or JPEG marks, each at times."""
    result = picture
    if random.random() < 0.3:
        result = cv2.GaussianBlur(result, (0, 0), random.uniform(0.3, 0.9))
    if random.random() < 0.5:
        chance = np.random.default_rng(random.getrandbits(32))
        tooth = chance.standard_normal(result.shape[:2], dtype=np.float32)
        if random.random() < 0.5:
            tooth = cv2.GaussianBlur(tooth, (0, 0), random.uniform(0.6, 2.5)) * 2
        strength = random.uniform(1, 9)
        result = np.clip(result + strength * tooth[..., None], 0, 255).astype(np.uint8)
    if random.random() < jpeg:
        quality = [cv2.IMWRITE_JPEG_QUALITY, random.randint(35, 95)]
        sent = cv2.imencode(".jpg", result, quality)[1]
        result = np.asarray(cv2.imdecode(sent, cv2.IMREAD_COLOR), dtype=np.uint8)
    return result


def word_mask(word: str, font: str, height_px: int) -> Mask:
    """Return a word as a silhouette whose capitals are about `height_px` high."""
    face = _face(font, max(8, round(height_px * 1.35)))
    left, top, right, bottom = face.getbbox(word)
    image = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4))
    ImageDraw.Draw(image).text((2 - left, 2 - top), word, fill=255, font=face)
    return np.asarray(image)


@cache
def fonts() -> tuple[str, ...]:
    """Return the fonts of this machine that are made for text."""
    known = Path("/usr/share/fonts").rglob("*.[to]tf")
    return tuple(sorted(str(path) for path in known if "Math" not in path.name))


@cache
def _face(font: str, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font, size)


def turned(mask: Mask, angle: float, shear: float = 0.0) -> Mask:
    """Return a silhouette turned by `angle` degrees on a canvas that holds all of it."""
    height, width = mask.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turn[0, 1] += shear
    corners = turn @ np.array([[0, width, 0, width], [0, 0, height, height], [1, 1, 1, 1]])
    low, high = corners.min(1), corners.max(1)
    turn[:, 2] -= low
    size = (int(np.ceil(high[0] - low[0])), int(np.ceil(high[1] - low[1])))
    return np.asarray(cv2.warpAffine(mask, turn, size, flags=cv2.INTER_LINEAR))


def _placed(mask: Mask, shape: tuple[int, ...], box: Box, look: Look) -> NDArray[np.float32]:
    """Return how much the mark covers each pixel of the picture, 0 … 1."""
    left, top, width, height = box
    source = mask[:, ::-1] if look.mirrored else mask
    shrink = 0.72 if look.badge else 1.0
    scale = shrink * min(width, height) / mask.shape[0]
    if scale < 0.5:  # a warp only looks at four pixels: halve first
        source = cv2.resize(source, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        scale *= 2
    middle = source.shape[0] / 2
    turn = cv2.getRotationMatrix2D((middle, middle), look.angle, scale)
    turn[0, 1] += look.shear * scale
    turn[:, 2] += (left + width / 2 - middle, top + height / 2 - middle)
    placed = cv2.warpAffine(
        np.ascontiguousarray(source), turn, (shape[1], shape[0]), flags=cv2.INTER_LINEAR
    )
    return placed.astype(np.float32) / 255


def _outlined(mask: Mask, line: float) -> Mask:
    """Return only the outline of a silhouette, `line` of its side wide; 0 leaves it filled."""
    if not line:
        return mask
    wide = max(3, round(line * mask.shape[0]) | 1)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide))
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_GRADIENT, kernel))


def _badge(shape: tuple[int, ...], box: Box, look: Look) -> NDArray[np.float32]:
    """Return the cover of a disc or a rounded square in `box`."""
    left, top, width, height = box
    cover = np.zeros(shape, np.uint8)
    middle = (round(left + width / 2), round(top + height / 2))
    if look.badge == "disc":
        cv2.circle(cover, middle, round(min(width, height) / 2), 255, -1, cv2.LINE_AA)
    else:
        angle = -look.angle if look.badge == "tile" else 0.0
        corners = cv2.boxPoints((middle, (0.96 * width, 0.96 * height), angle))
        cv2.fillConvexPoly(cover, np.round(corners).astype(np.int32), 255, cv2.LINE_AA)
    return cover.astype(np.float32) / np.float32(255)


def _blended(
    picture: Pixels, cover: NDArray[np.float32], ink: NDArray[np.float32], opacity: float
) -> Pixels:
    share = (cover * opacity)[..., None]
    mixed = picture * (1 - share) + ink * share + 0.5
    return np.ascontiguousarray(mixed.clip(0, 255), dtype=np.uint8)


def _difference(one: Pixels, other: Pixels, where: NDArray[np.bool_]) -> float:
    """Return the lower quartile of the OKLab differences: most of the mark must be seen."""
    first, second = srgb_to_oklab(one[where] / 255.0), srgb_to_oklab(other[where] / 255.0)
    return float(np.quantile(np.linalg.norm(first - second, axis=-1), 0.25))


def _contrasting(
    ground: NDArray[np.float32], picture: Pixels, random: Random, wanted: str = ""
) -> NDArray[np.float32]:
    """Return a colour that shows on `ground`: the wanted, one of the picture, or any."""
    height, width = picture.shape[:2]
    lab = srgb_to_oklab(np.asarray(ground) / 255.0)
    for turn in range(8):
        if wanted and turn == 0:
            color = np.array([int(wanted[at : at + 2], 16) for at in (1, 3, 5)], np.float32)
        elif random.random() < 0.5:
            color = picture[random.randrange(height), random.randrange(width)].astype(np.float32)
        else:
            color = np.array([random.randrange(256) for _ in range(3)], np.float32)
        if np.linalg.norm(srgb_to_oklab(color / 255.0) - lab) > 1.8 * LEAST_CONTRAST:
            return color
    return np.full(3, 0 if lab[0] > 0.6 else 255, np.float32)


def _cover(picture: Pixels, box: Box, share: float, random: Random) -> None:
    """Lay a shape of the picture's own colour over `share` of the box, from one side."""
    left, top, width, height = (round(value) for value in box)
    color = picture[random.randrange(picture.shape[0]), random.randrange(picture.shape[1])]
    paint = tuple(int(value) for value in color)
    side = random.randrange(4)
    radius = round(min(width, height) * (share * 1.6) ** 0.5)
    x = left + (0, width, random.randrange(width + 1), random.randrange(width + 1))[side]
    y = top + (random.randrange(height + 1), random.randrange(height + 1), 0, height)[side]
    cv2.circle(picture, (x, y), radius, paint, -1, cv2.LINE_AA)
