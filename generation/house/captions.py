"""The caption dialect: what a scene is called, and how a design spec's fields are put in it.

For: training captions and prompts. Not for: judging or parsing captions.
Next: `training/tokenizer.py`, which knows exactly these words.
"""

from random import Random

from generation.house.families import FAMILIES

LAYOUT_WORDS: dict[str, tuple[str, ...]] = {
    "centered": ("centered", "in the middle", "centred"),
    "left": ("on the left", "left"),
    "right": ("on the right", "right"),
    "high": ("high", "near the top"),
    "low": ("low", "near the bottom"),
    "diagonal": ("diagonal", "on the diagonal"),
}
DENSITY_WORDS: tuple[tuple[str, ...], ...] = (
    ("sparse", "minimal", "simple"),
    ("balanced", "medium density"),
    ("dense", "detailed", "rich"),
)
MOODS: tuple[str, ...] = (
    "calm", "playful", "bold", "warm", "quiet", "joyful", "serene", "dreamy", "earthy", "fresh",
    "elegant", "cosy", "modern", "vintage", "soft", "bright", "moody", "graphic", "natural",
    "gentle", "lively", "hopeful", "cheerful", "peaceful", "romantic", "energetic",
)  # fmt: skip
FILLERS: tuple[str, ...] = ("art print", "poster", "wall art", "decorative print", "abstract art")


def density_level(density: float) -> int:
    """Return 0 (sparse), 1 (balanced) or 2 (dense) for a density in 0..1."""
    return min(2, max(0, int(density * 3)))


def caption(
    family: str, layout: str, density: float, motifs: tuple[str, ...], random: Random
) -> str:
    """Return one true caption in varied wording; palette-free, with fillers now and then."""
    known = FAMILIES[family]
    phrase = known.phrases[0] if random.random() < 0.7 else random.choice(known.phrases)
    subject = " ".join([phrase, *(known.motifs[motif] for motif in motifs)])
    tail = []
    if random.random() < (0.96 if len(known.layouts) > 1 else 0.5):
        tail.append(_one_of(LAYOUT_WORDS[layout], random))
    if random.random() < 0.96:
        tail.append(_one_of(DENSITY_WORDS[density_level(density)], random))
    tail += random.sample(MOODS, random.choice((0, 0, 0, 1, 1, 2)))
    if random.random() < 0.12:
        tail.append(random.choice(FILLERS))
    if random.random() < 0.12:
        random.shuffle(tail)
    return ", ".join([subject, *tail])


def _one_of(words: tuple[str, ...], random: Random) -> str:
    """Return the usual word three times in four, else any of them."""
    return words[0] if random.random() < 0.75 else random.choice(words)


def palette_caption(text: str, palette: str, random: Random) -> str:
    """Name a palette in `text`, after the subject or before it."""
    subject, *tail = text.split(", ")
    if random.random() < 0.7:
        return ", ".join([f"{subject} in {palette}", *tail])
    return ", ".join([f"{palette} {subject}", *tail])


MOTIF_WORDS: dict[str, tuple[str, ...]] = {
    "hills": ("hill", "hills"),
    "sun": ("sun", "sunny"),
    "halo": ("halo",),
    "moon": ("moon", "crescent"),
    "crescent": ("crescent",),
    "core": ("core", "dark core"),
    "suns": ("suns",),
    "quarters": ("quarter", "quarters"),
    "disc": ("disc", "disk", "circle"),
    "two stems": ("two stems", "two plants", "pair"),
    "ground": ("ground", "earth"),
    "line": ("line", "flowing line"),
    "small stars": ("small stars", "stars"),
    "pinwheels": ("pinwheel", "pinwheels"),
    "sea": ("sea", "ocean", "water"),
    "night": ("night",),
    "ball": ("ball", "sphere"),
    "mesa": ("mesa", "table mountain"),
}


def motifs_in(family: str, subject: str) -> tuple[str, ...]:
    """Return the family's motifs that the subject's words name, in the family's order."""
    text = f" {' '.join(subject.lower().replace(',', ' ').replace('-', ' ').split())} "
    return tuple(
        motif
        for motif in FAMILIES[family].motifs
        if any(f" {word} " in text for word in MOTIF_WORDS[motif])
    )


def prompt_for(
    style_family: str, layout: str, density: float, subject: str, mood: list[str]
) -> str:
    """Compile a design spec's fields to the dialect the model was trained on.

    A layout that the family does not support becomes its first one; subject words that name a
    motif are used; mood words are kept when the model knows them; everything else is left out.

    Raises:
        ValueError: the family is unknown or `density` is outside 0..1.
    """
    if style_family not in FAMILIES:
        raise ValueError(
            f"{style_family!r} is not a family of the house model; it knows {', '.join(FAMILIES)}."
        )
    if not 0 <= density <= 1:
        raise ValueError(f"Density must lie between 0 and 1, not {density}.")
    family = FAMILIES[style_family]
    motifs = motifs_in(style_family, subject)
    head = " ".join([family.phrases[0], *(family.motifs[motif] for motif in motifs)])
    placed = layout if layout in family.layouts else family.layouts[0]
    known = [word.lower() for word in mood if word.lower() in MOODS]
    words = [LAYOUT_WORDS[placed][0], DENSITY_WORDS[density_level(density)][0], *known[:3]]
    return ", ".join([head, *words])
