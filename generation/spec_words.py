"""Words of a spec that come from lists: `{fruit}` in a subject or mood takes one of `fruit`. Pure.

What should stand there with its braces is written with two: `{{fruit}}` reads {fruit}. Any other
brace is itself. The lists are read in `generation/wordlists.py`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from generation.spec_document import DesignSpec

SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
_MARKS = re.compile(r"\{\{(" + SLUG + r")\}\}|\{(" + SLUG + r")\}")
_LITERAL = re.compile(r"\{(" + SLUG + r")\}")
SPOKEN = ("subject", "mood")
"""Fields whose words may come from lists; each may vary too."""

Lists = Mapping[str, Sequence[str]]


def references(text: str) -> list[str]:
    """Return the lists that a text takes words of, in order."""
    return [found[2] for found in _MARKS.finditer(text) if found[2]]


def resolved(text: str, words: Mapping[str, str]) -> str:
    """Return a text with a word in place of each reference.

    Raises:
        KeyError: no word was given for a list.
    """

    def said(found: re.Match[str]) -> str:
        return f"{{{found[1]}}}" if found[1] else words[found[2]]

    return _MARKS.sub(said, text)


def escaped(text: str) -> str:
    """Return a text that `resolved` gives back as it is here."""
    return _LITERAL.sub(r"{{\1}}", text)


def length(text: str) -> int:
    """Return the characters of a text without the marks around its literal braces."""
    return len(text) - 2 * sum(1 for found in _MARKS.finditer(text) if found[1])


def spoken(spec: "DesignSpec") -> Iterator[tuple[list[Any], str]]:
    """Yield each place of a spec whose words may come from lists, with its text."""
    yield ["subject"], spec.subject
    yield from ((["mood", at], word) for at, word in enumerate(spec.mood))
    for at, subject in enumerate(spec.vary.get("subject", [])):
        yield ["vary", "subject", at], subject
    for at, mood in enumerate(spec.vary.get("mood", [])):
        yield from ((["vary", "mood", at, number], word) for number, word in enumerate(mood))


def mentions(spec: "DesignSpec") -> list[tuple[list[Any], str]]:
    """Return each list that a spec names, with its place; a field that varies is not read itself.

    One list named twice is one axis: both places take the same word.
    """
    unread = {path for path in SPOKEN if path in spec.vary}
    return [
        (place, slug)
        for place, text in spoken(spec)
        if place[0] not in unread
        for slug in references(text)
    ]


def has_marks(spec: "DesignSpec") -> bool:
    """Return whether a spec names a list anywhere."""
    return any(references(text) for _place, text in spoken(spec))
