"""Little drawings of layouts, made of their words: for forms and previews. Pure.

A drawing lies in a square of 24 by 24. A layout with a place has its weight there and two lighter
things beyond the middle; a pattern fills the square; a word that is not known gets a drawing of its
own by hash, so that two of them can be told apart.
"""

from dataclasses import dataclass
from functools import cache

from generation.sampling import hashed

SIDE = 24.0
PLACES = {
    "centered": (12.0, 12.5),
    "left": (7.0, 13.0),
    "right": (17.0, 13.0),
    "high": (12.0, 7.0),
    "low": (12.0, 17.0),
}
"""Where a layout puts the weight."""
PATTERNS = ("diagonal", "grid", "all-over", "frame", "minimal", "horizon", "scattered")


@dataclass(frozen=True, slots=True)
class Shape:
    """A circle, or a rectangle where `width` is given.

    Attributes:
        x: middle of a circle, left side of a rectangle.
        y: middle of a circle, upper side of a rectangle.
        radius: of a circle.
        width: of a rectangle.
        height: of a rectangle.
        tone: `main`, `soft` or `accent`.
    """

    x: float
    y: float
    radius: float = 0
    width: float = 0
    height: float = 0
    tone: str = "main"


@cache
def drawing(layout: str) -> tuple[Shape, ...]:
    """Return the shapes of a layout's drawing, those behind first."""
    word = layout.lower()
    if word in PLACES:
        return _placed(*PLACES[word])
    return _pattern(word) or _own(word)


def _placed(x: float, y: float) -> tuple[Shape, ...]:
    """Return a weight at a place over a ground, with an arch around it."""
    ground = min(y + 7, 21.5)
    return (
        Shape(2.5, ground, width=19, height=SIDE - 2 - ground, tone="soft"),
        Shape(x, y, radius=6.2, tone="soft"),
        Shape(x, y, radius=4.2),
        Shape(x, y, radius=1.7, tone="accent"),
    )


def _pattern(word: str) -> tuple[Shape, ...]:
    """Return the drawing of a layout that is a pattern; empty where it is none."""
    if word == "diagonal":
        return (
            Shape(6, 18, radius=4.4),
            Shape(12.6, 11.4, radius=3, tone="accent"),
            Shape(18, 6, radius=2, tone="soft"),
        )
    if word in ("grid", "all-over"):
        cells = [(column, row) for row in range(3) for column in range(3)]
        return tuple(
            Shape(3.6 + 6 * column, 3.6 + 6 * row, width=4.8, height=4.8, tone=_tone(column + row))
            for column, row in cells
        )
    if word == "frame":
        return (
            Shape(2.5, 2.5, width=19, height=19, tone="soft"),
            Shape(6, 6, width=12, height=12),
            Shape(9.5, 9.5, width=5, height=5, tone="accent"),
        )
    if word == "minimal":
        return (Shape(12, 15, radius=2, tone="accent"), Shape(4, 19, width=16, height=0.8))
    if word == "horizon":
        return (
            Shape(2.5, 14, width=19, height=7.5),
            Shape(15, 9, radius=3, tone="accent"),
        )
    return ()


def _tone(number: int) -> str:
    return ("main", "soft", "accent")[number % 3]


def _own(word: str) -> tuple[Shape, ...]:
    """Return five dots where the hash of a word puts them."""
    dots = []
    for number in range(5):
        bits = hashed(f"genart layout {word} {number}", 24)
        x, y, size = bits & 255, bits >> 8 & 255, bits >> 16
        dots.append(Shape(5 + x / 18.3, 5 + y / 18.3, radius=1.4 + size / 128, tone=_tone(number)))
    return tuple(dots)
