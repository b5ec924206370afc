"""Little drawings of the house styles, for a style of which nothing was rendered yet. Pure.

Paths in a square of 24 by 24, each with a tone: `main`, `soft` or `accent`.
"""

from generation.layout_drawings import Shape, drawing

Path = tuple[str, str]
"""Tone, and what SVG calls `d`."""


def disc(x: float, y: float, radius: float) -> str:
    """Return a circle as a path."""
    return (
        f"M{x - radius:g} {y:g}a{radius:g} {radius:g} 0 1 0 {2 * radius:g} 0"
        f"a{radius:g} {radius:g} 0 1 0 {-2 * radius:g} 0z"
    )


def arch(width: float, height: float) -> str:
    """Return a gate with a round top that stands on the ground, in the middle."""
    left, half = 12 - width / 2, width / 2
    return f"M{left:g} 24v{half - height:g}a{half:g} {half:g} 0 0 1 {width:g} 0v{height - half:g}z"


def box(x: float, y: float, width: float, height: float) -> str:
    """Return a rectangle as a path."""
    return f"M{x:g} {y:g}h{width:g}v{height:g}h{-width:g}z"


def wave(y: float) -> str:
    """Return everything below a wave."""
    return f"M0 {y:g}q4 -4 8 0t8 0t8 0V24H0z"


DRAWINGS: dict[str, tuple[Path, ...]] = {
    "boho-arches": (
        ("soft", arch(17, 18)), ("main", arch(12.4, 14)), ("accent", arch(8, 10)),
        ("soft", arch(3.8, 6)),
    ),
    "sun-and-hills": (
        ("accent", disc(15, 9, 4.5)), ("soft", "M0 18q7 -6 14 -1t10 -2V24H0z"),
        ("main", "M0 22q8 -6 24 -1V24H0z"),
    ),
    "mountains": (
        ("accent", disc(17, 6, 2.6)), ("soft", "M0 20L8 8l7 9l3-4l6 7v4H0z"),
        ("main", "M0 24v-3l7-6l6 6l5-4l6 5v2z"),
    ),
    "ripples": (
        ("soft", disc(12, 12, 10)), ("main", disc(12, 12, 7)), ("soft", disc(12, 12, 4.6)),
        ("accent", disc(12, 12, 2)),
    ),
    "waves": (
        ("accent", disc(17, 6, 3)), ("soft", wave(11)), ("main", wave(16)), ("soft", wave(20.5)),
    ),
    "flowing-lines": (
        ("soft", "M0 6q6 -6 12 0t12 0v4q-6 6 -12 0t-12 0z"),
        ("main", "M0 12q6 -6 12 0t12 0v3q-6 6 -12 0t-12 0z"),
        ("accent", "M0 18q6 -6 12 0t12 0v2q-6 6 -12 0t-12 0z"),
    ),
    "moon-night": (
        ("main", box(0, 0, 24, 24)), ("soft", disc(15, 8, 4)), ("accent", disc(5, 6, 0.9)),
        ("accent", disc(8, 12, 0.7)), ("accent", disc(20, 14, 0.7)),
        ("soft", "M0 21q7 -5 12 -1t12 -2V24H0z"),
    ),
    "colour-field": (
        ("soft", box(3, 2.5, 18, 6)), ("main", box(3, 9.5, 18, 8)), ("accent", box(3, 18.5, 18, 3)),
    ),
    "abstract-blobs": (
        ("soft", "M4 9q1 -7 8 -5t7 6q-1 6 -8 5t-7 -6z"),
        ("main", "M9 17q0 -5 5 -5t6 4q0 5 -5 5t-6 -4z"), ("accent", disc(7, 17, 2.4)),
    ),
    "stripes": (
        ("main", box(0, 2, 24, 3)), ("soft", box(0, 7, 24, 5)), ("accent", box(0, 14, 24, 2)),
        ("main", box(0, 18, 24, 4)),
    ),
    "sunrise-rays": (
        ("soft", "M12 18L0 12V6zM12 18L6 0h5zM12 18L18 0h-4zM12 18L24 6v6z"),
        ("accent", "M5.5 18a6.5 6.5 0 0 1 13 0z"), ("main", box(0, 18, 24, 6)),
    ),
    "botanical-leaf": (
        ("accent", disc(12, 10, 8)), ("main", box(11.4, 3, 1.2, 21)),
        ("main", "M12 18q-6 0 -7 -5q6 0 7 5zM12 18q6 0 7 -5q-6 0 -7 5z"),
        ("main", "M12 12q-5 0 -6 -4q5 0 6 4zM12 12q5 0 6 -4q-5 0 -6 4z"),
    ),
    "vases": (
        ("soft", box(0, 19, 24, 5)), ("accent", disc(7, 5, 2.2)), ("accent", disc(12, 4, 2.2)),
        ("accent", disc(17, 5, 2.2)), ("main", "M9 11h6q4 5 0 10h-6q-4 -5 0 -10z"),
        ("main", box(11.5, 5, 1, 7)),
    ),
    "sailing-boats": (
        ("accent", disc(6, 6, 3)), ("main", "M12.6 3l7 13h-7z"), ("soft", "M11.4 6v10H6z"),
        ("main", "M4 17.5h17l-3 3H7z"), ("soft", wave(21)),
    ),
    "tulips": (
        ("soft", box(11.4, 10, 1.2, 14)),
        ("soft", "M12 23q-6 -2 -6 -8q5 2 6 8zM12 23q6 -2 6 -8q-5 2 -6 8z"),
        ("main", "M7.5 3l2.2 2.5L12 2.5l2.3 3l2.2 -2.5v5q0 4 -4.5 4t-4.5 -4z"),
    ),
    "desert-cactus": (
        ("accent", disc(18, 6, 3)), ("main", "M10.5 22V5q1.5 -2 3 0v17z"),
        ("main", "M10.5 15H7q-2 0 -2 -2V9h2v3.5h3.5z"),
        ("main", "M13.5 13H17q2 0 2 -2V8h-2v2.5h-3.5z"),
        ("soft", wave(20)),
    ),
}  # fmt: skip


def style_drawing(slug: str) -> tuple[Path, ...]:
    """Return the drawing of a house family; another style gets one made of its name."""
    return DRAWINGS.get(slug) or tuple(_path(shape) for shape in drawing(f"style {slug}"))


def _path(shape: Shape) -> Path:
    if shape.width:
        return shape.tone, box(shape.x, shape.y, shape.width, shape.height)
    return shape.tone, disc(shape.x, shape.y, shape.radius)
