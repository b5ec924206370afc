"""English words for titles, descriptions, alt texts and tags. Data only."""

from catalog.texts.words.spoken import Noun, Spoken


def _nouns(words: str) -> tuple[Noun, ...]:
    """Return nouns from a list with bars between them."""
    return tuple(Noun(word.strip()) for word in words.split("|"))


FAMILIES = {
    "boho-arches": Spoken(
        _nouns("Arches | Doorways | Arcade | Archway | Portals"),
        ("The Way Through", "House with No Walls", "Nested", "Under the Arch", "An Open Door"),
        "nested rounded arches",
        "Rounded arches stand one inside the other, like doors left open along a passage.",
        ("arches", "boho", "rainbow arch", "curves", "mid-century"),
    ),
    "mountains": Spoken(
        _nouns("Ridges | Peaks | Mountains | Range | Foothills"),
        ("Farther Than It Looks", "Above the Treeline", "Three Days Out", "First Light"),
        "layered mountain ridges",
        "Mountain ridges lie one behind the other and lead the eye into the distance.",
        ("mountains", "landscape", "ridges", "peaks", "nature"),
    ),
    "sun-and-hills": Spoken(
        _nouns("Hills | Low Hills | Rolling Hills | Downs | Sun and Hills"),
        ("Before the Heat", "The Long Slope", "Sun Coming Over", "End of the Road"),
        "a round sun above rolling hills",
        "A round sun hangs above soft, rolling hills laid down in flat bands.",
        ("hills", "landscape", "sun", "horizon", "nature"),
        focus="the sun",
    ),
    "botanical-leaf": Spoken(
        _nouns("Branch | Leaves | Sprig | Stems | Herbarium"),
        ("Pressed Between Pages", "From the Windowsill", "Late Growth", "A Good Spring"),
        "leafy stems",
        "Leafy stems rise plainly from the ground, drawn as if pressed in a book.",
        ("botanical", "leaves", "plant", "nature", "stem"),
    ),
    "bauhaus-tiles": Spoken(
        _nouns("Tiles | Blocks and Circles | Geometry | Quarter Circles | Building Blocks"),
        ("Rules of the House", "Cut and Turned", "Ordered Play", "The Workshop"),
        "a grid of circles, quarter circles and squares",
        "Circles, quarter circles and squares turn against each other on a strict grid.",
        ("bauhaus", "geometric", "grid", "circles", "mid-century"),
    ),
    "memphis": Spoken(
        _nouns("Confetti | Shapes | Playground | Odds and Ends | Squiggles"),
        ("Recess", "Everything at Once", "The Toy Box", "Loose Change"),
        "scattered small shapes, dots and zigzags",
        "Rings, triangles, dots and zigzags are strewn across the sheet with a light hand.",
        ("memphis", "pattern", "shapes", "playful", "eighties"),
    ),
    "terrazzo": Spoken(
        _nouns("Terrazzo | Pebbles | Chips | Stone Floor | Fragments"),
        ("Underfoot", "What the River Left", "Kitchen Floor", "Swept Together"),
        "irregular stone chips",
        "Irregular chips lie scattered like stone set into a polished floor.",
        ("terrazzo", "pattern", "stone", "chips", "surface"),
    ),
    "neoplastic-grid": Spoken(
        _nouns("Grid | Blocks | Windows | Rectangles | City Plan"),
        ("Right Angles Only", "Eleven Windows", "The Plan of the House", "Held in Line"),
        "a grid of rectangles divided by straight lines",
        "Straight lines divide the sheet into rectangles; a few of them are filled with colour.",
        ("grid", "rectangles", "geometric", "lines", "modernist"),
    ),
    "ripples": Spoken(
        _nouns("Rings | Ripples | Circles | Echo | Orbit"),
        ("A Stone, Dropped", "Outward", "The Long Echo", "Slow Orbit"),
        "concentric rings",
        "Rings widen around one point, like water after a stone.",
        ("rings", "concentric", "circles", "op art", "hypnotic"),
    ),
    "colour-field": Spoken(
        _nouns("Field | Veils | Soft Blocks | Colour Field | Stacked Colour"),
        ("Stay a While", "Between Two Rooms", "Slow Afternoon", "Held Breath"),
        "soft-edged blocks of colour",
        "Broad, soft-edged blocks of colour rest above each other and seem to breathe.",
        ("colour field", "minimal", "soft", "blocks", "meditative"),
    ),
    "lowpoly": Spoken(
        _nouns("Facets | Triangles | Crystal | Folded Paper | Mosaic"),
        ("Cut Glass", "Every Side", "Paper Mountain", "Inside a Stone"),
        "a mosaic of triangular facets",
        "Triangular facets meet edge to edge and catch the light each in its own way.",
        ("low poly", "triangles", "geometric", "mosaic", "facets"),
    ),
    "moon-night": Spoken(
        _nouns("Moon | Night Sky | Nocturne | Moonrise | Stars"),
        ("Nobody Up but Us", "After the Lamp", "Small Hours", "Clear and Cold"),
        "a moon in a night sky with stars",
        "The moon stands in a wide night sky above dark land.",
        ("night", "moon", "stars", "sky", "nocturne"),
        focus="the moon",
    ),
    "waves": Spoken(
        _nouns("Waves | Scales | Tide | Swell | Sea Pattern"),
        ("The Sea, Repeating", "Calm Water", "Row upon Row", "Tide Table"),
        "rows of overlapping wave scales",
        "Rows of overlapping scales repeat across the sheet like a calm, ordered sea.",
        ("waves", "scallop", "pattern", "sea", "repeating"),
    ),
    "flowing-lines": Spoken(
        _nouns("Ribbons | Stripes | Currents | Flow | Drift"),
        ("Going Downriver", "The Slow Bend", "Wind on Cloth", "Easy Does It"),
        "flowing wavy bands",
        "Wavy bands run across the sheet side by side.",
        ("stripes", "flowing", "wavy", "abstract", "movement"),
    ),
    "sunrise-rays": Spoken(
        _nouns("Sunrise | Rays | Daybreak | Horizon | Morning Sun"),
        ("First One Up", "Good News", "The Day Begins", "Over the Edge"),
        "a half sun on the horizon",
        "A half sun stands on the horizon and its rays fill the sky.",
        ("sunrise", "sun rays", "retro", "radial", "horizon"),
        focus="the sun",
    ),
    "starbursts": Spoken(
        _nouns("Star | Starburst | Spark | Compass | Bright Star"),
        ("Every Direction", "Noon Exactly", "Found the North", "A Small Applause"),
        "a star with long rays",
        "A star opens its long rays, as on a clock face of the fifties.",
        ("starburst", "star", "mid-century", "atomic", "retro"),
    ),
    "vases": Spoken(
        _nouns("Vase | Still Life | Bouquet | Table | Jug and Flowers"),
        ("From the Garden", "Kitchen Window", "Somebody Was Here", "Company Coming"),
        "a vase with round flowers on a table",
        "A vase stands on a table with a few round flowers in it.",
        ("vase", "flowers", "still life", "table", "floral"),
    ),
    "stripes": Spoken(
        _nouns("Stripes | Bands | Awning | Deck Chair | Straight Lines"),
        ("By the Beach Huts", "Measured Twice", "Holiday Cloth", "In Order"),
        "straight bands of uneven width",
        "Straight bands of uneven width stand side by side.",
        ("stripes", "bands", "lines", "graphic", "minimal"),
    ),
    "quilt": Spoken(
        _nouns("Quilt | Patchwork | Blanket | Pinwheels | Pieces"),
        ("Grandmother’s Arithmetic", "Cold Feet, Warm Bed", "Pieced", "From Every Shirt"),
        "a symmetric patchwork of triangles",
        "Triangles are pieced into a symmetric patchwork, as on a quilt.",
        ("quilt", "patchwork", "triangles", "symmetry", "folk art"),
    ),
    "moon-phases": Spoken(
        _nouns("Moon Phases | Moons | Lunar Month | Waxing Moon | Tides"),
        ("Twenty-Eight Nights", "Coming and Going", "Half Full", "Slow Clock"),
        "a row of moons from thin to full",
        "A row of moons runs from thin to full across an empty sky.",
        ("moon phases", "moon", "lunar", "sky", "celestial"),
    ),
    "sailing-boats": Spoken(
        _nouns("Sailing Boat | Regatta | Fair Wind | Harbour Mouth | Two Sails"),
        ("Home Before Dark", "A Hand on the Tiller", "Out Past the Buoy", "Nothing to Report"),
        "a boat under two sails on banded water",
        "A small boat runs under two sails over water laid in even bands.",
        ("sailing boat", "sea", "sails", "nautical", "coast"),
    ),
    "half-circles": Spoken(
        _nouns("Half Circles | Balance | Tower | Counterweight | Half Discs"),
        ("Hold Your Breath", "Just About", "The Last Piece", "Nobody Move"),
        "a tower of balanced half circles",
        "Half circles stand on each other in a tower that only just balances.",
        ("half circles", "balance", "geometric", "mid-century", "minimal"),
    ),
    "tulips": Spoken(
        _nouns("Tulips | Spring Bed | Cut Flowers | Bulbs | April Garden"),
        ("First Warm Sunday", "Planted in October", "Market Day", "On Thin Legs"),
        "upright tulips with cupped heads",
        "Tulips stand upright on thin stems, their heads cupped to the light.",
        ("tulips", "flowers", "spring", "botanical", "scandinavian"),
    ),
    "desert-cactus": Spoken(
        _nouns("Cactus | Saguaro | Dry Country | Dunes | Noon"),
        ("No Rain Till Later", "Hands Up", "The Long Way to Town", "Patience With Spines"),
        "a cactus with raised arms on dunes",
        "A cactus lifts its arms from dunes that roll off to the edge of the sheet.",
        ("cactus", "desert", "dunes", "southwest", "boho"),
    ),
    "paper-cut-outs": Spoken(
        _nouns("Cut-outs | Paper Leaves | Seaweed | Paper Garden | Lobes"),
        ("Scissors and an Afternoon", "Loosely Held", "Paper Sea", "Nearly Touching"),
        "lobed leaves cut from paper on sheets of colour",
        "Lobed leaves lie on sheets of colour, as if cut from paper with one turn of the scissors.",
        ("cut-out", "paper", "leaves", "organic shapes", "collage"),
    ),
    "abstract-blobs": Spoken(
        _nouns("Pebbles | Soft Forms | Islands | Drift | Smooth Stones"),
        ("Low Tide", "Loosely Held", "In One’s Pocket", "Nearly Touching"),
        "soft rounded shapes",
        "Soft, rounded shapes rest beside each other like pebbles in a palm.",
        ("organic shapes", "pebbles", "abstract", "soft", "blobs"),
    ),
    "city": Spoken(
        _nouns("Rooftops | Houses | Old Town | Skyline | Street"),
        ("Everyone Home", "Looking Across", "Sunday, No Traffic", "Up the Hill"),
        "a row of simple houses",
        "Simple houses stand shoulder to shoulder under a plain sky.",
        ("houses", "city", "architecture", "rooftops", "street"),
    ),
}

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
    "at Noon", "at Dusk", "before Rain", "after Rain", "in March", "in August",
    "in October", "on Sunday", "towards Evening", "in Winter Light", "in Still Air",
    "Once More", "from Memory", "from the Train", "with the Window Open",
)  # fmt: skip
GENERAL_TAGS = ("abstract", "wall art", "art print", "generative art", "modern", "interior")

PLACES = {
    "middle": "in the middle", "left": "on the left", "right": "on the right",
    "top": "near the top", "bottom": "near the bottom", "top-left": "in the upper left",
    "top-right": "in the upper right", "bottom-left": "in the lower left",
    "bottom-right": "in the lower right", "whole": "spread over the whole sheet",
}  # fmt: skip
