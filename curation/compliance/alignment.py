"""Lays a picture over known ones: in all eight views, whole, as a crop, and as what was cropped.

First coarsely: the picture is warped in every way that is looked for, once, and compared with all
known ones by two products of matrices. Then the nearest few are refined by Gauss and Newton: the
frame moves and stretches until the two pictures fit best. What is left between them, the root mean
square difference in OKLab beside the picture's own contrast, is their distance. One factor of
brightness is free: brightening multiplies OKLab.

Pure: numpy. It knows signatures (`curation/fingerprint.py`), no rows.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from curation.fingerprint import SIDE, Floats, views
from genart.lib.color import oklab_to_srgb, srgb_to_oklab

COARSE, FINE = 16, 24
SCALES = ((1.0, 1), (0.95, 2), (0.9, 4), (0.85, 5))
"""Parts of a side that are looked for, and how many places along it."""
WORTH = 0.11
"""A coarse distance from which refining is in vain."""
REFINED = 3
"""How many known pictures are refined, the coarsely nearest."""
STARTS = 3
"""From how many coarse positions each is refined."""
STEPS = 7
HOPELESS = 0.07
"""What may be left after two steps; a copy is far below."""
SETTLED = 2e-4
LEAST_CONTRAST = 0.06
USUAL_CONTRAST = 0.15


@dataclass(frozen=True)
class Fit:
    """How one known picture and the query fit.

    Attributes:
        index: which known picture.
        distance: what is left between them, OKLab; 0.02 is just visible.
        view: 0 … 7, which view of the query.
        frame: left, top, width, height of the query in the known picture, in its sides.
        gain: how much brighter the known picture is.
    """

    index: int
    distance: float
    view: int
    frame: tuple[float, float, float, float]
    gain: float


def best_fit(query: Floats, known: Floats) -> Fit | None:
    """Return how the known picture that fits best does; `None` where none comes near.

    Args:
        query: signature `(SIDE, SIDE, 3)`.
        known: signatures `(n, SIDE, SIDE, 3)`.
    """
    fits = all_fits(query, known)
    return min(fits, key=lambda fit: fit.distance) if fits else None


def all_fits(query: Floats, known: Floats) -> list[Fit]:
    """Return the refined fits of the known pictures that are worth it, one for each."""
    if not len(known):
        return []
    turned = views(query)
    coarse = coarse_distances(turned, known)
    near = np.argsort(coarse.min(axis=1))[:REFINED]
    fits = []
    for index in near:
        order = np.argsort(coarse[index])[:STARTS]
        starts = [int(place) for place in order if coarse[index, place] < WORTH]
        found = [_refined(turned[place % 8], known[index], int(index), place) for place in starts]
        if found:
            fits.append(min(found, key=lambda fit: fit.distance))
    return fits


def coarse_distances(turned: Floats, known: Floats) -> Floats:
    """Return `(n, frames × 8)`: the distance of each known picture in each frame and view."""
    laid, weights = _laid(turned)
    small = _blocks(known, COARSE)
    flat = small.reshape(len(known), -1)
    energy = (small**2).sum(axis=3).reshape(len(known), -1) @ weights.T
    cross = flat @ laid.T
    own = (laid**2).sum(axis=1)
    amount = weights.sum(axis=1)
    left = np.maximum(energy - cross**2 / np.maximum(own, 1e-9), 0)
    return np.sqrt(left / amount) * _contrast_factor(known)[:, None]


def contrast(pictures: Floats) -> Floats:
    """Return how far the colours of each picture `(n, …, 3)` lie from their mean."""
    flat = pictures.reshape(len(pictures), -1, 3)
    return np.sqrt(((flat - flat.mean(axis=1, keepdims=True)) ** 2).sum(axis=2).mean(axis=1))


def _contrast_factor(known: Floats) -> Floats:
    factor = USUAL_CONTRAST / np.maximum(contrast(known), LEAST_CONTRAST)
    return np.asarray(factor, dtype=np.float32)


@cache
def _frames() -> tuple[tuple[float, float, float, float], ...]:
    """Return where the query may lie in a known picture: inside it, around it, or as it is."""
    found = []
    for scale, places in SCALES:
        steps = np.linspace(0, 1 - scale, places) if places > 1 else (0.0,)
        for left in steps:
            for top in steps:
                found.append((float(left), float(top), scale, scale))
                if scale < 1:
                    found.append((-left / scale, -top / scale, 1 / scale, 1 / scale))
    return tuple(found)


def _laid(turned: Floats) -> tuple[Floats, Floats]:
    """Return the query in every frame and view on the known picture's cells, and the weights.

    The rows `(frames × 8, COARSE² × 3)` are zero, and the weights `(frames × 8, COARSE²)` too,
    where the query does not reach.
    """
    smooth = _blocks(turned, FINE)
    columns = np.ascontiguousarray(smooth.transpose(1, 2, 0, 3)).reshape(FINE, FINE * 24)
    rows = np.empty((len(_frames()), 8, COARSE, COARSE, 3), np.float32)
    for index, (down, across, inside) in enumerate(_operators()):
        lines = (down @ columns).reshape(COARSE, FINE, 24)
        laid = (across @ lines).reshape(COARSE, COARSE, 8, 3)
        rows[index] = laid.transpose(2, 0, 1, 3) * inside[None, :, :, None]
    weights = np.stack([inside.ravel() for _, _, inside in _operators()])
    return rows.reshape(-1, COARSE * COARSE * 3), np.repeat(weights, 8, axis=0)


@cache
def _operators() -> list[tuple[Floats, Floats, Floats]]:
    """Return for each frame the matrices that resample rows and columns, and where it reaches."""
    found = []
    centres = (np.arange(COARSE) + 0.5) / COARSE
    for left, top, width, height in _frames():
        across, seen_across = _resampling((centres - left) / width, 1 / (COARSE * width))
        down, seen_down = _resampling((centres - top) / height, 1 / (COARSE * height))
        found.append((down, across, np.outer(seen_down, seen_across).astype(np.float32)))
    return found


def _resampling(places: NDArray[np.float64], step: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the matrix that averages `FINE` cells around each place, and what is inside.

    Args:
        places: middles of the wanted cells, 0 … 1 of the query's side.
        step: their width in the query's side.
    """
    edges = np.linspace(0, 1, FINE + 1)
    low, high = places - step / 2, places + step / 2
    overlap = np.minimum(high[:, None], edges[None, 1:]) - np.maximum(
        low[:, None], edges[None, :-1]
    )
    share = np.maximum(overlap, 0) / step
    inside = (low > -0.01) & (high < 1.01)
    return (share / np.maximum(share.sum(axis=1, keepdims=True), 1e-6)).astype(np.float32), inside


