"""What a spec asks for that works but is hardly meant so. Each is a place and a sentence.

Nothing here stops a spec; the studio and the API show the warnings beside the resolved prompts.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from generation.catalogue import Catalogue
from generation.dialects import density_word, dialect_of
from generation.house.captions import MOODS, MOTIF_WORDS, motifs_in
from generation.house.families import FAMILIES
from generation.models import StyleVersion
from generation.palettes import luminance
from generation.spec import DesignSpec
from generation.spec_faults import words_of
from generation.sweeps import Plan, axes_of


@dataclass(frozen=True, slots=True)
class Warned:
    """One warning.

    Attributes:
        path: dotted, in the spec of one picture.
        sentence: what is odd; without its full stop where words follow.
        words: what it is about, where several pictures may have others.
    """

    path: str
    sentence: str
    words: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The whole sentence."""
        return f"{self.sentence}: {', '.join(self.words)}." if self.words else self.sentence


FAINT_WEIGHT = 0.03
"""A colour with a smaller share of the picture is hardly seen."""
MOST_COLORS = 6
"""Colours that a picture's slots hold."""
NEAR_LIGHTNESS = 0.25
OPPOSITES = (
    ({"calm", "quiet", "serene", "peaceful"}, {"energetic", "lively", "bold"}),
    ({"warm", "cosy"}, {"cold", "icy"}),
    ({"vintage"}, {"modern", "futuristic"}),
    ({"bright"}, {"dark", "moody"}),
)
"""Moods that take each other's effect away."""
SMALL_WORDS = frozenset(
    ("a", "an", "and", "at", "by", "for", "from", "in", "into", "low", "high", "of", "on", "over",
     "the", "to", "under", "with")
)  # fmt: skip
HOUSE_MOODS = 3
"""Mood words that the house model is told."""


def series_warnings(spec: DesignSpec, plans: Sequence[Plan], duplicates: int) -> Iterator[Warned]:
    """Yield what is odd about a series as a whole."""
    lists = {name: [plan.words[name] for plan in plans] for name in plans[0].words}
    axes = axes_of(spec, lists)
    unseen = [
        path
        for path, values in spec.vary.items()
        if len({plan.choices[path] for plan in plans}) < len(values)
    ]
    if unseen:
        yield Warned(
            "count",
            f"{len(plans)} pictures do not show every value of {', '.join(unseen)}: raise the "
            'count, or choose "sampling": "pairwise".',
        )
    if len(axes) < 2 and spec.sampling == "pairwise":
        yield Warned("sampling", "Pairwise covers pairs of axes, and there are fewer than two.")
    if duplicates:
        yield Warned(
            "seed_policy",
            f"{duplicates} of {len(plans)} pictures would be the same as others and are left out.",
        )
    for path, values in spec.vary.items():
        if len({repr(value) for value in values}) < len(values):
            yield Warned(f"vary.{path}", "A value stands here twice.")


def picture_warnings(spec: DesignSpec, catalogue: Catalogue) -> Iterator[Warned]:
    """Yield what is odd about one picture's spec."""
    version = catalogue.version(spec.style)
    yield from _color_warnings(spec, version)
    yield from _mood_warnings(spec)
    if version is None:
        return
    if dialect_of(version.checkpoint) == "house":
        yield from _house_warnings(spec, version)
    elif spec.avoid and version.checkpoint.capabilities.get("negative_prompt") is False:
        name = version.checkpoint.name
        yield Warned(
            "avoid", f"{name} takes no negative prompt: what is to be avoided is not told to it."
        )


def _color_warnings(spec: DesignSpec, version: StyleVersion | None) -> Iterator[Warned]:
    """Yield own colours that will not be seen as they were meant."""
    colors = spec.palette.colors or []
    for at, color in enumerate(colors):
        if color.weight < FAINT_WEIGHT:
            yield Warned(
                f"palette.colors.{at}.weight",
                f"{color.weight:.0%} of {color.hex} is hardly seen.",
            )
    if len(colors) > MOST_COLORS:
        yield Warned(
            "palette.colors",
            f"A picture is painted with {MOST_COLORS} colours; the least of them are left.",
        )
    shades = [luminance(color.hex) for color in colors]
    if shades and max(shades) - min(shades) < NEAR_LIGHTNESS:
        yield Warned(
            "palette.colors",
            "These colours are nearly equally light: shapes will hardly show.",
        )
    if colors and version is not None and version.palettes.all():
        named = ", ".join(sorted(palette.name for palette in version.palettes.all()))
        yield Warned(
            "palette.colors", f"This style is made for {named}; own colours may not suit it."
        )


def _mood_warnings(spec: DesignSpec) -> Iterator[Warned]:
    said = {word.lower() for word in spec.mood}
    for one, other in OPPOSITES:
        if said & one and said & other:
            pair = f"{min(said & one)} and {min(said & other)}"
            yield Warned("mood", f"{pair.capitalize()} take each other's effect away.")
    density = density_word(spec.composition.density)
    if said & {"minimal", "sparse", "empty"} and spec.composition.density > 0.6:
        yield Warned(
            "composition.density", f"The mood asks for little, and the picture is {density}."
        )
    if said & {"dense", "rich", "crowded", "busy"} and spec.composition.density < 0.4:
        yield Warned(
            "composition.density", f"The mood asks for much, and the picture is {density}."
        )


def _house_warnings(spec: DesignSpec, version: StyleVersion) -> Iterator[Warned]:
    """Yield words that the house model was never taught and is therefore not told."""
    family = FAMILIES.get(version.motif)
    if family is None:
        return
    known = set(words_of(" ".join(family.phrases))) | SMALL_WORDS
    for motif in motifs_in(family.slug, spec.subject):
        known.update(words_of(" ".join([family.motifs[motif], *MOTIF_WORDS[motif]])))
    unknown = [word for word in words_of(spec.subject) if word not in known]
    if unknown:
        offered = ", ".join(family.motifs) or "nothing besides"
        yield Warned(
            "subject",
            f"The house model draws {family.name.lower()} and knows {offered}; it is not told",
            tuple(unknown),
        )
    strange = [word for word in spec.mood if word.lower() not in MOODS]
    if strange:
        yield Warned("mood", "The house model does not know", tuple(strange))
    if len(spec.mood) - len(strange) > HOUSE_MOODS:
        yield Warned("mood", f"The house model is told the first {HOUSE_MOODS} mood words.")


def told(found: Iterable[tuple[tuple[Any, ...], Warned]]) -> list[dict[str, Any]]:
    """Return warnings as the API shows them, each once, with the words of all pictures."""
    places: dict[str, tuple[Any, ...]] = {}
    words: dict[str, dict[str, None]] = {}
    for place, warned in found:
        places.setdefault(warned.sentence, place)
        words.setdefault(warned.sentence, {}).update(dict.fromkeys(warned.words))
    return [
        {"loc": list(place), "msg": Warned("", sentence, tuple(words[sentence])).text}
        for sentence, place in places.items()
    ]
