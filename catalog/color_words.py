"""What colours are called: plain words for facets and alt texts, richer ones for titles.

Pure: no Django, no database. Colours come in as `#RRGGBB`. The plain words are those of
`genart/lib/color.py`, so that curation and the shop call a colour the same.
"""

import math
from functools import cache

from genart.lib.color import color_name, hex_to_oklab

FACETS = {
    "red": "#C8232C",
    "orange": "#EE7F2D",
    "yellow": "#F2C744",
    "gold": "#C39A35",
    "green": "#4C8C57",
    "teal": "#2A8C8C",
    "blue": "#2E62A8",
    "purple": "#7150A8",
    "pink": "#EFA3B8",
    "brown": "#80512F",
    "beige": "#EFE0C6",
    "white": "#FAFAF7",
    "grey": "#8D9196",
    "black": "#16161A",
}
"""The colours a buyer can filter by, each with the dot that stands for it."""

_RICH = {
    "terracotta": "#C8653F", "clay": "#B5734F", "rust": "#A3441F", "coral": "#FF7F68",
    "salmon": "#F4A38C", "peach": "#F9CDA9", "apricot": "#F6B26B", "amber": "#E8A31A",
    "ochre": "#C98F2B", "mustard": "#D9A520", "gold": "#E0B13A", "straw": "#EBD58A",
    "lemon": "#F7EC6A", "cream": "#F8F0DC", "ivory": "#F7F3E8", "sand": "#DEC7A0",
    "oatmeal": "#E9DFCF", "umber": "#5E4330", "chocolate": "#43281C", "tobacco": "#8A6136",
    "sage": "#9CAF88", "moss": "#6B7F45", "olive": "#7C7A35", "fern": "#4E8A55",
    "forest green": "#1F5A3C", "pine": "#16403A", "mint": "#B7E3C6", "jade": "#3FA37C",
    "teal": "#1F7A7A", "petrol": "#154A55", "turquoise": "#2BB9B0", "aqua": "#8CDAD8",
    "cyan": "#1FD9E8", "sky blue": "#9CCDEB", "azure": "#3E93D6", "cobalt": "#1F4FB2",
    "navy": "#17264F", "ink": "#10182B", "indigo": "#36408F", "periwinkle": "#8C97E0",
    "lavender": "#C9B6E8", "lilac": "#B79AD6", "violet": "#7B4FC9", "plum": "#5B2A57",
    "mauve": "#A5839B", "magenta": "#E0359A", "rose": "#E56B86", "blush": "#F2CFC9",
    "powder pink": "#F5B9C6", "raspberry": "#B8224F", "crimson": "#C1162A", "wine": "#6E1528",
    "scarlet": "#E3342B", "vermilion": "#EE5A34", "charcoal": "#33363B", "slate": "#5E6B78",
    "pewter": "#8E959B", "silver": "#C6CBD0", "fog": "#E4E8EA", "chalk": "#F4F4F0",
    "black": "#121214",
}  # fmt: skip


@cache
def facet_of(hex_color: str) -> str:
    """Return the plain word of `FACETS` under which people would look for a colour."""
    return color_name(hex_color)


@cache
def rich_name(hex_color: str) -> str:
    """Return the nearest of some sixty colour words, such as `terracotta` or `sky blue`."""
    here = _weighted(hex_color)
    return min(_RICH, key=lambda name: math.dist(_weighted(_RICH[name]), here))


def distance(first: str, second: str) -> float:
    """Return how far two colours lie apart in OKLab."""
    return math.dist(*hex_to_oklab([first, second]).tolist())


@cache
def _weighted(hex_color: str) -> tuple[float, float, float]:
    """Return OKLab with less weight on lightness: a name follows the hue more than the tone."""
    light, a, b = hex_to_oklab([hex_color])[0].tolist()
    return 0.55 * light, 1.7 * a, 1.7 * b


def facet_names(colors: list[tuple[str, float]], least_share: float = 0.06) -> list[str]:
    """Return the plain words of the colours that take at least a share, largest first.

    The largest colour counts whatever its share; words do not repeat.
    """
    shares: dict[str, float] = {}
    for hex_color, share in colors:
        word = facet_of(hex_color)
        shares[word] = shares.get(word, 0.0) + share
    ordered = sorted(shares, key=lambda word: -shares[word])
    return [word for at, word in enumerate(ordered) if at == 0 or shares[word] >= least_share]


def rich_names(colors: list[tuple[str, float]], limit: int = 4) -> list[str]:
    """Return the richer words of the largest colours, each once."""
    words: list[str] = []
    for hex_color, _share in sorted(colors, key=lambda pair: -pair[1]):
        word = rich_name(hex_color)
        if word not in words:
            words.append(word)
    return words[:limit]
