"""Which of a provider's sizes, or shapes, to ask for. Pure."""

from collections.abc import Iterable, Sequence

Size = tuple[int, int]


def covering(wanted: Size, known: Iterable[Sequence[int]] | None) -> Size:
    """Return the size to ask for: the one wanted if known, else the smallest of its shape above.

    Args:
        wanted: width and height in pixels.
        known: the sizes a provider makes; `None`: any.
    """
    sizes = [(int(width), int(height)) for width, height in known or ()]
    if not sizes or wanted in sizes:
        return wanted
    larger = [size for size in sizes if size[0] >= wanted[0] and size[1] >= wanted[1]]
    return min(larger or sizes, key=lambda size: (round(_unlike(size, wanted), 3), size))


def nearest_shape(wanted: Size, shapes: Iterable[str]) -> str:
    """Return the aspect ratio, such as `3:2`, nearest to a size."""
    return min(shapes, key=lambda shape: _unlike(_pair(shape), wanted))


def _pair(shape: str) -> Size:
    width, _colon, height = shape.partition(":")
    return int(width), int(height)


def _unlike(one: Size, other: Size) -> float:
    """Return by which factor two shapes differ, less one."""
    first, second = one[0] / one[1], other[0] / other[1]
    return max(first / second, second / first) - 1
