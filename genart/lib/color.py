"""Colour as the eye measures it: OKLab, differences, dominant colours, names.

Used by curation (does a picture keep to its palette?) and catalog (colour facets, swatches).
It knows neither Django nor torch, and paints nothing; palettes themselves live in
`generation/palettes.py`. OKLab and its matrices: Björn Ottosson, 2020.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

Floats = NDArray[np.float64]
Shares = list[tuple[str, float]]

_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
_FROM_LMS = np.linalg.inv(_TO_LMS)
_FROM_LAB = np.linalg.inv(_TO_LAB)

MERGE_DISTANCE = 0.025
"""Dominant colours nearer than this look alike and are counted as one."""

COLOR_NAMES = (
    "red",
    "orange",
    "yellow",
    "green",
    "teal",
    "blue",
    "purple",
    "pink",
    "brown",
    "gold",
    "beige",
    "black",
    "grey",
    "white",
)

# Upper bound of each hue sector, OKLCh degrees.
_HUES = (
    (8.0, "pink"),
    (38.0, "red"),
    (72.0, "orange"),
    (114.0, "yellow"),
    (164.0, "green"),
    (222.0, "teal"),
    (284.0, "blue"),
    (332.0, "purple"),
    (360.0, "pink"),
)


def srgb_to_oklab(rgb: ArrayLike) -> Floats:
    """Return OKLab for sRGB values of 0 to 1, shape `(..., 3)`: L of 0 to 1, a and b near ±0.4."""
    return linear_to_oklab(linear_srgb(rgb))


def linear_srgb(rgb: ArrayLike) -> Floats:
    """Return linear light of 0 to 1 for sRGB values of 0 to 1, any shape."""
    values = np.asarray(rgb, dtype=np.float64)
    return np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)


def linear_to_oklab(linear: NDArray[Any]) -> NDArray[Any]:
    """Return OKLab for linear light, shape `(..., 3)`, in the precision of the argument."""
    kind = linear.dtype
    return np.cbrt(linear @ _TO_LMS.T.astype(kind)) @ _TO_LAB.T.astype(kind)


_LINEAR_OF_LEVEL = linear_srgb(np.arange(256) / 255).astype(np.float32)


def levels_to_oklab(levels: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Return OKLab in single precision for sRGB bytes, shape `(..., 3)`; by a table, so quickly."""
    return linear_to_oklab(_LINEAR_OF_LEVEL[levels])


def oklab_to_srgb(lab: ArrayLike) -> Floats:
    """Return sRGB of 0 to 1 for OKLab, shape `(..., 3)`; colours out of the gamut are clipped."""
    linear = (np.asarray(lab, dtype=np.float64) @ _FROM_LAB.T) ** 3 @ _FROM_LMS.T
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def hex_to_oklab(hexes: Sequence[str]) -> Floats:
    """Return OKLab, shape `(n, 3)`, of colours written `#RRGGBB`.

    Raises:
        ValueError: a colour is not six hexadecimal digits.
    """
    bytes_ = [bytes.fromhex(color.lstrip("#")) for color in hexes]
    if any(len(color) != 3 for color in bytes_):
        raise ValueError("Write a colour as #RRGGBB.")
    return srgb_to_oklab(np.array([list(color) for color in bytes_]).reshape(-1, 3) / 255.0)


def oklab_to_hex(lab: ArrayLike) -> list[str]:
    """Return `#RRGGBB` in capitals for OKLab rows, shape `(n, 3)`."""
    levels = np.rint(oklab_to_srgb(np.atleast_2d(lab)) * 255).astype(int)
    return [f"#{r:02X}{g:02X}{b:02X}" for r, g, b in levels.tolist()]


def delta_e(first: ArrayLike, second: ArrayLike) -> Floats:
    """Return the OKLab distance over the last axis; 0.02 is just visible, 1 is black to white."""
    gap = np.asarray(first) - np.asarray(second)
    return np.sqrt(np.einsum("...i,...i->...", gap, gap))


