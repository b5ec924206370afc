"""The networks that find and read lettering: PP-OCRv6's, which lie in RapidOCR's wheel.

Run by onnxruntime with one thread, with light steps of our own before and after. Loaded on first
use, by workers only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

DETECTOR, RECOGNISER = "PP-OCRv6_det_small.onnx", "PP-OCRv6_rec_small.onnx"
NETWORKS = "ppocr6-small@1"
SEEN, SURE = 0.2, 0.35
"""A pixel belongs to lettering from the first; a box counts from the second, on average."""
GROW = 1.7
"""How far a box is grown: the detector marks the core of a line only."""
LEAST_PX, MOST_BOXES = 3, 16
ROOM = 0.2
"""How much is added at each end of a line, in heights."""
LINE_PX, LEAST_WIDTH_PX, MOST_WIDTH_PX = 48, 48, 640


@dataclass(frozen=True, eq=False)
class Box:
    """A place with lettering, which may stand at a slant.

    Attributes:
        corners: `(4, 2)` pixels of the picture, clockwise from the reader's top left.
        score: 0 … 1, how sure the detector is.
    """

    corners: Floats
    score: float

    def share_of(self, width: int, height: int) -> tuple[float, float, float, float]:
        """Return left, top, width and height of the upright box around it, in shares."""
        low, high = self.corners.min(axis=0), self.corners.max(axis=0)
        left, top = np.clip(low / (width, height), 0, 1)
        right, bottom = np.clip(high / (width, height), 0, 1)
        return float(left), float(top), float(right - left), float(bottom - top)


# -- finding -----------------------------------------------------------------------------------


def boxes_of(pixels: Pixels, *, look_px: int) -> list[Box]:
    """Return places with lettering, the surest first; the longer side is searched at `look_px`."""
    return boxes_in(heat_of(pixels, look_px=look_px), pixels.shape[:2])


def boxes_in(heat: Floats, shape: Sequence[int]) -> list[Box]:
    """Return the places that a heat map shows, for a picture of a shape `(height, width, …)`."""
    back = np.array([shape[1] / heat.shape[1], shape[0] / heat.shape[0]], np.float32)
    found = joined(_boxes_in(heat, back))
    return sorted(found, key=lambda box: -box.score)[:MOST_BOXES]


def heat_of(pixels: Pixels, *, look_px: int) -> Floats:
    """Return how likely each place belongs to lettering, `(h, w)`, sides multiples of 32."""
    import cv2

    height, width = pixels.shape[:2]
    scale = look_px / max(height, width)
    size = [max(32, round(side * scale / 32) * 32) for side in (width, height)]
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return _run(DETECTOR, _tensor(cv2.resize(pixels, size, interpolation=how)))[0, 0]


def _boxes_in(heat: Floats, back: Floats) -> list[Box]:
    """Return the boxes of a heat map `(h, w)`, in pixels of the picture."""
    import cv2

    mask = (heat > SEEN).astype(np.uint8)
    mask = cv2.dilate(mask, np.ones((2, 2), np.uint8))
    outlines, _tree = cv2.findContours(mask, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    boxes = []
    for outline in outlines:
        (middle, sides, angle) = cv2.minAreaRect(outline)
        if min(sides) < LEAST_PX:
            continue
        inside = np.zeros_like(mask)
        cv2.drawContours(inside, [outline], -1, 1, -1)
        score = float(heat[inside > 0].mean())
        if score < SURE:
            continue
        grown = sides[0] * sides[1] * GROW / (sides[0] + sides[1])
        rect = (middle, (sides[0] + grown, sides[1] + grown), angle)
        boxes.append(Box(_in_reading_order(cv2.boxPoints(rect)) * back, score))
    return boxes


def joined(boxes: Sequence[Box]) -> list[Box]:
    """Join boxes that stand in one line, side by side and of one height: parts of one word."""
    left = sorted(boxes, key=lambda box: box.corners[:, 0].min())
    made: list[Box] = []
    while left:
        box = left.pop(0)
        while other := next((other for other in left if _continues(box, other)), None):
            left.remove(other)
            box = _around(box, other)
        made.append(box)
    return made


def _continues(box: Box, other: Box) -> bool:
    """Tell whether the second box goes on where the first one ends."""
    end, start = box.corners[1:3], other.corners[[0, 3]]
    tall, other_tall = _height(box), _height(other)
    along = box.corners[1] - box.corners[0]
    along = along / max(float(np.linalg.norm(along)), 1e-6)
    step = start.mean(axis=0) - end.mean(axis=0)
    ahead, aside = float(step @ along), abs(float(step[0] * along[1] - step[1] * along[0]))
    alike = 0.55 < tall / max(other_tall, 1e-6) < 1.8
    return alike and -1.2 * tall < ahead < 0.9 * tall and aside < 0.35 * tall


def _around(box: Box, other: Box) -> Box:
    """Return one slanted box around two."""
    import cv2

    rect = cv2.minAreaRect(np.concatenate([box.corners, other.corners]).astype(np.float32))
    return Box(_in_reading_order(cv2.boxPoints(rect)), max(box.score, other.score))


def _height(box: Box) -> float:
    return float(np.linalg.norm(box.corners[3] - box.corners[0]))


def _in_reading_order(corners: Floats) -> Floats:
    """Order four corners clockwise from the top left of a line that is read left to right."""
    rest = sorted(corners.tolist())
    left, right = sorted(rest[:2], key=lambda p: p[1]), sorted(rest[2:], key=lambda p: p[1])
    return np.array([left[0], right[0], right[1], left[1]], np.float32)


# -- reading -----------------------------------------------------------------------------------


def read(pixels: Pixels, corners: Floats) -> tuple[str, float]:
    """Read what lies within four corners: the text and how sure each letter is, on average."""
    return _best_reading(_straightened(pixels, _wider(corners)))


def _best_reading(strip: Pixels) -> tuple[str, float]:
    """Read a strip, and turned around where that gives nothing."""
    text, score = _words(strip)
    if score >= 0.6 or strip.shape[1] < strip.shape[0]:
        return text, score
    turned = _words(np.ascontiguousarray(strip[::-1, ::-1]))
    return turned if turned[1] > max(score, 0.75) else (text, score)


def _wider(corners: Floats) -> Floats:
    """Return corners with room at both ends of the line, where first and last letters are lost."""
    along = corners[1] - corners[0]
    tall = float(np.linalg.norm(corners[3] - corners[0]))
    step = along / max(float(np.linalg.norm(along)), 1e-6) * ROOM * tall
    return (corners + np.array([-step, step, step, -step])).astype(np.float32)


def _straightened(pixels: Pixels, corners: Floats) -> Pixels:
    """Return what lies within four corners as an upright strip; a column is laid on its side."""
    import cv2

    sides = np.linalg.norm(corners - np.roll(corners, -1, axis=0), axis=1)
    width, height = max(2, round(max(sides[0], sides[2]))), max(2, round(max(sides[1], sides[3])))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(corners.astype(np.float32), target)
    strip = cv2.warpPerspective(
        pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE
    )
    return np.rot90(strip) if height > 1.5 * width else strip


def _words(strip: Pixels) -> tuple[str, float]:
    """Return the text of a strip and how sure each letter is, on average."""
    import cv2

    width = round(strip.shape[1] * LINE_PX / strip.shape[0])
    width = min(MOST_WIDTH_PX, max(LEAST_WIDTH_PX, width))
    line = cv2.resize(np.ascontiguousarray(strip), (width, LINE_PX), interpolation=cv2.INTER_LINEAR)
    odds = _run(RECOGNISER, _tensor(line))[0]
    return _decoded(odds.argmax(axis=1), odds.max(axis=1))


def _decoded(best: NDArray[np.intp], odds: Floats) -> tuple[str, float]:
    """Read the letters of a CTC sequence: repeats are one, the blank (0) divides."""
    fresh = (best != 0) & (best != np.roll(best, 1))
    fresh[0] = best[0] != 0
    text = "".join(_alphabet()[index] for index in best[fresh])
    return text.strip(), float(odds[fresh].mean()) if text.strip() else 0.0


# -- networks ----------------------------------------------------------------------------------


def _tensor(pixels: Pixels) -> Floats:
    """Return pixels as the networks want them: `(1, 3, height, width)`, BGR, −1 … 1."""
    plane = pixels[:, :, ::-1].astype(np.float32) / 127.5 - 1
    return np.ascontiguousarray(plane.transpose(2, 0, 1)[None])


def _run(file: str, tensor: Floats) -> Floats:
    answer: Floats = _session(file).run(None, {"x": tensor})[0]
    return answer


@cache
def _session(file: str) -> Any:
    """Load a network once for this process."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(
        str(_weights() / file), options, providers=["CPUExecutionProvider"]
    )


@cache
def _alphabet() -> tuple[str, ...]:
    """Return the recogniser's letters; the first is its blank, the last a space."""
    letters = _session(RECOGNISER).get_modelmeta().custom_metadata_map["character"].splitlines()
    return ("", *letters, " ")


def _weights() -> Path:
    """Return the folder in RapidOCR's wheel, without importing it: that sets up loggers."""
    spec = find_spec("rapidocr")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("RapidOCR is not installed: lettering cannot be read.")
    return Path(spec.origin).parent / "models"
