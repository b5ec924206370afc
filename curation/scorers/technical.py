"""Is the picture sound in itself? Steep edges, enough contrast, no speckle.

Three measures without any model; what the picture shows is the matter of `prompt.py`.
"""

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from curation.scorers.contract import Measure, Picture
from genart.lib.color import delta_e, hex_to_oklab

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

    def measure(self, picture: Picture) -> Measure:
        """Return the upper-middle steepness of all edges: 0 even ramps, 1 full steps."""
        lab = picture.lab
        turned = np.ascontiguousarray(lab.swapaxes(0, 1))
        steepness = np.concatenate([_steepness(lab), _steepness(turned)])
        area = lab.shape[0] * lab.shape[1]
        if len(steepness) < 0.001 * area:
            share = {"edge_share": len(steepness) / area}
            return Measure(0.0, "it has edges", "there are no edges in it", share)
        # An even ramp over the whole reach takes 1 / REACH_PX a pixel: that is as soft as it gets.
        floor = 1 / REACH_PX
        value = float(np.clip((np.quantile(steepness, 0.6) - floor) / (1 - floor), 0, 1))
        share = {"edge_share": round(len(steepness) / area, 4)}
        return Measure(value, "its edges are crisp", "it is soft", share)


class Contrast:
    """How far apart light and dark, and the colours, are; an empty picture has none."""

    name = "contrast"
    version = "1"
    title = "Contrast"
    explains = "High when tones and colours stand apart; zero for an empty or nearly even picture."
    needs_vector = False

    def measure(self, picture: Picture) -> Measure:
        """Return the spread of OKLab over the picture, 0.5 being black against white."""
        flat = picture.lab.reshape(-1, 3)
        spread = np.linalg.norm(flat[::3].std(axis=0))
        largest = picture.colors[0][1] if picture.colors else 1.0
        clipped = float(((flat[:, 0] < 0.02) | (flat[:, 0] > 0.999)).mean())
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
    version = "1"
    title = "Cleanness"
    explains = "High when areas are quiet and edges smooth; low when there is speckle or mush."
    needs_vector = False

    def measure(self, picture: Picture) -> Measure:
        """Return 1 for areas that a small mode filter leaves as they are, 0 for noise."""
        labels = _color_areas(picture)
        smooth = np.asarray(Image.fromarray(labels).filter(ImageFilter.ModeFilter(5)))
        changed = float((labels != smooth).mean())
        value = float(np.exp(-changed / RAGGED))
        numbers = {"changed": round(changed, 4)}
        return Measure(value, "its areas are quiet", "it is speckled or ragged", numbers)


def _steepness(lab: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return for each edge along the first axis: largest single step over the whole change."""
    single = delta_e(lab[1:], lab[:-1])
    whole = delta_e(lab[REACH_PX:], lab[:-REACH_PX])
    steepest = single[: len(whole)]
    for start in range(1, REACH_PX):
        steepest = np.maximum(steepest, single[start : start + len(whole)])
    edge = whole > EDGE_STEP
    return steepest[edge] / whole[edge]


def _color_areas(picture: Picture) -> NDArray[np.uint8]:
    """Return which dominant colour each point of a small copy is nearest to."""
    step = max(1, round(max(picture.lab.shape[:2]) / AREAS_PX))
    height, width = (side // step * step for side in picture.lab.shape[:2])
    blocks = picture.lab[:height, :width].reshape(height // step, step, width // step, step, 3)
    small = blocks.mean(axis=(1, 3))
    centers = hex_to_oklab([color for color, _ in picture.colors])
    return delta_e(small[:, :, None], centers[None, None]).argmin(axis=-1).astype(np.uint8)
