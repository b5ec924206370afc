"""What lies where in a picture, measured in its pixels: for alt texts that say what is seen.

A small copy is divided by its dominant colours; what touches the rim and what is left decide the
ground, the compact shape that stands out, where the mass lies and which way edges run. Knows no
words, no Django and no model.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from genart.lib.color import delta_e, dominant_colors, hex_to_oklab, levels_to_oklab

SIDE_PX, LEAST_PX = 72, 8
LEAST_RIM = 0.5
"""A colour that takes this share of the rim is the ground."""
FOCUS_AREA = (0.004, 0.22)
"""Share of the sheet that a shape which stands out may take."""
COMPACT = 0.34
"""A compact shape fills this much of its box at least; a disc fills 0.785, a crescent some 0.4."""
ROUND = 0.68
LAND = 0.92
"""Share of a row from which, at the bottom, it is land."""
KIN = 0.35
"""A patch this large beside the largest belongs to the thing that is shown."""
COHERENT = 0.35
"""How much of the edges must agree before they have a direction, 0 … 1."""
Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Seen:
    """What was measured in a picture.

    Attributes:
        ground: colour that most of the rim has, `#RRGGBB`; empty where no colour has.
        sky: colour that most of the upper edge has; empty likewise.
        coverage: share of the sheet that is not ground, 0 … 1; 1 without a ground.
        place: where what is not ground lies: `middle`, `left`, `right`, `top`, `bottom`,
            `top-left` …, or `whole`.
        focus: where the compact shape that stands out lies, as `place`; empty without one.
        focus_share: its share of the sheet.
        is_round: whether it fills its box as a disc does; a crescent does not.
        is_apart: whether it is small and lies beside the thing, not in it.
        direction: which way edges run: `upright`, `level`, `slanting`, or empty.
        detail: share of pixels at an edge, 0 … 1.
    """

    ground: str
    sky: str
    coverage: float
    place: str
    focus: str
    focus_share: float
    is_round: bool
    is_apart: bool
    direction: str
    detail: float


@dataclass(frozen=True, slots=True)
class _Shape:
    box: tuple[int, int, int, int]  # top, left, bottom, right
    area: float
    fill: float
    contrast: float


def look(image: Image.Image) -> Seen:
    """Measure a picture; a few milliseconds at any size."""
    lab = _small(image)
    colors = [hex_color for hex_color, _share in dominant_colors(image)]
    centers = hex_to_oklab(colors)
    labels = delta_e(lab[:, :, None], centers[None, None]).argmin(axis=2)
    ground, sky = _of_rim(labels), _commonest(labels[:3].ravel())
    matter = labels != ground if ground >= 0 else np.ones(labels.shape, dtype=bool)
    focus, thing = _focus(labels, centers), _thing(matter)
    return Seen(
        ground=colors[ground] if ground >= 0 else "",
        sky=colors[sky] if sky >= 0 else "",
        coverage=round(float(matter.mean()), 3),
        place=_place_of_mass(thing),
        focus=_place_of_box(focus.box, labels.shape) if focus else "",
        focus_share=round(focus.area, 4) if focus else 0.0,
        is_round=bool(focus and focus.fill >= ROUND),
        is_apart=bool(focus and _is_apart(focus, thing)),
        direction=_direction(lab[:, :, 0]),
        detail=round(_detail(labels), 3),
    )


def _small(image: Image.Image) -> Floats:
    """Return OKLab of a small copy, shape `(rows, columns, 3)`; grain is averaged away."""
    copy = image.convert("RGB")
    copy.thumbnail((SIDE_PX, SIDE_PX), Image.Resampling.BOX)
    copy = copy.resize((max(LEAST_PX, copy.width), max(LEAST_PX, copy.height)))
    return levels_to_oklab(np.asarray(copy)).astype(np.float64)


def _of_rim(labels: NDArray[np.intp]) -> int:
    """Return the label of most of the rim, three pixels wide, or -1."""
    rim = np.concatenate(
        [labels[:3].ravel(), labels[-3:].ravel(), labels[:, :3].ravel(), labels[:, -3:].ravel()]
    )
    return _commonest(rim)


def _commonest(labels: NDArray[np.intp]) -> int:
    counts = np.bincount(labels)
    best = int(counts.argmax())
    return best if counts[best] >= LEAST_RIM * len(labels) else -1


def _focus(labels: NDArray[np.intp], centers: Floats) -> _Shape | None:
    """Return the compact shape that stands out most, if there is one."""
    from scipy import ndimage

    found = []
    for label in range(len(centers)):
        parts, _count = ndimage.label(labels == label)
        for number, box in enumerate(ndimage.find_objects(parts), start=1):
            shape = _shape(parts[box] == number, box, labels, centers)
            if shape and _is_compact(shape, labels.shape):
                found.append(shape)
    return max(found, key=_salience, default=None)


def _shape(
    part: Mask, box: tuple[slice, slice], labels: NDArray[np.intp], centers: Floats
) -> _Shape | None:
    """Measure one patch of one colour; holes count as filled. `None`: far too small."""
    from scipy import ndimage

    if part.sum() < 6:
        return None
    whole = ndimage.binary_fill_holes(part)
    rows, columns = box
    edges = (rows.start, columns.start, rows.stop, columns.stop)
    own = labels[box][part][0]
    around = labels[
        max(0, rows.start - 2) : rows.stop + 2, max(0, columns.start - 2) : columns.stop + 2
    ]
    others = np.bincount(around[around != own], minlength=len(centers)).argmax()
    return _Shape(
        box=edges,
        area=float(whole.sum() / labels.size),
        fill=float(whole.mean()),
        contrast=float(delta_e(centers[own], centers[others])),
    )


def _is_compact(shape: _Shape, size: tuple[int, ...]) -> bool:
    top, left, bottom, right = shape.box
    height, width = bottom - top, right - left
    is_inside = top > 0 and left > 0 and bottom < size[0] and right < size[1]
    least, most = FOCUS_AREA
    return (
        is_inside
        and least <= shape.area <= most
        and 0.4 <= width / height <= 2.5
        and shape.fill >= COMPACT
    )


def _salience(shape: _Shape) -> float:
    """Return how much a shape stands out: by its contrast, its size and its compactness."""
    return float(shape.contrast * np.sqrt(shape.area) * shape.fill)


def _thing(matter: Mask) -> Mask:
    """Return the largest patch that is not ground, with others of its kind; hills are cut away.

    Full rows at the bottom are land, and a patch from side to side is too.
    """
    from scipy import ndimage

    free = matter.copy()
    for row in range(len(free) - 1, -1, -1):
        if free[row].mean() < LAND:
            break
        free[row] = False
    parts, count = ndimage.label(free)
    across = set(parts[:, 0]) & set(parts[:, -1]) - {0}
    sizes = np.bincount(parts.ravel(), minlength=count + 1)
    sizes[[0, *across]] = 0
    if not sizes.any():
        return np.zeros(matter.shape, dtype=bool)
    return np.isin(parts, np.nonzero(sizes >= KIN * sizes.max())[0])


def _place_of_mass(thing: Mask) -> str:
    """Return where a thing lies, by its centre of mass; `whole` where it is all over the sheet."""
    if thing.mean() < 0.02:
        return "whole"
    rows, columns = np.nonzero(thing)
    high, wide = rows / thing.shape[0], columns / thing.shape[1]
    if thing.mean() > 0.45 and high.std() > 0.24 and wide.std() > 0.24:
        return "whole"
    return _place(float(wide.mean()), float(high.mean()), 0.1)


def _is_apart(shape: _Shape, thing: Mask) -> bool:
    """Whether a shape is small beside a thing and lies outside its box."""
    if thing.mean() < shape.area / KIN:
        return False
    rows, columns = np.nonzero(thing)
    top, left, bottom, right = shape.box
    down, across = (top + bottom) / 2, (left + right) / 2
    inside = rows.min() <= down <= rows.max() and columns.min() <= across <= columns.max()
    return not inside


def _place_of_box(box: tuple[int, int, int, int], size: tuple[int, ...]) -> str:
    top, left, bottom, right = box
    return _place((left + right) / 2 / size[1], (top + bottom) / 2 / size[0], 0.12)


def _place(across: float, down: float, middle: float) -> str:
    """Return the word for a point; `middle` is how far from the centre still counts as there."""
    level = "top" if down < 0.5 - middle else "bottom" if down > 0.5 + middle else ""
    side = "left" if across < 0.5 - middle else "right" if across > 0.5 + middle else ""
    return "-".join(part for part in (level, side) if part) or "middle"


def _direction(light: Floats) -> str:
    """Return which way edges run, from the structure tensor of the whole sheet."""
    down, across = np.gradient(light)
    xx, yy, xy = (across**2).sum(), (down**2).sum(), (across * down).sum()
    total = xx + yy
    if total < 1e-6 or np.hypot(xx - yy, 2 * xy) / total < COHERENT:
        return ""
    slope = abs(np.degrees(0.5 * np.arctan2(2 * xy, xx - yy)))  # of the gradient, 0 … 90
    return "upright" if slope < 22 else "level" if slope > 68 else "slanting"


def _detail(labels: NDArray[np.intp]) -> float:
    """Return the share of pixels whose right or lower neighbour has another colour."""
    across = labels[:-1, 1:] != labels[:-1, :-1]
    down = labels[1:, :-1] != labels[:-1, :-1]
    return float((across | down).mean())
