"""The languages that the embedded writer knows: one module each, with `Tongue`'s functions."""

from typing import Protocol

from catalog.texts.facts import Facts
from catalog.texts.tongues import english, french, german


class Tongue(Protocol):
    """How one language says what is known of a picture. Pure: the same facts, the same texts."""

    def phrases(self, facts: Facts) -> list[str]:
        """Return good titles, in any order."""

    def numbered(self, facts: Facts) -> list[str]:
        """Return plainer titles for when the good ones are taken, in order."""

    def sheet(self, code: str) -> str:
        """Return the title of last resort."""

    def description(self, facts: Facts) -> str:
        """Say what it is, its colours, its series, how it was made."""

    def alt_text(self, facts: Facts) -> str:
        """Say what is seen: shapes, where they lie, colours by name."""

    def tags(self, facts: Facts) -> list[str]:
        """Return words people may look for, the surest first; some may be empty."""


TONGUES: dict[str, Tongue] = {"en": english, "de": german, "fr": french}
