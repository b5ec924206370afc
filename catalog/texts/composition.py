"""What is worth saying of a picture's colours and layout: measured where somebody looked.

Where the pixels and the design spec disagree, the pixels are right. Colours are named by the
English words of `catalog/color_words.py`, which each language translates.
"""

from catalog.color_words import distance, facet_of, rich_name, rich_names
from catalog.texts.facts import Facts
from catalog.texts.families import Build, family_of

ASKED_PLACES = {
    "centered": "middle",
    "centred": "middle",
    "left": "left",
    "right": "right",
    "high": "top",
    "low": "bottom",
    "scattered": "whole",
    "grid": "whole",
    "even": "whole",
}
ASKED_DIRECTIONS = {"diagonal": "slanting", "rising": "slanting", "falling": "slanting"}
SPARSE, FULL = 0.36, 0.3
"""Share of the sheet that is not ground below which a picture is sparse, and share of pixels at an
edge above which it is full."""
MOST = 0.45
"""Share of the sheet from which a colour is most of it."""
CROSSED = 0.05
"""Share of the sheet from which a disc on bands is worth a word."""


def build_of(facts: Facts) -> Build:
    """Return how the picture is made up; of an unknown family, as one object."""
    family = family_of(facts)
    return family.build if family else "object"


def place(facts: Facts) -> str:
    """Return where the thing lies, as in `Seen.place`; empty where nobody knows."""
    if facts.seen is None:
        return ASKED_PLACES.get(facts.layout.lower(), "")
    return facts.seen.place


def focus(facts: Facts) -> str:
    """Return where the shape that stands out lies; empty without one."""
    if facts.seen is None:
        found = ASKED_PLACES.get(facts.layout.lower(), "")
        return "" if found == "whole" else found
    return facts.seen.focus


def direction(facts: Facts) -> str:
    """Return which way edges run: `upright`, `level`, `slanting` or empty."""
    if facts.seen is None:
        return ASKED_DIRECTIONS.get(facts.layout.lower(), "")
    return facts.seen.direction


def has_disc(facts: Facts) -> bool:
    """Whether a plain disc lies on the bands of a picture."""
    seen = facts.seen
    return bool(seen and seen.focus and seen.is_round and seen.focus_share >= CROSSED)


def has_sun(facts: Facts) -> bool:
    """Whether a small disc stands beside the thing that is shown."""
    seen = facts.seen
    return bool(seen and seen.focus and seen.is_round and seen.is_apart)


def is_crescent(facts: Facts) -> bool:
    """Whether the shape that stands out is thinner than a disc."""
    return bool(facts.seen and facts.seen.focus and not facts.seen.is_round)


def fullness(facts: Facts) -> int:
    """Return -1 for a sparse picture, 1 for a full one, else 0."""
    if facts.seen is None:
        return -1 if facts.density < 0.34 else 1 if facts.density > 0.67 else 0
    is_sparse = build_of(facts) == "object" and facts.seen.coverage < SPARSE
    return -1 if is_sparse else 1 if facts.seen.detail > FULL else 0


def layout_tag(facts: Facts) -> str:
    """Return which tag the layout earns: `middle`, `aside`, `whole`, `slanting` or empty."""
    build = build_of(facts)
    if build == "bands":
        return "slanting" if direction(facts) == "slanting" else ""
    if build in ("all-over", "blocks"):
        return "whole" if build == "all-over" else ""
    where = place(facts) if build == "object" else focus(facts)
    if where in ("middle", "whole"):
        return where
    return "aside" if "left" in where or "right" in where else ""


def ground(facts: Facts) -> str:
    """Return the colour on which the rest lies; the sky where there is one."""
    has_sky = build_of(facts) == "disc"
    seen = facts.seen and (facts.seen.sky if has_sky else facts.seen.ground)
    return rich_name(_nearest(facts, seen or facts.ground or facts.colors[0][0]))


def has_ground(facts: Facts) -> bool:
    """Whether one colour lies around the rest."""
    if facts.seen is None:
        return True
    return bool(facts.seen.sky if build_of(facts) == "disc" else facts.seen.ground)


def accents(facts: Facts) -> list[str]:
    """Return the colours besides the ground, largest first; at least one."""
    names = rich_names(list(facts.colors), limit=5)
    base = ground(facts)
    return [name for name in names if name != base] or [base]


def all_colours(facts: Facts, limit: int = 3) -> list[str]:
    """Return the largest colours, the ground included."""
    return rich_names(list(facts.colors), limit=limit)


def main_colour(facts: Facts) -> str:
    """Return the plain word of the largest colour."""
    return facet_of(facts.colors[0][0])


def is_mostly(facts: Facts) -> bool:
    """Whether the main colour, all its shades together, has nearly half of the picture."""
    main = main_colour(facts)
    total = sum(share for _hex, share in facts.colors)
    own = sum(share for hex_color, share in facts.colors if facet_of(hex_color) == main)
    return own >= MOST * total


def touches(facts: Facts, limit: int = 3) -> list[str]:
    """Return the colours that go with the main one, none of them a shade of it."""
    main = main_colour(facts)
    others = [pair for pair in facts.colors if facet_of(pair[0]) != main]
    shades = rich_names([pair for pair in facts.colors if facet_of(pair[0]) == main], limit=9)
    names = [name for name in rich_names(others, limit=5) if name not in shades]
    return [name for name in names if main not in name.split()][:limit]


def shades(facts: Facts, limit: int = 3) -> list[str]:
    """Return the names of the main colour's shades, for a picture that has no other."""
    main = main_colour(facts)
    return [name for name in rich_names(list(facts.colors), limit=limit) if name != main]


def _nearest(facts: Facts, hex_color: str) -> str:
    """Return the measured colour nearest to one; texts name only what was measured."""
    return min(facts.colors, key=lambda pair: distance(pair[0], hex_color))[0]
