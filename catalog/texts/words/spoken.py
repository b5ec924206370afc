"""How one family of pictures is spoken of in one language."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun for titles, as it is written there.

    `form` says how an adjective beside it ends: `m`, `f`, `n` or `p` in German; `m`, `f`, `mp` or
    `fp` in French; empty in English.
    """

    text: str
    form: str = ""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How one family is spoken of.

    Attributes:
        nouns: for titles.
        scenes: whole titles without a colour.
        seen: what the alt text says is there, as part of a sentence.
        sentence: one sentence for the description.
        tags: always true of the family.
        focus: what of it has a place of its own, as the subject of a sentence; may be empty.
    """

    nouns: tuple[Noun, ...]
    scenes: tuple[str, ...]
    seen: str
    sentence: str
    tags: tuple[str, ...]
    focus: str = ""
