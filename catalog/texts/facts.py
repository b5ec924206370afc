"""What is known of a picture, and what a writer makes of it: plain values, no Django."""

from dataclasses import asdict, dataclass, field
from typing import Any

from catalog.texts.seeing import Seen


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a picture.

    Attributes:
        key: text that stands for this picture alone; chooses among equally good words.
        motif: family slug of the style, may be empty.
        style_name: name of the style as buyers read it.
        subject: the spec's own words.
        layout: the spec's layout word: what was asked for. What came out is in `seen`.
        density: 0 almost empty … 1 covered, as asked.
        mood: the spec's mood words.
        palette_name: may be empty.
        colors: measured `(#RRGGBB, share)`, at least one, largest first.
        ground: the palette's background, or empty: then the largest colour counts as the ground.
        orientation: `square`, `portrait` or `landscape`.
        width_px: width of the original.
        height_px: height of the original.
        seen_tags: zero-shot words for what is seen, best first.
        collection: title of the series, may be empty.
        model_name: name of the base model, as part of an English sentence.
        seen: what was measured in the pixels, or `None` where nobody looked.
    """

    key: str
    motif: str
    style_name: str
    subject: str
    layout: str
    density: float
    mood: tuple[str, ...]
    palette_name: str
    colors: tuple[tuple[str, float], ...]
    orientation: str
    width_px: int
    height_px: int
    seen_tags: tuple[str, ...] = ()
    collection: str = ""
    ground: str = ""
    model_name: str = "the house model"
    seen: Seen | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return the facts as JSON values, for the record of a text."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Texts:
    """What a listing says in one language."""

    title: str
    description: str
    alt_text: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """Texts that went through the rules.

    Attributes:
        language: BCP 47.
        texts: as they stand after the repairs.
        category: slug of `catalog/texts/categories.py`.
        writer: `name@version`.
        repairs: a sentence for each thing that was mended.
        faults: by field, what the rules still have against it; empty: fit for the page.
        skipped: a sentence for each writer of the chain that could not write.
    """

    language: str
    texts: Texts
    category: str
    writer: str
    repairs: tuple[str, ...] = ()
    faults: dict[str, str] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
