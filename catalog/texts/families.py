"""The families of pictures: how one is recognised, how it is looked at, where it hangs.

Data and one lookup. What a family is called is in `words/`, a file for each language.
"""

import re
from dataclasses import dataclass
from typing import Literal

from catalog.texts.facts import Facts

Build = Literal["object", "disc", "rings", "rays", "bands", "all-over", "blocks"]
"""How a picture is made up, which decides what is worth saying of its layout: where a thing lies
(`object`), where its sun or moon stands (`disc`), where rings or rays meet, how bands run, or that
it covers the sheet (`all-over`, `blocks`)."""


@dataclass(frozen=True, slots=True)
class Family:
    """One family of pictures.

    Attributes:
        slug: the motif that names it.
        keys: beginnings of words that name it in a motif, style or subject.
        build: how its pictures are made up.
        category: slug of `categories.py`.
    """

    slug: str
    keys: tuple[str, ...]
    build: Build
    category: str


FAMILIES = (
    Family("sailing-boats", ("sail", "boat", "yacht", "regatta"), "object", "landscape"),
    Family("half-circles", ("half-circle", "half-disc", "semicircle"), "object", "geometric"),
    Family("tulips", ("tulip",), "object", "botanical"),
    Family("desert-cactus", ("cactus", "cacti", "saguaro"), "object", "botanical"),
    Family("boho-arches", ("arch", "rainbow", "doorway"), "object", "abstract"),
    Family("mountains", ("mountain", "ridge", "peak", "alp"), "disc", "landscape"),
    Family(
        "sun-and-hills",
        ("hill", "dune", "valley", "desert", "sunrise", "sunset"),
        "disc",
        "landscape",
    ),
    Family(
        "botanical-leaf",
        ("botan", "leaf", "leaves", "plant", "branch", "fern", "flower", "herb"),
        "object",
        "botanical",
    ),
    Family("bauhaus-tiles", ("bauhaus", "tile"), "all-over", "geometric"),
    Family("memphis", ("memphis", "confetti"), "all-over", "pattern"),
    Family("terrazzo", ("terrazzo", "pebble", "stone", "chip"), "all-over", "pattern"),
    Family(
        "neoplastic-grid",
        ("mondrian", "stijl", "neoplastic", "grid", "block"),
        "all-over",
        "geometric",
    ),
    Family(
        "ripples",
        ("ripple", "ring", "concentric", "op-art", "circle", "target"),
        "rings",
        "geometric",
    ),
    Family("colour-field", ("field", "colour-block", "color-block"), "blocks", "abstract"),
    Family("lowpoly", ("low-poly", "polygon", "facet", "triang"), "all-over", "geometric"),
    Family("moon-night", ("night", "moon", "star"), "disc", "sky"),
    Family("waves", ("wave", "seigaiha", "scale", "scallop"), "all-over", "pattern"),
    Family("flowing-lines", ("flow", "ribbon", "band", "contour", "line"), "bands", "abstract"),
    Family("sunrise-rays", ("sunburst", "ray"), "rays", "landscape"),
    Family("starbursts", ("starburst", "burst", "atomic"), "object", "geometric"),
    Family("vases", ("vase", "pot", "still-life", "bouquet"), "object", "still-life"),
    Family("stripes", ("stripe",), "bands", "pattern"),
    Family("quilt", ("patchwork",), "all-over", "pattern"),
    Family("moon-phases", ("phase", "lunar"), "object", "sky"),
    Family("paper-cut-outs", ("cutout", "cut-out", "paper"), "all-over", "abstract"),
    Family("abstract-blobs", ("blob", "organic", "shape"), "object", "abstract"),
    Family("city", ("skyline", "house", "town", "roof"), "object", "places"),
)
DEFAULT_CATEGORY = "abstract"


def family_of(facts: Facts) -> Family | None:
    """Return the family a picture belongs to, by motif first, then style and subject."""
    exact = next((family for family in FAMILIES if facts.motif == family.slug), None)
    if exact:
        return exact
    for text in (facts.motif, facts.style_name, facts.subject):
        words = [*re.split(r"[^a-z]+", text.lower()), text.lower()]
        for family in FAMILIES:
            keys = (family.slug, *family.keys)
            if any(word.startswith(key) for key in keys for word in words):
                return family
    return None


def category_of(facts: Facts) -> str:
    """Return the category of a picture."""
    family = family_of(facts)
    return family.category if family else DEFAULT_CATEGORY
