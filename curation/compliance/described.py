"""Names that are not said: descriptions of a character, and unknown names after “in the style of”.

Pure parts of `screen.py`.
"""

import re
from dataclasses import dataclass

from curation.compliance.vocabulary import Name, everyday, schools
from genart.lib.lookalikes import fold

_AFTER = re.compile(
    r"(?:(?:style|manner)s? of|(?:painted|drawn|designed|illustrated) by|"
    r"(?:art|artworks?|paintings?|illustrations?|works?) (?:by|of)|à la|a la)\s+"
    r"(?P<name>[A-ZÀ-ÞŁŚŠŽČ][\w’'.-]*(?:\s+(?:van|von|de|del|da|der|di|le|la|af|al|den))*"
    r"(?:\s+[A-ZÀ-ÞŁŚŠŽČ][\w’'.-]+){1,3})"
)


@dataclass(frozen=True)
class Described:
    """A name as it is described: every part, in one of its ways, must occur."""

    name: Name
    parts: tuple[re.Pattern[str], ...]

    @classmethod
    def of(cls, name: Name, form: str) -> "Described":
        """Read `part + one way/another way + part`."""
        parts = []
        for part in form.split(" + "):
            ways = "|".join(re.escape(fold(way.strip())[0]) for way in part.split("/"))
            parts.append(re.compile(rf"\b(?:{ways})(?:e?s)?\b".replace(r"\ ", r"[\s-]+")))
        return cls(name, tuple(parts))

    def find(self, folded: str) -> tuple[int, int] | None:
        """Return the span from the first part to the last, where all of them occur."""
        spans = []
        for part in self.parts:
            found = part.search(folded)
            if found is None:
                return None
            spans.append(found.span())
        return min(start for start, _ in spans), max(end for _, end in spans)


def unknown_maker(text: str) -> tuple[int, int, str] | None:
    """Return span and words of what looks like a person's name after “in the style of”."""
    for found in _AFTER.finditer(text):
        words = [re.sub("[^a-z]", "", fold(word)[0]) for word in found["name"].split()]
        named = [word for word in words if len(word) > 1]
        if any(word in schools() for word in named):
            continue
        if any(word not in everyday() for word in named):
            return *found.span("name"), found["name"]
    return None
