"""Marks as silhouettes: the brand icons of the `simpleicons` package, drawn by skia.

The package's data are CC0 and its code is MIT; the marks themselves stay their owners'. They are
learnt from and compared with, never shown as ours. Half of them is never learnt from (`is_unseen`),
so that the figures say how well a mark is found that the network has not met.
"""

import hashlib
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.uint8]

SIDE = 96
"""Pixels of a silhouette's side."""


@dataclass(frozen=True, eq=False)
class Icon:
    """One brand icon.

    Attributes:
        svg: a drawing of 24 × 24 units, one colour.
        hex: the brand's colour, `#rrggbb`.
    """

    slug: str
    title: str
    hex: str
    svg: str

    @property
    def is_unseen(self) -> bool:
        """Whether it is kept from the training: a coin thrown by its name."""
        return hashlib.sha256(self.slug.encode()).digest()[0] % 2 == 1

    def mask(self, side: int = SIDE) -> Mask:
        """Return its silhouette, `(side, side)`, 255 inside; the shape touches two borders."""
        return cropped(drawn(self.svg, 2 * side), side)


@cache
def icons() -> tuple[Icon, ...]:
    """Return every icon of the package, by slug."""
    from simpleicons.all import icons as packaged

    found = (Icon(icon.slug, icon.title, f"#{icon.hex}", icon.svg) for icon in packaged.values())
    return tuple(sorted(found, key=lambda icon: icon.slug))


def drawn(svg: str, side: int) -> Mask:
    """Draw a 24-unit SVG as a silhouette, `(side, side)`, 255 inside."""
    import skia

    picture = skia.SVGDOM.MakeFromStream(skia.MemoryStream.MakeCopy(svg.encode()))
    picture.setContainerSize(skia.Size(24, 24))
    surface = skia.Surface(side, side)
    canvas = surface.getCanvas()
    canvas.clear(skia.ColorWHITE)
    canvas.scale(side / 24, side / 24)
    picture.render(canvas)
    return np.ascontiguousarray(255 - surface.toarray()[..., 0])


def cropped(mask: Mask, side: int) -> Mask:
    """Fit a silhouette into a square: its longer side fills it, the shorter one is centred."""
    import cv2

    rows, columns = np.nonzero(mask.max(1) > 40)[0], np.nonzero(mask.max(0) > 40)[0]
    if not rows.size:
        return np.zeros((side, side), np.uint8)
    part = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = part.shape
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    square = np.zeros((side, side), np.uint8)
    top, left = (side - size[1]) // 2, (side - size[0]) // 2
    square[top : top + size[1], left : left + size[0]] = small
    return square
