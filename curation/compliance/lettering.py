"""Finds and reads lettering in a picture: boxes, then the words within them.

Shapes of the art mislead a detector that was made for photographs: of words that lie across their
edges it found four in five. So it looks at the strokes alone, once at what is darker and once at
what is lighter than its surroundings (morphology: black hat and top hat); there the shapes are
gone. Where both are cold at a glance, neither is searched. A glance at the whole picture, small,
finds large letters. Each box is read in the picture and among its strokes.

The networks are in `ocr.py`; what the words mean is judged in `wordmarks.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from curation.compliance.misreading import misreading
from curation.compliance.ocr import NETWORKS, Box, Pixels, boxes_in, boxes_of, heat_of, read

VERSION = f"{NETWORKS}+strokes@2"
LEAST_LOOK_PX, MOST_LOOK_PX, GLANCE_PX = 512, 1024, 256
"""Longer side at which a picture is searched for strokes, and at a glance for large letters."""
STROKE_PX = 21
"""Strokes up to about this width are told from the shapes of the art."""
WARM = 0.1
"""Pages of strokes are searched where the detector sees this much on one of them at a glance."""
FAINT, LEAST_SHARE = 24, 0.0006
"""How much darker or lighter (0 … 255) a stroke is, and how much of a picture a word must fill."""
SAME_PLACE, ALIKE = 0.5, 0.34
"""Share of the smaller box in the larger; edits for each letter under which readings agree."""


@dataclass(frozen=True, eq=False)
class Line:
    """Words at one place, as they were read in different ways.

    Attributes:
        readings: text and how sure the recogniser is (0 … 1), the surest first.
        box: where.
    """

    readings: tuple[tuple[str, float], ...]
    box: Box

    @property
    def text(self) -> str:
        """The surest reading."""
        return self.readings[0][0]

    @property
    def score(self) -> float:
        """How sure the surest reading is."""
        return self.readings[0][1]

    @property
    def agrees(self) -> bool:
        """Whether two ways of reading gave nearly the same."""
        texts = [text.casefold() for text, _score in self.readings[:4]]
        return any(_alike(a, b) for at, a in enumerate(texts) for b in texts[at + 1 :])


def lines_of(pixels: Pixels) -> list[Line]:
    """Return the lettering of a picture, `(height, width, 3)` sRGB bytes."""
    side = max(pixels.shape[:2])
    look_px = min(MOST_LOOK_PX, max(LEAST_LOOK_PX, side))
    small = _scaled(pixels, look_px)
    scale = np.array([pixels.shape[1] / small.shape[1], pixels.shape[0] / small.shape[0]])
    lines = []
    for page, boxes in _pages(small, look_px):
        for box in boxes:
            own = Box((box.corners * scale).astype(np.float32), box.score)
            lines.append(_line(own, read(page, box.corners), read(pixels, own.corners)))
    for box in boxes_of(pixels, look_px=GLANCE_PX):
        lines.append(_line(box, read(pixels, box.corners)))
    return _gathered([line for line in lines if line.readings])


def _pages(pixels: Pixels, look_px: int) -> Iterator[tuple[Pixels, list[Box]]]:
    """Yield the dark and the light strokes of a picture as pages, with the boxes on them.

    Neither is searched where both are cold at a glance. Boxes of the search come first, then those
    of the glance alone: letters of thick strokes are seen there, where the search is too close.
    """
    strokes = [_strokes(pixels, dark=dark) for dark in (True, False)]
    pages = [_page(part) for part in strokes if (part > FAINT).mean() >= LEAST_SHARE]
    glances = [heat_of(page, look_px=GLANCE_PX) for page in pages]
    if max((float(glance.max()) for glance in glances), default=0.0) < WARM:
        return
    for page, glance in zip(pages, glances, strict=True):
        near = boxes_of(page, look_px=look_px)
        far = boxes_in(glance, page.shape)
        yield page, near + [box for box in far if not any(_same_place(box, b) for b in near)]


def _line(box: Box, *readings: tuple[str, float]) -> Line:
    """Return a line with what was read, the surest first; readings without letters are left out."""
    kept = sorted((reading for reading in readings if reading[0]), key=lambda r: -r[1])
    return Line(tuple(kept), box)


def _gathered(lines: list[Line]) -> list[Line]:
    """Put readings of one place together."""
    made: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.score):
        same = next((at for at, other in enumerate(made) if _same_place(line.box, other.box)), None)
        if same is None:
            made.append(line)
        else:
            made[same] = _line(made[same].box, *made[same].readings, *line.readings)
    return made


def _same_place(a: Box, b: Box) -> bool:
    low = np.maximum(a.corners.min(axis=0), b.corners.min(axis=0))
    high = np.minimum(a.corners.max(axis=0), b.corners.max(axis=0))
    shared = float(np.prod(np.clip(high - low, 0, None)))
    areas = [float(np.prod(np.ptp(box.corners, axis=0))) for box in (a, b)]
    return shared >= SAME_PLACE * max(1e-6, min(areas))


def _alike(a: str, b: str) -> bool:
    limit = ALIKE * max(len(a), len(b))
    return bool(a and b) and misreading(a, b, limit) <= limit


# -- strokes -----------------------------------------------------------------------------------


def _scaled(pixels: Pixels, side: int) -> Pixels:
    """Return a picture whose longer side has a length."""
    import cv2

    scale = side / max(pixels.shape[:2])
    if abs(scale - 1) < 0.01:
        return np.ascontiguousarray(pixels)
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return cv2.resize(np.ascontiguousarray(pixels), size, interpolation=how)


def _strokes(pixels: Pixels, *, dark: bool) -> Pixels:
    """Return how much darker (or lighter) each pixel is than what surrounds a stroke."""
    import cv2

    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (STROKE_PX, STROKE_PX))
    way = cv2.MORPH_BLACKHAT if dark else cv2.MORPH_TOPHAT
    return cv2.morphologyEx(pixels, way, kernel).max(axis=2)


def _page(strokes: Pixels) -> Pixels:
    """Return strokes as dark writing on white."""
    grey = 255 - np.clip(strokes.astype(np.float32) * 1.5, 0, 255).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)
