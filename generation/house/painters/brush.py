"""Anti-aliased drawing of slot maps: every shape belongs to one of six colour slots.

For: painters, which draw with a `Brush` and never see a colour. Not for: compositing the maps
with real colours (`generation/house/compositing.py`). Next: `scene.py`, then any family file.
"""

import math
from collections.abc import Sequence

import numpy as np
import skia

Point = tuple[float, float]

BACKGROUND, ACCENT_1, ACCENT_2, ACCENT_3, ACCENT_4, DARK = range(6)
SLOT_COUNT = 6


def indicator(slot: int, half: int) -> int:
    """Return the colour that marks `slot` on one of the two canvases (`half` 0 or 1)."""
    rgb = [255 if half * 3 + channel == slot else 0 for channel in range(3)]
    return skia.Color(*rgb, 255)


class Brush:
    """Draws on two canvases at once; their six colour channels are the six coverage maps.

    Coordinates: x in 0..`width`, y in 0..`height`, the short side is 1 and `short_px` pixels;
    `margin_px` more pixels are drawn on every side.
    """

    def __init__(self, width: float, height: float, short_px: int = 64, margin_px: int = 0) -> None:
        self.width, self.height = width, height
        shape = [round(side * short_px) + 2 * margin_px for side in (width, height)]
        self.surfaces = [skia.Surface(*shape) for _ in range(2)]
        for surface in self.surfaces:
            surface.getCanvas().translate(margin_px, margin_px)
            surface.getCanvas().scale(short_px, short_px)
        self.fill(BACKGROUND)

    def fill(self, slot: int) -> None:
        """Cover the whole canvas with `slot`."""
        for half, surface in enumerate(self.surfaces):
            surface.getCanvas().clear(indicator(slot, half))

    def path(self, path: skia.Path, slot: int, stroke: float = 0.0) -> None:
        """Draw a skia path, filled, or as a round-capped line `stroke` wide."""
        paint = skia.Paint(AntiAlias=True)
        if stroke:
            paint.setStyle(skia.Paint.kStroke_Style)
            paint.setStrokeWidth(stroke)
            paint.setStrokeCap(skia.Paint.kRound_Cap)
            paint.setStrokeJoin(skia.Paint.kRound_Join)
        for half, surface in enumerate(self.surfaces):
            paint.setColor(indicator(slot, half))
            surface.getCanvas().drawPath(path, paint)

    def rect(
        self, x0: float, y0: float, x1: float, y1: float, slot: int, corner: float = 0
    ) -> None:
        """Fill a rectangle, with corners of radius `corner`."""
        path = skia.Path()
        path.addRoundRect(skia.Rect.MakeLTRB(x0, y0, x1, y1), corner, corner)
        self.path(path, slot)

    def circle(self, x: float, y: float, radius: float, slot: int, stroke: float = 0) -> None:
        """Fill a circle, or draw a ring `stroke` wide."""
        path = skia.Path()
        path.addCircle(x, y, radius)
        self.path(path, slot, stroke)

    def polygon(
        self, points: Sequence[Point], slot: int, stroke: float = 0, close: bool = True
    ) -> None:
        """Fill a polygon, or draw a polyline `stroke` wide."""
        path = skia.Path()
        path.addPoly([skia.Point(*point) for point in points], close)
        self.path(path, slot, stroke)

    def pie(self, x: float, y: float, radius: float, start: float, sweep: float, slot: int) -> None:
        """Fill a sector; angles in degrees, clockwise from the x axis."""
        path = skia.Path()
        path.moveTo(x, y)
        box = skia.Rect.MakeLTRB(x - radius, y - radius, x + radius, y + radius)
        path.arcTo(box, start, sweep, False)
        path.close()
        self.path(path, slot)

    def arch(self, x: float, spring: float, half: float, base: float, slot: int) -> None:
        """Fill an arch: half circle of radius `half` on (x, spring), legs down to `base`."""
        path = skia.Path()
        path.moveTo(x - half, base)
        path.lineTo(x - half, spring)
        path.arcTo(
            skia.Rect.MakeLTRB(x - half, spring - half, x + half, spring + half), 180, 180, False
        )
        path.lineTo(x + half, base)
        path.close()
        self.path(path, slot)

    def leaf(
        self, x: float, y: float, angle: float, length: float, breadth: float, slot: int
    ) -> None:
        """Fill a pointed leaf from (x, y) towards `angle` (radians), `breadth` wide."""
        cos, sin = math.cos(angle), math.sin(angle)

        def at(along: float, across: float) -> Point:
            return (x + along * cos - across * sin, y + along * sin + across * cos)

        path = skia.Path()
        path.moveTo(x, y)
        path.quadTo(*at(length * 0.5, breadth), *at(length, 0))
        path.quadTo(*at(length * 0.5, -breadth), x, y)
        path.close()
        self.path(path, slot)

    def smooth(self, points: Sequence[Point], slot: int, stroke: float = 0) -> None:
        """Fill (or outline) the closed curve that passes near `points`, without corners."""
        path = skia.Path()
        count = len(points)
        middle = [
            (
                (points[i][0] + points[(i + 1) % count][0]) / 2,
                (points[i][1] + points[(i + 1) % count][1]) / 2,
            )
            for i in range(count)
        ]
        path.moveTo(*middle[-1])
        for point, end in zip(points, middle, strict=True):
            path.quadTo(*point, *end)
        path.close()
        self.path(path, slot, stroke)

    def wave(
        self, y: float, height: float, turns: float, phase: float, slot: int, tilt: float = 0.0
    ) -> None:
        """Fill everything below a sine edge; `turns` waves across, `tilt` is rise per width."""
        steps = 40
        points = [
            (
                self.width * i / steps,
                y
                + height * math.sin(math.tau * (turns * i / steps + phase))
                + tilt * (i / steps - 0.5),
            )
            for i in range(steps + 1)
        ]
        bottom = self.height + 0.5
        self.polygon([(0, bottom), *points, (self.width, bottom)], slot)

    def maps(self) -> np.ndarray:
        """Return coverage `(6, height_px, width_px)` as float32 that sums to 1 at every pixel."""
        layers = [
            surface.toarray(colorType=skia.kRGBA_8888_ColorType)[..., :3]
            for surface in self.surfaces
        ]
        stack = np.concatenate(layers, axis=2).astype(np.float32).transpose(2, 0, 1)
        return np.ascontiguousarray(stack / stack.sum(0, keepdims=True))