def dominant_colors(image: Image.Image, k: int = 6, side_px: int = 128) -> Shares:
    """Return up to `k` colours that make up a picture, `(hex, share)`, largest first.

    Weighted k-means in OKLab over a small copy; the same picture always gives the same answer.
    Transparent parts count as white. Shares sum to 1; look-alikes are merged.
    """
    points, weights = _color_bins(_small(image, side_px))
    centers = _spread(points, weights, k)
    labels = np.zeros(len(points), dtype=int)
    for _ in range(12):
        labels = _nearest(points, centers)
        moved = _means(points, weights, labels, centers)
        if np.abs(moved - centers).max() < 1e-4:
            break
        centers = moved
    shares = np.bincount(labels, weights=weights, minlength=len(centers)) / weights.sum()
    return _merged(centers, shares)


class PaletteDistance(NamedTuple):
    """How far a picture is from the palette it was asked for.

    Attributes:
        foreign: mean OKLab distance from each measured colour to the nearest requested one,
            weighted by how much of the picture it covers. 0.02 is just visible.
        missing: the same from each requested colour to the nearest measured one, by its weight.
        share_error: half the summed difference between the requested weights and the shares that
            fall to each requested colour, 0 to 1.
    """

    foreign: float
    missing: float
    share_error: float


def palette_distance(
    measured: Sequence[tuple[str, float]], requested: Sequence[tuple[str, float]]
) -> PaletteDistance:
    """Compare measured dominant colours `(hex, share)` with a requested palette `(hex, weight)`.

    Raises:
        ValueError: one of the two is empty.
    """
    if not measured or not requested:
        raise ValueError("A palette needs at least one measured and one requested colour.")
    seen = hex_to_oklab([color for color, _ in measured])
    asked = hex_to_oklab([color for color, _ in requested])
    shares = _normalised([share for _, share in measured])
    weights = _normalised([weight for _, weight in requested])
    gaps = delta_e(seen[:, None], asked[None])
    landed = np.bincount(gaps.argmin(axis=1), weights=shares, minlength=len(asked))
    return PaletteDistance(
        foreign=float(gaps.min(axis=1) @ shares),
        missing=float(gaps.min(axis=0) @ weights),
        share_error=float(np.abs(landed - weights).sum() / 2),
    )


def color_name(color: str) -> str:
    """Return the facet name, one of `COLOR_NAMES`, of a colour written `#RRGGBB`."""
    lightness, a, b = hex_to_oklab([color])[0].tolist()
    chroma = float(np.hypot(a, b))
    hue = float(np.degrees(np.arctan2(b, a)) % 360)
    if lightness < (0.29 if chroma < 0.05 else 0.24 if chroma < 0.065 else 0.17):
        return "black"  # navy and oxblood are dark, but not black
    if chroma < 0.075 and 40 <= hue <= 112 and chroma > 0.014 and lightness > 0.75:
        return "beige" if lightness < 0.975 else "white"
    if chroma < 0.032:
        if lightness < 0.55 and chroma > 0.018 and 20 < hue < 100:
            return "brown"
        return "white" if lightness > 0.93 else "grey"
    return _chromatic_name(lightness, chroma, hue)


def _chromatic_name(lightness: float, chroma: float, hue: float) -> str:
    """Name a colour that is neither black, grey nor white."""
    name = next(name for limit, name in _HUES if hue < limit or limit == 360.0)
    warm = name in {"red", "orange", "yellow"}
    if warm and lightness < 0.5 and chroma < 0.125 and hue > 20:
        return "brown"
    if name == "orange" and lightness < 0.62 and chroma < 0.11:
        return "brown"
    if name in {"orange", "yellow"} and chroma < 0.058:
        return "beige"
    if name == "yellow" and lightness < 0.72 and hue >= 104:
        return "green"  # olive
    if name == "yellow" and lightness < 0.8 and hue < 108:
        return "gold" if lightness > 0.58 else "brown"
    if name == "pink" and lightness < 0.42:
        return "purple" if hue > 300 else "red"  # plum, wine
    if name == "red" and lightness > 0.72:
        return "pink"
    if name == "yellow" and chroma < 0.075:
        return "beige"
    return name


