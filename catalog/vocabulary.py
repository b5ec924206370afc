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
        ("boho-arches", "arch", "rainbow", "doorway"),
        ("Arches", "Doorways", "Arcade", "Archway", "Portals"),
        ("The Way Through", "House with No Walls", "Nested", "Under the Arch", "An Open Door"),
        "nested rounded arches",
        "Rounded arches stand one inside the other, like doors left open along a passage.",
        ("arches", "boho", "rainbow arch", "curves", "mid-century"),
    ),
    Family(
        ("mountains", "mountain", "ridge", "peak", "alp"),
        ("Ridges", "Peaks", "Mountains", "Range", "Foothills"),
        ("Farther Than It Looks", "Above the Treeline", "Three Days Out", "First Light"),
        "layered mountain ridges",
        "Mountain ridges lie one behind the other and grow paler with distance.",
        ("mountains", "landscape", "ridges", "misty", "nature"),
    ),
    Family(
        ("sun-and-hills", "hill", "dune", "valley", "desert", "sunrise", "sunset"),
        ("Hills", "Low Hills", "Rolling Hills", "Downs", "Sun and Hills"),
        ("Before the Heat", "The Long Slope", "Sun Coming Over", "End of the Road"),
        "a round sun above rolling hills",
        "A round sun hangs above soft, rolling hills laid down in flat bands.",
        ("hills", "landscape", "sun", "horizon", "nature"),
    ),
    Family(
        ("botanical-leaf", "botan", "leaf", "leaves", "plant", "branch", "fern", "flower", "herb"),
        ("Branch", "Leaves", "Sprig", "Stems", "Herbarium"),
        ("Pressed Between Pages", "From the Windowsill", "Late Growth", "A Good Spring"),
        "leafy stems",
        "Leafy stems rise plainly from the ground, drawn as if pressed in a book.",
        ("botanical", "leaves", "plant", "nature", "stem"),
    ),
    Family(
        ("bauhaus-tiles", "bauhaus", "tile"),
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
        ("neoplastic-grid", "mondrian", "stijl", "neoplastic", "grid", "block"),
        ("Grid", "Blocks", "Windows", "Rectangles", "City Plan"),
        ("Right Angles Only", "Eleven Windows", "The Plan of the House", "Held in Line"),
        "a grid of rectangles divided by straight lines",
        "Straight lines divide the sheet into rectangles; a few of them are filled with colour.",
        ("grid", "rectangles", "geometric", "lines", "modernist"),
    ),
    Family(
        ("ripples", "ripple", "ring", "concentric", "op-art", "circle", "target"),
        ("Rings", "Ripples", "Circles", "Echo", "Orbit"),
        ("A Stone, Dropped", "Outward", "The Long Echo", "Slow Orbit"),
        "concentric rings",
        "Rings widen around one point, like water after a stone.",
        ("rings", "concentric", "circles", "op art", "hypnotic"),
    ),
    Family(
        ("colour-field", "field", "colour-block", "color-block"),
        ("Field", "Veils", "Soft Blocks", "Colour Field", "Stacked Colour"),
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
        ("moon-night", "night", "moon", "star"),
        ("Moon", "Night Sky", "Nocturne", "Moonrise", "Stars"),
        ("Nobody Up but Us", "After the Lamp", "Small Hours", "Clear and Cold"),
        "a moon in a night sky with stars",
        "A moon stands in a wide night sky among a few scattered stars.",
        ("night", "moon", "stars", "sky", "nocturne"),
    ),
    Family(
        ("waves", "wave", "seigaiha", "scale", "scallop"),
        ("Waves", "Scales", "Tide", "Swell", "Sea Pattern"),
        ("The Sea, Repeating", "Calm Water", "Row upon Row", "Tide Table"),
        "rows of overlapping wave scales",
        "Rows of overlapping scales repeat across the sheet like a calm, ordered sea.",
        ("waves", "scallop", "pattern", "sea", "repeating"),
    ),
    Family(
        ("flowing-lines", "flow", "ribbon", "band", "contour", "line"),
        ("Ribbons", "Stripes", "Currents", "Flow", "Drift"),
        ("Going Downriver", "The Slow Bend", "Wind on Cloth", "Easy Does It"),
        "flowing wavy bands",
        "Wavy bands run across the sheet side by side and never quite touch.",
        ("stripes", "flowing", "wavy", "abstract", "movement"),
    ),
    Family(
        ("sunrise-rays", "sunburst", "ray"),
        ("Sunrise", "Rays", "Daybreak", "Horizon", "Morning Sun"),
        ("First One Up", "Good News", "The Day Begins", "Over the Edge"),
        "a half sun on the horizon with rays that fill the sky",
        "A half sun stands on the horizon and its rays fill the sky.",
        ("sunrise", "sun rays", "retro", "radial", "horizon"),
    ),
    Family(
        ("starbursts", "starburst", "burst", "atomic"),
        ("Star", "Starburst", "Spark", "Compass", "Bright Star"),
        ("Every Direction", "Noon Exactly", "Found the North", "A Small Applause"),
        "a star with long rays",
        "A star opens its long rays, as on a clock face of the fifties.",
        ("starburst", "star", "mid-century", "atomic", "retro"),
    ),
    Family(
        ("vases", "vase", "pot", "still-life", "bouquet"),
        ("Vase", "Still Life", "Bouquet", "Table", "Jug and Flowers"),
        ("From the Garden", "Kitchen Window", "Somebody Was Here", "Company Coming"),
        "a vase with round flowers on a table",
        "A vase stands on a table with a few round flowers in it.",
        ("vase", "flowers", "still life", "table", "floral"),
    ),
    Family(
        ("stripes", "stripe"),
        ("Stripes", "Bands", "Awning", "Deck Chair", "Straight Lines"),
        ("By the Beach Huts", "Measured Twice", "Holiday Cloth", "In Order"),
        "straight bands of uneven width",
        "Straight bands of uneven width stand side by side.",
        ("stripes", "bands", "lines", "graphic", "minimal"),
    ),
    Family(
        ("quilt", "patchwork"),
        ("Quilt", "Patchwork", "Blanket", "Pinwheels", "Pieces"),
        ("Grandmother’s Arithmetic", "Cold Feet, Warm Bed", "Pieced", "From Every Shirt"),
        "a symmetric patchwork of triangles",
        "Triangles are pieced into a symmetric patchwork, as on a quilt.",
        ("quilt", "patchwork", "triangles", "symmetry", "folk art"),
    ),
    Family(
        ("moon-phases", "phase", "lunar"),
        ("Moon Phases", "Moons", "Lunar Month", "Waxing Moon", "Tides"),
        ("Twenty-Eight Nights", "Coming and Going", "Half Full", "Slow Clock"),
        "a row of moons from thin to full",
        "A row of moons runs from thin to full across an empty sky.",
        ("moon phases", "moon", "lunar", "sky", "celestial"),
    ),
    Family(
        ("paper-cut-outs", "cutout", "cut-out", "paper"),
        ("Cut-outs", "Paper Leaves", "Seaweed", "Paper Garden", "Lobes"),
        ("Scissors and an Afternoon", "Loosely Held", "Paper Sea", "Nearly Touching"),
        "lobed leaves cut from paper on sheets of colour",
        "Lobed leaves lie on sheets of colour, as if cut from paper with one turn of the scissors.",
        ("cut-out", "paper", "leaves", "organic shapes", "collage"),
    ),
    Family(
        ("abstract-blobs", "blob", "organic", "shape"),
        ("Pebbles", "Soft Forms", "Islands", "Drift", "Smooth Stones"),
        ("Low Tide", "Loosely Held", "In One’s Pocket", "Nearly Touching"),
        "soft rounded shapes",
        "Soft, rounded shapes rest beside each other like pebbles in a palm.",
        ("organic shapes", "pebbles", "abstract", "soft", "blobs"),
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
    "quiet": ("Quiet", "Hushed"),
    "serene": ("Serene", "Untroubled"),
    "peaceful": ("Peaceful", "Resting"),
    "gentle": ("Gentle", "Mild"),
    "soft": ("Soft", "Velvet"),
    "warm": ("Warm", "Sunlit", "Glowing"),
    "cosy": ("Cosy", "Fireside"),
    "earthy": ("Earthy", "Sunbaked"),
    "natural": ("Natural", "Plain"),
    "bold": ("Bold", "Loud", "Full-voiced"),
    "graphic": ("Clear-cut", "Sharp"),
    "modern": ("Modern", "New"),
    "vintage": ("Old-time", "Faded"),
    "playful": ("Playful", "Merry", "Light-hearted"),
    "joyful": ("Joyful", "Glad"),
    "cheerful": ("Cheerful", "Bright"),
    "lively": ("Lively", "Quick"),
    "energetic": ("Restless", "Quick"),
    "bright": ("Bright", "Shining"),
    "moody": ("Dusky", "Brooding", "Half-lit"),
    "romantic": ("Tender", "Moonstruck"),
    "fresh": ("Fresh", "Clear", "New"),
    "hopeful": ("Hopeful", "Early"),
    "elegant": ("Elegant", "Slender"),
    "dreamy": ("Drowsy", "Hazy", "Dreaming"),
}
"""Mood word of a spec → words for a title."""
PLAIN_MOODS = ("Quiet", "Slow", "Small", "Wide", "Plain", "Early", "Late", "Far")
TIMES = (
    "Early", "Late", "at Noon", "at Dusk", "before Rain", "after Rain", "in March", "in August",
    "in October", "on Sunday", "towards Evening", "in Winter Light", "in Still Air", "at First",
    "Once More", "from Memory", "from the Train", "with the Window Open",
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
