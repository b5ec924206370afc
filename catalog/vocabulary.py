"""Words for the families of pictures, layouts and moods that `catalog/metadata.py` writes with.

Data only. A family is found by the words of a style's motif, subject and name; one that is not
listed is described by its subject alone. Keep entries concrete: what a visitor would see.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Family:
    """How one family of pictures is spoken of.

    Attributes:
        keys: word beginnings that name it in a motif, subject or style.
        nouns: for titles, title case, plural or singular as they stand.
        scenes: whole titles without a colour.
        seen: what the alt text says is there.
        sentence: one sentence for the description.
        tags: always true of the family.
    """

    keys: tuple[str, ...]
    nouns: tuple[str, ...]
    scenes: tuple[str, ...]
    seen: str
    sentence: str
    tags: tuple[str, ...]


FAMILIES = (
    Family(
        ("arch", "rainbow", "doorway"),
        ("Arches", "Doorways", "Arcade", "Archway", "Portals"),
        ("The Way Through", "House with No Walls", "Nested", "Under the Arch", "An Open Door"),
        "nested rounded arches",
        "Rounded arches stand one inside the other, like doors left open along a passage.",
        ("arches", "boho", "rainbow arch", "curves", "mid-century"),
    ),
    Family(
        ("mountain", "ridge", "peak", "alp"),
        ("Ridges", "Peaks", "Mountains", "Range", "Foothills"),
        ("Farther Than It Looks", "Above the Treeline", "Three Days Out", "First Light"),
        "layered mountain ridges",
        "Mountain ridges lie one behind the other and grow paler with distance.",
        ("mountains", "landscape", "ridges", "misty", "nature"),
    ),
    Family(
        ("hill", "dune", "valley", "desert", "sunrise", "sunset"),
        ("Hills", "Low Hills", "Rolling Hills", "Downs", "Sun and Hills"),
        ("Before the Heat", "The Long Slope", "Sun Coming Over", "End of the Road"),
        "a round sun above rolling hills",
        "A round sun hangs above soft, rolling hills laid down in flat bands.",
        ("hills", "landscape", "sun", "horizon", "nature"),
    ),
    Family(
        ("botan", "leaf", "leaves", "plant", "branch", "fern", "flower", "herb"),
        ("Branch", "Leaves", "Sprig", "Stems", "Herbarium"),
        ("Pressed Between Pages", "From the Windowsill", "Late Growth", "A Good Spring"),
        "leafy stems",
        "Leafy stems rise plainly from the ground, drawn as if pressed in a book.",
        ("botanical", "leaves", "plant", "nature", "stem"),
    ),
    Family(
        ("bauhaus", "tile"),
        ("Tiles", "Blocks and Circles", "Geometry", "Quarter Circles", "Building Blocks"),
        ("Rules of the House", "Cut and Turned", "Ordered Play", "The Workshop"),
        "a grid of circles, quarter circles and squares",
        "Circles, quarter circles and squares turn against each other on a strict grid.",
        ("bauhaus", "geometric", "grid", "circles", "mid-century"),
    ),
    Family(
        ("memphis", "confetti"),
        ("Confetti", "Shapes", "Playground", "Odds and Ends", "Squiggles"),
        ("Recess", "Everything at Once", "The Toy Box", "Loose Change"),
        "scattered small shapes, dots and zigzags",
        "Rings, triangles, dots and zigzags are strewn across the sheet with a light hand.",
        ("memphis", "pattern", "shapes", "playful", "eighties"),
    ),
    Family(
        ("terrazzo", "pebble", "stone", "chip"),
        ("Terrazzo", "Pebbles", "Chips", "Stone Floor", "Fragments"),
        ("Underfoot", "What the River Left", "Kitchen Floor", "Swept Together"),
        "irregular stone chips",
        "Irregular chips lie scattered like stone set into a polished floor.",
        ("terrazzo", "pattern", "stone", "chips", "surface"),
    ),
    Family(
        ("mondrian", "stijl", "neoplastic", "grid", "block"),
        ("Grid", "Blocks", "Windows", "Rectangles", "City Plan"),
        ("Right Angles Only", "Eleven Windows", "The Plan of the House", "Held in Line"),
        "a grid of rectangles divided by straight lines",
        "Straight lines divide the sheet into rectangles; a few of them are filled with colour.",
        ("grid", "rectangles", "geometric", "lines", "modernist"),
    ),
    Family(
        ("ripple", "ring", "concentric", "op-art", "circle", "target"),
        ("Rings", "Ripples", "Circles", "Echo", "Orbit"),
        ("A Stone, Dropped", "Outward", "The Long Echo", "Slow Orbit"),
        "concentric rings",
        "Rings widen around one point, like water after a stone.",
        ("rings", "concentric", "circles", "op art", "hypnotic"),
    ),
    Family(
        ("field", "colour-block", "color-block"),
        ("Field", "Bands", "Soft Blocks", "Two Rooms", "Stacked Colour"),
        ("Stay a While", "Between Two Rooms", "Slow Afternoon", "Held Breath"),
        "soft-edged blocks of colour",
        "Broad, soft-edged blocks of colour rest above each other and seem to breathe.",
        ("colour field", "minimal", "soft", "blocks", "meditative"),
    ),
    Family(
        ("lowpoly", "low-poly", "polygon", "facet", "triang"),
        ("Facets", "Triangles", "Crystal", "Folded Paper", "Mosaic"),
        ("Cut Glass", "Every Side", "Paper Mountain", "Inside a Stone"),
        "a mosaic of triangular facets",
        "Triangular facets meet edge to edge and catch the light each in its own way.",
        ("low poly", "triangles", "geometric", "mosaic", "facets"),
    ),
    Family(
        ("night", "moon", "star"),
        ("Moon", "Night Sky", "Nocturne", "Moonrise", "Stars"),
        ("Nobody Up but Us", "After the Lamp", "Small Hours", "Clear and Cold"),
        "a moon in a night sky with stars",
        "A moon stands in a wide night sky among a few scattered stars.",
        ("night", "moon", "stars", "sky", "nocturne"),
    ),
    Family(
        ("wave", "seigaiha", "scale", "scallop"),
        ("Waves", "Scales", "Tide", "Swell", "Sea Pattern"),
        ("The Sea, Repeating", "Calm Water", "Row upon Row", "Tide Table"),
        "rows of overlapping wave scales",
        "Rows of overlapping scales repeat across the sheet like a calm, ordered sea.",
        ("waves", "scallop", "pattern", "sea", "repeating"),
    ),
    Family(
        ("flow", "ribbon", "stripe", "band", "contour", "line"),
        ("Ribbons", "Stripes", "Currents", "Flow", "Drift"),
        ("Going Downriver", "The Slow Bend", "Wind on Cloth", "Easy Does It"),
        "flowing wavy bands",
        "Wavy bands run across the sheet side by side and never quite touch.",
        ("stripes", "flowing", "wavy", "abstract", "movement"),
    ),
    Family(
        ("sunburst", "ray", "burst"),
        ("Rays", "Sunburst", "Daybreak", "Radiance", "Fan"),
        ("Every Direction", "Noon Exactly", "Good News", "Out of the Centre"),
        "rays spreading from one point",
        "Rays spread from one point to the edges of the sheet.",
        ("sunburst", "rays", "retro", "radial", "sun"),
    ),
    Family(
        ("cutout", "cut-out", "organic", "blob", "shape"),
        ("Cut-outs", "Shapes", "Soft Forms", "Paper Forms", "Islands"),
        ("Scissors and an Afternoon", "Loosely Held", "Floating", "Nearly Touching"),
        "soft organic shapes",
        "Soft organic shapes float beside each other like paper cut by hand.",
        ("organic shapes", "cut-out", "abstract", "soft", "paper"),
    ),
    Family(
        ("city", "skyline", "house", "town", "roof"),
        ("Rooftops", "Houses", "Old Town", "Skyline", "Street"),
        ("Everyone Home", "Looking Across", "Sunday, No Traffic", "Up the Hill"),
        "a row of simple houses",
        "Simple houses stand shoulder to shoulder under a plain sky.",
        ("houses", "city", "architecture", "rooftops", "street"),
    ),
)

LAYOUTS = {
    "centered": ("in the middle of the sheet", "centred composition"),
    "centred": ("in the middle of the sheet", "centred composition"),
    "left": ("set to the left", "off-centre"),
    "right": ("set to the right", "off-centre"),
    "high": ("placed high on the sheet", "high horizon"),
    "low": ("placed low on the sheet", "low horizon"),
    "diagonal": ("along a diagonal", "diagonal composition"),
    "rising": ("rising from left to right", "diagonal composition"),
    "falling": ("falling from left to right", "diagonal composition"),
    "scattered": ("spread over the whole sheet", "all-over pattern"),
    "grid": ("in an even grid", "grid layout"),
    "even": ("spread evenly", "all-over pattern"),
}
"""Layout of a spec → what the alt text says, and a tag."""

MOODS = {
    "calm": ("Quiet", "Still", "Calm", "Unhurried"),
    "warm": ("Warm", "Sunlit", "Glowing"),
    "bold": ("Bold", "Loud", "Full-voiced"),
    "playful": ("Playful", "Merry", "Light-hearted"),
    "moody": ("Dusky", "Brooding", "Half-lit"),
    "fresh": ("Fresh", "Clear", "New"),
    "dreamy": ("Drowsy", "Hazy", "Dreaming"),
}
PLAIN_MOODS = ("Quiet", "Slow", "Small", "Wide", "Plain", "Early", "Late", "Far")
TIMES = (
    "Early", "Late", "at Noon", "at Dusk", "before Rain", "after Rain", "in March", "in August",
    "in October", "on Sunday", "towards Evening", "in Winter Light", "in Still Air", "at First",
    "Once More", "Again", "from Memory", "from the Train", "with the Window Open",
)  # fmt: skip

FORBIDDEN = (
    "in the style of", "style of", "inspired by", "disney", "pixar", "marvel", "pokemon",
    "nintendo", "lego", "barbie", "hello kitty", "mickey", "star wars", "harry potter", "batman",
    "superman", "spider-man", "coca-cola", "pepsi", "nike", "adidas", "gucci", "chanel",
    "louis vuitton", "hermes", "ikea", "apple logo", "starbucks", "ferrari", "porsche", "banksy",
    "hockney", "kusama", "koons", "hirst", "murakami", "kaws", "warhol", "picasso", "matisse",
    "mondrian", "rothko", "hokusai", "klimt", "kandinsky", "nude", "naked", "sexy", "porn", "nsfw",
    "gore", "blood", "kill", "nazi", "swastika", "terror", "best price", "buy now", "free",
    "guaranteed", "100%", "handmade", "hand-painted", "hand painted", "original painting",
    "photograph",
)  # fmt: skip
"""Never in a text of the shop: names of brands and artists, the indecent, the untrue."""