def _small(image: Image.Image, side_px: int) -> NDArray[np.uint8]:
    """Return the pixels of a small opaque copy, shape `(n, 3)`."""
    if image.mode == "RGB":
        opaque = image.copy()
        opaque.thumbnail((side_px, side_px), Image.Resampling.BOX)
        return np.asarray(opaque).reshape(-1, 3)
    copy = image.convert("RGBA")
    copy.thumbnail((side_px, side_px), Image.Resampling.BOX)
    ground = Image.new("RGBA", copy.size, "white")
    ground.alpha_composite(copy)
    return np.asarray(ground.convert("RGB")).reshape(-1, 3)


def _color_bins(pixels: NDArray[np.uint8]) -> tuple[Floats, Floats]:
    """Gather pixels in bins of 8 levels a side; return their OKLab means and their counts."""
    red, green, blue = (pixels >> 3).T.astype(np.intp)
    keys = (red << 10) | (green << 5) | blue
    counts = np.bincount(keys, minlength=1 << 15)
    used = counts.nonzero()[0]
    lab = levels_to_oklab(pixels)
    sums = [np.bincount(keys, weights=lab[:, i], minlength=1 << 15)[used] for i in range(3)]
    return np.stack(sums, axis=1) / counts[used, None], counts[used].astype(np.float64)


def _means(points: Floats, weights: Floats, labels: NDArray[np.intp], centers: Floats) -> Floats:
    """Return the weighted mean of each centre's points; a centre without any stays."""
    heavy = np.bincount(labels, weights=weights, minlength=len(centers))
    sums = [
        np.bincount(labels, weights=weights * points[:, i], minlength=len(centers))
        for i in range(points.shape[1])
    ]
    taken = heavy > 0
    means = centers.copy()
    means[taken] = np.stack(sums, axis=1)[taken] / heavy[taken, None]
    return means


def _spread(points: Floats, weights: Floats, k: int) -> Floats:
    """Choose up to `k` starting centres: the heaviest, then each time heavy and far."""
    chosen = [int(weights.argmax())]
    gaps = delta_e(points, points[chosen[0]])
    while len(chosen) < min(k, len(points)) and gaps.max() > MERGE_DISTANCE:
        chosen.append(int((np.sqrt(weights) * gaps**2).argmax()))
        gaps = np.minimum(gaps, delta_e(points, points[chosen[-1]]))
    return points[chosen]


def _nearest(points: Floats, centers: Floats) -> NDArray[np.intp]:
    """Return for each point the index of its nearest centre."""
    return delta_e(points[:, None], centers[None]).argmin(axis=1)


def _merged(centers: Floats, shares: Floats) -> Shares:
    """Join look-alike centres, largest first, and write them as hex."""
    kept: list[tuple[Floats, float]] = []
    for index in np.argsort(-shares, kind="stable"):
        center, share = centers[index], float(shares[index])
        for at, (other, other_share) in enumerate(kept):
            if delta_e(center, other) < MERGE_DISTANCE:
                kept[at] = (other, other_share + share)
                break
        else:
            if share > 0:
                kept.append((center, share))
    kept.sort(key=lambda item: -item[1])
    hexes = oklab_to_hex([center for center, _ in kept])
    return [(color, share) for color, (_, share) in zip(hexes, kept, strict=True)]


def _normalised(values: Sequence[float]) -> Floats:
    """Scale non-negative values to sum to 1; all zero means all equal."""
    array = np.asarray(values, dtype=np.float64)
    total = array.sum()
    return array / total if total > 0 else np.full(len(array), 1 / len(array))
