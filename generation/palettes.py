"""Named palettes and the mapping of any colours to the six slots of a picture.

For: specs, styles and the house pipeline. Not for: judging colours or drawing; no Django and
no torch here. Next: `generation/house/compositing.py`, which paints with the slots.
"""

from dataclasses import dataclass

Slots = tuple[str, str, str, str, str, str]


@dataclass(frozen=True)
class Palette:
    """A background, four accents and a dark tone, as `#rrggbb`."""

    slug: str
    name: str
    background: str
    accents: tuple[str, str, str, str]
    dark: str

    @property
    def slots(self) -> Slots:
        """Return the six colours in slot order."""
        return (self.background, *self.accents, self.dark)

    @property
    def colors(self) -> list[tuple[str, float]]:
        """Return (colour, weight) pairs whose weights sum to 1."""
        weights = (0.35, 0.15, 0.15, 0.12, 0.11, 0.12)
        return list(zip(self.slots, weights, strict=True))


def _palette(slug: str, name: str, background: str, accents: str, dark: str) -> Palette:
    first, second, third, fourth = (f"#{code}" for code in accents.split())
    return Palette(slug, name, f"#{background}", (first, second, third, fourth), f"#{dark}")


_ALL = (
    _palette("terracotta", "Terracotta", "f6eadb", "c8553d e9a178 f2cc8f 9a5b45", "4a2c2a"),
    _palette("sage", "Sage", "f6f2e9", "8fa57c e3b7a0 b9c7a3 5f7a5c", "34423a"),
    _palette("navy-gold", "Navy and gold", "f5efe2", "e0a52e 2f5a8c f0d08a 7c97b8", "14213d"),
    _palette("ocean", "Ocean", "eef6f7", "1d6fa5 59b3c9 a9d6dc f0c987", "0d2f4f"),
    _palette("sunset", "Sunset", "ffe9d2", "f25c3b f9a03f ffd166 c9345f", "4f1a3d"),
    _palette("ink", "Ink", "f6f4ef", "2b2b2b 8d8a85 c8c4bc 5a5855", "121212"),
    _palette("forest", "Forest", "f0efe2", "3d7d55 a8bf8a d9b65f 1f5a4a", "15302a"),
    _palette("lavender", "Lavender", "f4effa", "8a67b8 c3a6e0 f0b6cf 6a79b5", "33234f"),
    _palette("mustard-teal", "Mustard and teal", "f8f3e2", "e1a730 2a8280 cf6b3c 8fc0b2", "153b3d"),
    _palette("cherry", "Cherry", "fcf0ea", "c1182b f2a7a0 e4606d 8c1026", "3d0a12"),
    _palette("midnight", "Midnight", "e6e9fb", "f2c14e 4a5fc1 9aa9ee 7b5ea7", "12183d"),
    _palette("coral", "Coral", "fff4ea", "ff7462 35b3a6 ffc39f a8dfd6", "1b4f55"),
    _palette("sand", "Sand", "f7ecd9", "d49a57 efcf9b b0733f 93a08a", "4f3420"),
    _palette("nordic", "Nordic", "eef0f1", "7187a0 d8a48f b9c6d1 4f6478", "26323d"),
    _palette("blush", "Blush", "fdf3ef", "e39a98 f3c9bd c76b72 b79c8f", "5a3139"),
    _palette("pastel", "Pastel", "fffaf1", "f5a9b8 a6cfe8 f8dc95 b5dcb4", "5f5a86"),
    _palette("olive", "Olive", "f5f1df", "8a8b3c d8a24a c3c38a b5573a", "353a1c"),
    _palette("plum", "Plum", "f8eef0", "8e3b6b e0889a f2b880 5b4a86", "321533"),
    _palette("citrus", "Citrus", "fffbe8", "ff9f1c 7fb83e ffd84d f2643d", "24483a"),
    _palette("glacier", "Glacier", "f1f8fa", "5fa8c9 b7dfe6 7f8fc2 e9b8c4", "1f3b57"),
)  # fmt: skip
PALETTES: dict[str, Palette] = {palette.slug: palette for palette in _ALL}


def rgb(color: str) -> tuple[int, int, int]:
    """Return red, green, blue in 0..255 of `#rrggbb` (or `rrggbb`).

    Raises:
        ValueError: `color` is not six hexadecimal digits.
    """
    digits = color.removeprefix("#")
    if len(digits) != 6 or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
        raise ValueError(f"{color!r} is not a colour: write six hexadecimal digits, as in #c8553d.")
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def luminance(color: str) -> float:
    """Return perceived lightness in 0..1."""
    red, green, blue = rgb(color)
    return (0.299 * red + 0.587 * green + 0.114 * blue) / 255


def mix(first: str, second: str, share: float) -> str:
    """Return `first` with `share` (0..1) of `second` mixed in."""
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def slots_from_colors(colors: list[tuple[str, float]]) -> Slots:
    """Map 1 to 8 weighted colours to background, four accents and dark.

    The heaviest of the two lightest colours becomes the background, the darkest one the dark
    tone, the others the accents in order of weight; missing slots are mixed from the given ones.
    The order of `colors` only breaks ties.

    Raises:
        ValueError: there are no colours, more than 8, or one is malformed.
    """
    if not 1 <= len(colors) <= 8:
        raise ValueError(f"A palette needs 1 to 8 colours, not {len(colors)}.")
    weights: dict[str, float] = {}
    for color, weight in colors:
        code = "#" + "".join(f"{value:02x}" for value in rgb(color))
        weights[code] = weights.get(code, 0.0) + weight
    light_first = sorted(weights, key=lambda code: (-luminance(code), code))
    if len(light_first) == 1:
        light_first = _ends_of(light_first[0])
    background = max(light_first[: max(1, min(2, len(light_first) - 1))],
                     key=lambda code: (weights.get(code, 0.0), luminance(code), code))  # fmt: skip
    dark = light_first[-1]
    rest = [code for code in light_first if code not in (background, dark)]
    rest.sort(key=lambda code: (-weights.get(code, 0.0), -luminance(code), code))
    return _filled(background, rest, dark)


def _ends_of(color: str) -> list[str]:
    """Return a light tint, the colour, and a dark shade of it."""
    return [mix(color, "#ffffff", 0.85), color, mix(color, "#000000", 0.65)]


def _filled(background: str, accents: list[str], dark: str) -> Slots:
    """Complete `accents` to four by mixing towards background and dark."""
    sources = accents or [mix(background, dark, 0.5)]
    found = list(accents[:4])
    steps = ((background, 0.45), (dark, 0.4), (background, 0.7), (dark, 0.65))
    for index in range(8):
        if len(found) == 4:
            break
        towards, share = steps[(index // len(sources)) % 4]
        found.append(mix(sources[index % len(sources)], towards, share))
    first, second, third, fourth = found
    return (background, first, second, third, fourth, dark)


def rotated(slots: Slots, steps: int) -> Slots:
    """Return the slots with their four accents moved round by `steps`: a colour variant."""
    background, *accents, dark = slots
    turn = steps % 4
    first, second, third, fourth = accents[turn:] + accents[:turn]
    return (background, first, second, third, fourth, dark)