def _blocks(pictures: Floats, count: int) -> Floats:
    """Return the mean colours of `count` × `count` equal blocks of each picture."""
    size = SIDE // count
    return pictures.reshape(-1, count, size, count, size, 3).mean(axis=(2, 4))


def _refined(query: Floats, known: Floats, index: int, place: int) -> Fit:
    """Move and stretch a coarse frame until query and known fit best.

    The known picture's cell `x` shows the query at `(x − left) / width`.
    """
    frame = np.array(_frames()[place // 8], np.float64)
    source, aim, first = _equalised(_blurred(query), _blurred(known), frame)
    best = (np.inf, frame)
    for step in range(STEPS):
        sample, slope, inside = _sampled(source, frame)
        shown, there = sample[inside], aim[inside]
        gain = float((shown * there).sum() / max(float((shown * shown).sum()), 1e-9))
        left = there - gain * shown
        error = float(np.sqrt((left**2).sum(axis=1).mean()))
        if error < best[0]:
            best = (error, frame)
        lines = (gain * slope[inside]).reshape(-1, 4)
        normal = lines.T @ lines + 1e-4 * np.eye(4) * len(lines)
        move = np.clip(np.linalg.solve(normal, lines.T @ left.ravel()), -0.04, 0.04)
        if np.abs(move).max() < SETTLED or (step == 2 and best[0] > HOPELESS):
            break
        frame = frame + move
        frame[2:] = np.clip(frame[2:], 0.75, 1.33)
    frame = best[1]
    source, aim, second = _equalised(source, aim, frame)
    sample, _, inside = _sampled(source, frame)
    left_over = float(np.sqrt(((sample - aim)[inside] ** 2).sum(axis=1).mean()))
    distance = left_over * float(_contrast_factor(known[None])[0])
    box = (float(frame[0]), float(frame[1]), float(frame[2]), float(frame[3]))
    return Fit(index, distance, place % 8, box, first * second)


def _equalised(
    source: Floats, aim: Floats, frame: NDArray[np.float64]
) -> tuple[Floats, Floats, float]:
    """Brighten the darker of two pictures as the other was, what is too bright cut off.

    Returns:
        The query, the known picture, and how much brighter the known one was.
    """
    sample, _, inside = _sampled(source, frame)
    shown, there = oklab_to_srgb(sample[inside]), oklab_to_srgb(aim[inside])
    free = (shown < 0.97) & (there < 0.97) & (shown > 0.08)
    if free.sum() < 60:
        return source, aim, 1.0
    gain = float(np.clip(np.median(there[free] / shown[free]), 0.75, 1.33))
    if abs(gain - 1) < 0.005:
        return source, aim, 1.0
    if gain > 1:
        return _brightened(source, gain), aim, gain
    return source, _brightened(aim, 1 / gain), gain


def _brightened(picture: Floats, factor: float) -> Floats:
    return srgb_to_oklab(np.minimum(factor * oklab_to_srgb(picture), 1)).astype(np.float32)


def _blurred(picture: Floats) -> Floats:
    """Blur by 1-2-1 along both axes: aligning by slopes needs soft edges."""
    wide = np.pad(picture, ((1, 1), (1, 1), (0, 0)), mode="edge")
    rows = (wide[:-2] + 2 * wide[1:-1] + wide[2:]) / 4
    soft = (rows[:, :-2] + 2 * rows[:, 1:-1] + rows[:, 2:]) / 4
    return np.asarray(soft, dtype=np.float32)


def _sampled(
    source: Floats, frame: NDArray[np.float64]
) -> tuple[Floats, Floats, NDArray[np.bool_]]:
    """Return the query on the known picture's cells, how it changes with the frame, and where.

    Shapes `(SIDE, SIDE, 3)`, `(SIDE, SIDE, 3, 4)` and `(SIDE, SIDE)`.
    """
    centres = (np.arange(SIDE) + 0.5) / SIDE
    left, top, width, height = frame
    across, down = (centres - left) / width, (centres - top) / height
    sample, along, upon = _bilinear(source, across, down)
    inside = np.outer((down > 0.005) & (down < 0.995), (across > 0.005) & (across < 0.995))
    slope = np.stack(
        [
            -along / width,
            -upon / height,
            -along * (across / width)[None, :, None],
            -upon * (down / height)[:, None, None],
        ],
        axis=3,
    )
    return sample, slope, inside


def _bilinear(
    source: Floats, across: NDArray[np.float64], down: NDArray[np.float64]
) -> tuple[Floats, Floats, Floats]:
    """Return the source at the crossings of two axes, and its slopes along each, per side."""
    x, y = (np.clip(axis * SIDE - 0.5, 0, SIDE - 1.001) for axis in (across, down))
    column, row = x.astype(np.intp), y.astype(np.intp)
    u, v = (x - column)[None, :, None].astype("f4"), (y - row)[:, None, None].astype("f4")
    upper = source[row]
    lower = source[row + 1]
    north_west, north_east = upper[:, column], upper[:, column + 1]
    south_west, south_east = lower[:, column], lower[:, column + 1]
    north = north_west + u * (north_east - north_west)
    south = south_west + u * (south_east - south_west)
    along = (1 - v) * (north_east - north_west) + v * (south_east - south_west)
    return north + v * (south - north), SIDE * along, SIDE * (south - north)
