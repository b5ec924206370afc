"""What was asked for, as scorers need it: read from a render, with the prompts it competes with."""

from collections.abc import Iterable
from typing import NamedTuple

from generation.house.captions import DENSITY_WORDS
from generation.house.families import FAMILIES
from generation.models import Render, Style
from generation.palettes import PALETTES

RIVALS = 24


class Words(NamedTuple):
    """The prompt a picture should fit, and prompts of other styles."""

    prompt: str
    rivals: tuple[str, ...]


def words_of(render: Render) -> Words:
    """Return a render's prompt and its rivals, all with the same words for layout and mood.

    For the house model the rivals are its other families; for any other checkpoint the other
    active styles, by name and description.
    """
    motif = render.style_version.motif
    _subject, comma, tail = render.prompt.partition(",")
    if motif in FAMILIES:
        others = (family.phrases[0] for slug, family in FAMILIES.items() if slug != motif)
        return Words(render.prompt, tuple(f"{other}{comma}{tail}" for other in others))
    styles = Style.objects.filter(is_active=True).exclude(pk=render.style_version.style_id)
    rows = styles.order_by("pk").values_list("name", "description")[:RIVALS]
    return Words(render.prompt, tuple(_one_line(row) for row in rows))


def palette_of(render: Render) -> tuple[tuple[str, float], ...]:
    """Return the requested colours with their weights."""
    return tuple((entry["hex"], float(entry["weight"])) for entry in render.palette)


def subject_words() -> tuple[str, ...]:
    """Return the subjects that zero-shot tagging can name."""
    return tuple(family.phrases[0] for family in FAMILIES.values())


def palette_words() -> tuple[str, ...]:
    """Return the palettes that zero-shot tagging can name."""
    return tuple(palette.name.lower() for palette in PALETTES.values())


def density_words() -> tuple[str, ...]:
    """Return the words for how full a picture is."""
    return tuple(words[0] for words in DENSITY_WORDS)


def _one_line(parts: Iterable[str]) -> str:
    return " ".join(part.strip() for part in parts if part.strip())[:200]
