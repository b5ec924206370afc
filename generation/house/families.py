"""The families of pictures that the house model knows: words, layouts, motifs, fit for sale.

For: anything that offers or names styles, without torch or skia. Not for: drawing
(`painters/`). A test keeps both in step. Next: `captions.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class FamilyInfo:
    """One family of pictures.

    Attributes:
        motifs: motif → the phrase that captions use for it.
        sellable: the model draws it well enough for a style of the shop.
        taught: it is part of the training; the others wait for adapters.
        share: how often training draws it, against 1 of an easy family.
    """

    slug: str
    name: str
    phrases: tuple[str, ...]
    layouts: tuple[str, ...]
    motifs: dict[str, str]
    description: str
    sellable: bool = True
    taught: bool = True
    share: float = 1.0


_ALL = (
    FamilyInfo(
        slug="boho-arches",
        name="Boho arches",
        phrases=("boho arches", "rainbow arches", "nested boho arches"),
        layouts=("centered", "left", "right", "diagonal"),
        motifs={"hills": "over low hills", "sun": "with a sun"},
        description="Nested arches in the palette's accents, over low hills or under a sun.",
    ),
    FamilyInfo(
        slug="sun-and-hills",
        name="Sun and hills",
        phrases=("sun and hills", "sun over rolling hills", "minimal sun and hills"),
        layouts=("centered", "left", "right", "high", "low"),
        motifs={"halo": "with a halo"},
        description="A large sun above rolling hills that darken towards the viewer.",
    ),
    FamilyInfo(
        slug="mountains",
        name="Mountains",
        phrases=("layered mountains", "mountain ridges", "geometric mountains"),
        layouts=("centered", "left", "right"),
        motifs={"moon": "with a crescent moon"},
        description="Angular ridges one behind another under a sun or a crescent moon.",
    ),
    FamilyInfo(
        slug="bauhaus-tiles",
        sellable=False,
        taught=False,
        name="Bauhaus tiles",
        phrases=("bauhaus tiles", "geometric bauhaus tiles", "bauhaus composition"),
        layouts=("centered",),
        motifs={"quarters": "of quarter circles"},
        description="A grid of tiles with quarter circles, circles and triangles.",
    ),
    FamilyInfo(
        slug="neoplastic-grid",
        share=1.7,
        sellable=False,
        name="Neoplastic grid",
        phrases=("neoplastic grid", "neoplastic blocks", "grid of colour blocks"),
        layouts=("centered",),
        motifs={},
        description="Thick dark lines and a few fields of pure colour.",
    ),
    FamilyInfo(
        slug="ripples",
        name="Ripples",
        phrases=("concentric ripples", "concentric rings", "ripple circles"),
        layouts=("centered", "left", "right", "high", "low", "diagonal"),
        motifs={"core": "around a dark core"},
        description="Concentric rings spreading from one point.",
    ),
    FamilyInfo(
        slug="waves",
        name="Waves",
        phrases=("seigaiha waves", "overlapping wave scales", "japanese wave pattern"),
        layouts=("centered",),
        motifs={"suns": "of small suns"},
        description="Large overlapping wave scales.",
    ),
    FamilyInfo(
        slug="flowing-lines",
        share=1.3,
        name="Flowing lines",
        phrases=("flowing lines", "wavy bands", "flowing ribbon bands"),
        layouts=("centered", "diagonal"),
        motifs={},
        description="Wide bands that swing together across the picture.",
    ),
    FamilyInfo(
        slug="terrazzo",
        sellable=False,
        taught=False,
        name="Terrazzo",
        phrases=("terrazzo chips", "terrazzo pattern", "terrazzo stone"),
        layouts=("centered",),
        motifs={},
        description="Stone chips strewn evenly over the ground.",
    ),
    FamilyInfo(
        slug="botanical-leaf",
        share=1.5,
        name="Botanical leaf",
        phrases=("botanical leaf", "leaf branch", "botanical plant"),
        layouts=("centered", "left", "right"),
        motifs={"disc": "before a disc", "two stems": "with two stems", "ground": "on a ground"},
        description="Upright stems with paired leaves, sometimes before a disc.",
    ),
    FamilyInfo(
        slug="moon-night",
        name="Moon night",
        phrases=("moon night", "night sky with a moon", "moonlit hills"),
        layouts=("centered", "left", "right", "high", "low"),
        motifs={"crescent": "with a crescent"},
        description="A pale moon and stars in a dark sky above hills.",
    ),
    FamilyInfo(
        slug="memphis",
        sellable=False,
        taught=False,
        name="Memphis",
        phrases=("memphis pattern", "playful memphis shapes", "eighties memphis"),
        layouts=("centered",),
        motifs={},
        description="Playful circles, triangles, rings and zigzags.",
    ),
    FamilyInfo(
        slug="colour-field",
        name="Colour field",
        phrases=("colour field", "colour field painting", "stacked colour blocks"),
        layouts=("centered",),
        motifs={},
        description="Stacked blocks of colour floating on a coloured ground.",
    ),
    FamilyInfo(
        slug="paper-cut-outs",
        sellable=False,
        taught=False,
        name="Paper cut-outs",
        phrases=("paper cut-outs", "cut paper leaves", "paper collage leaves"),
        layouts=("centered",),
        motifs={},
        description="Lobed leaves cut from paper, each on its own sheet of colour.",
    ),
    FamilyInfo(
        slug="abstract-blobs",
        share=1.2,
        name="Abstract blobs",
        phrases=("abstract blobs", "abstract organic shapes", "soft pebble shapes"),
        layouts=("centered", "diagonal"),
        motifs={"line": "with a flowing line"},
        description="Soft pebbles of colour, crossed by one drawn line on request.",
    ),
    FamilyInfo(
        slug="starbursts",
        share=1.5,
        sellable=False,
        name="Starbursts",
        phrases=("mid-century starburst", "atomic starburst", "retro starburst"),
        layouts=("centered", "left", "right", "high", "low"),
        motifs={"disc": "on a disc", "small stars": "with small stars"},
        description="A mid-century star with long rays.",
    ),
    FamilyInfo(
        slug="vases",
        share=1.5,
        name="Vases",
        phrases=("vase with flowers", "flowers in a vase", "still life with a vase"),
        layouts=("centered", "left", "right"),
        motifs={"disc": "before a disc"},
        description="A pot on a table with a few round flowers.",
    ),
    FamilyInfo(
        slug="stripes",
        name="Stripes",
        phrases=("bold stripes", "colour stripes", "retro stripes"),
        layouts=("centered", "diagonal"),
        motifs={"disc": "behind a disc"},
        description="Straight bands of uneven width, upright or diagonal.",
    ),
    FamilyInfo(
        slug="quilt",
        sellable=False,
        taught=False,
        name="Quilt",
        phrases=("patchwork quilt", "quilt of triangles", "quilt star"),
        layouts=("centered",),
        motifs={"pinwheels": "with pinwheels"},
        description="A symmetric patchwork of triangles.",
    ),
    FamilyInfo(
        slug="sunrise-rays",
        name="Sunrise rays",
        phrases=("sunrise rays", "retro sunrise", "rising sun with rays"),
        layouts=("centered", "left", "right"),
        motifs={"sea": "over the sea"},
        description="A half sun on the horizon with rays that fill the sky.",
    ),
    FamilyInfo(
        slug="moon-phases",
        share=1.7,
        sellable=False,
        name="Moon phases",
        phrases=("moon phases", "phases of the moon", "row of moons"),
        layouts=("centered", "diagonal"),
        motifs={"night": "in a night sky"},
        description="A row of moons from thin to full in an empty sky.",
    ),
    FamilyInfo(
        slug="sailing-boats",
        share=2.0,
        name="Sailing boats",
        phrases=("sailing boat", "boat under sail", "sailing boats"),
        layouts=("centered", "left", "right"),
        motifs={"sun": "with a sun"},
        description="A boat under two sails on banded water.",
    ),
    FamilyInfo(
        slug="half-circles",
        share=1.7,
        sellable=False,
        name="Half circles",
        phrases=("half circles", "balanced half circles", "stacked half discs"),
        layouts=("centered", "left", "right", "diagonal"),
        motifs={"ball": "with a ball"},
        description="A tower of half discs that balance on each other.",
    ),
    FamilyInfo(
        slug="tulips",
        share=2.0,
        name="Tulips",
        phrases=("tulips", "row of tulips", "nordic tulips"),
        layouts=("centered",),
        motifs={"ground": "on a ground"},
        description="Upright tulips with cupped heads, one, three or five.",
    ),
    FamilyInfo(
        slug="desert-cactus",
        share=2.0,
        name="Desert cactus",
        phrases=("desert cactus", "cactus in the desert", "saguaro cactus"),
        layouts=("centered", "left", "right"),
        motifs={"sun": "with a sun", "mesa": "before a mesa"},
        description="A cactus with raised arms on dunes.",
    ),
)
FAMILIES: dict[str, FamilyInfo] = {family.slug: family for family in _ALL}
