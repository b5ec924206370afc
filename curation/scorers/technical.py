"""Is the picture sound in itself? Steep edges, enough contrast, no speckle.

Three measures without any model; what the picture shows is the matter of `prompt.py`.
"""

import numpy as np
from numpy.typing import NDArray

from curation.scorers.contract import Floats, Measure, Picture
from genart.lib.color import hex_to_oklab

REACH_PX = 6
EDGE_STEP = 0.06
"""A change of colour over `REACH_PX` that counts as an edge, in OKLab; 0.02 is just visible."""
AREAS_PX = 160
RAGGED = 0.12
"""Share of points that a mode filter changes in a picture of value 0.37. Hills change 0.01, fine
wave patterns 0.08, noise 0.5."""


class Sharpness:
    """How much of an edge's step happens from one pixel to the next."""

    name = "sharpness"
    version = "1"
    title = "Sharpness"
    explains = "High when edges are crisp; low when the picture is soft or has no edges at all."
    needs_vector = False
    more = "sharper"
    less = "softer"

    def measure(self, picture: Picture) -> Measure:
        """Return the upper-middle steepness of all edges: 0 even ramps, 1 full steps."""
        planes = picture.planes
        turned = np.ascontiguousarray(planes.swapaxes(1, 2))
        steep = np.concatenate([steepness_down(picture), steepness(turned)])
        area = planes[0].size
        if len(steep) < 0.001 * area:
            share = {"edge_share": len(steep) / area}
            return Measure(0.0, "it has edges", "there are no edges in it", share)
        # An even ramp over the whole reach takes 1 / REACH_PX a pixel: that is as soft as it gets.
        floor = 1 / REACH_PX
        value = float(np.clip((np.quantile(steep, 0.6) - floor) / (1 - floor), 0, 1))
        share = {"edge_share": round(len(steep) / area, 4)}
        return Measure(value, "its edges are crisp", "it is soft", share)


class Contrast:
    """How far apart light and dark, and the colours, are; an empty picture has none."""

    name = "contrast"
    version = "2"
    title = "Contrast"
    explains = "High when tones and colours stand apart; zero for an empty or nearly even picture."
    needs_vector = False
    more = "richer in contrast"
    less = "paler"

    def measure(self, picture: Picture) -> Measure:
        """Return the spread of OKLab over the picture, 0.5 being black against white."""
        flat = picture.planes.reshape(3, -1)
        spread = np.linalg.norm(flat[:, ::3].std(axis=1))
        largest = picture.colors[0][1] if picture.colors else 1.0
        clipped = float(((flat[0] < 0.02) | (flat[0] > 0.999)).mean())
        numbers = {
            "spread": round(float(spread), 4),
            "largest_color": round(largest, 4),
            "clipped": round(clipped, 4),
        }
        if largest > 0.985 or spread < 0.012:
            return Measure(0.0, "it has contrast", "it is empty or nearly one colour", numbers)
        value = float(np.clip(spread / 0.22, 0, 1)) * (1.0 if clipped < 0.9 else 0.3)
        return Measure(value, "its tones stand apart", "it is pale", numbers)


class Cleanness:
    """How much of the picture lies in quiet areas rather than in speckle and ragged edges."""

    name = "cleanness"
    version = "2"
    title = "Cleanness"
    explains = "High when areas are quiet and edges smooth; low when there is speckle or mush."
    needs_vector = False
    more = "cleaner"
    less = "rougher"

    def measure(self, picture: Picture) -> Measure:
        """Return 1 for areas that a small mode filter leaves as they are, 0 for noise."""
        changed = raggedness(picture)
        value = float(np.exp(-changed / RAGGED))
        numbers = {"changed": round(changed, 4)}
        return Measure(value, "its areas are quiet", "it is speckled or ragged", numbers)


def steepness_down(picture: Picture) -> Floats:
    """Return the steepness of all edges that are met going down."""
    return picture.once("steepness", lambda: steepness(picture.planes))


def areas_of(picture: Picture) -> NDArray[np.uint8]:
    """Return which dominant colour each point of a small copy is nearest to."""
    return picture.once("areas", lambda: color_areas(picture))


def raggedness(picture: Picture) -> float:
    """Return the share of points that another colour outvotes in five points a side."""
    return picture.once("raggedness", lambda: outvoted(areas_of(picture)))


def steepness(planes: Floats) -> Floats:
    """Return for each edge along the first axis: largest single step over the whole change.

    `planes` has shape `(3, length, width)`.
    """
    single = _squares(planes[:, 1:] - planes[:, :-1])
    whole = _squares(planes[:, REACH_PX:] - planes[:, :-REACH_PX])
    edge = whole > EDGE_STEP**2
    steepest = single[: len(whole)][edge]
    for start in range(1, REACH_PX):
        np.maximum(steepest, single[start : start + len(whole)][edge], out=steepest)
    return np.sqrt(steepest / whole[edge])


def _squares(planes: Floats) -> Floats:
    """Return the squared length of each point's colour, shape `(height, width)`."""
    np.multiply(planes, planes, out=planes)
    return planes[0] + planes[1] + planes[2]


def color_areas(picture: Picture) -> NDArray[np.uint8]:
    """Return which dominant colour each point of a small copy is nearest to."""
    planes = picture.planes
    step = max(1, round(max(planes.shape[1:]) / AREAS_PX))
    small = shrunk(planes, step)
    centers = hex_to_oklab([color for color, _ in picture.colors]).astype(np.float32)
    # The nearest centre has the smallest |c|² − 2 c·x; |x|² is the same for all.
    gaps = (centers**2).sum(axis=1)[:, None] - 2 * centers @ small.reshape(3, -1)
    return gaps.argmin(axis=0).astype(np.uint8).reshape(small.shape[1:])


def shrunk(planes: Floats, step: int) -> Floats:
    """Return the means of blocks of `step` points a side; what is left over at the end is cut."""
    height, width = (side // step * step for side in planes.shape[1:])
    total = np.zeros((len(planes), height // step, width // step), np.float32)
    for row in range(step):
        for column in range(step):
            total += planes[:, row:height:step, column:width:step]
    return (total / step**2).astype(np.float32)


def outvoted(labels: NDArray[np.uint8], reach: int = 2) -> float:
    """Return the share of points that another label outvotes in the square around them.

    The square has `2 * reach + 1` points a side; a draw leaves a point as it is.
    """
    own = np.zeros(labels.shape, dtype=np.uint8)
    most = np.zeros(labels.shape, dtype=np.uint8)
    for label in range(int(labels.max()) + 1):
        here = labels == label
        votes = _sums_around(here.astype(np.uint8), reach)
        own[here] = votes[here]
        np.maximum(most, votes, out=most)
    return float((most > own).mean())


def _sums_around(values: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    """Return the sum over the square around each point; beyond the rim there is nothing."""
    for _ in range(2):
        padded = np.pad(values, ((reach, reach), (0, 0)))
        rows = len(values)
        values = (
            sum(padded[start : start + rows] for start in range(1, 2 * reach + 1)) + (padded[:rows])
        )
        values = np.ascontiguousarray(values.T)
    return values
