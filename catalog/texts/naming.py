"""Ask the register of names about texts, in any language and seldom: each question reads the base.

The register folds letters and spelling, as names are disguised; everyday words of other languages
look like such disguises (`über` like Uber) and are left out of what is asked.
"""

import re
from collections.abc import Sequence

from genart.lib.screens import objection

EVERYDAY = {
    "de": ("über",),
    "fr": ("citron", "courbe", "courbes", "autre", "l’autre", "l'autre"),
}
_EVERYDAY = {
    language: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)", re.IGNORECASE)
    for language, words in EVERYDAY.items()
}


def named(text: str, language: str = "en") -> str:
    """Return what the register holds against a text, as a sentence, or nothing."""
    return objection(without_everyday(text, language)) or ""


def without_everyday(text: str, language: str) -> str:
    """Return a text without a language's everyday words that look like disguised names."""
    known = _EVERYDAY.get(language.split("-")[0])
    return known.sub("–", text) if known else text


def any_named(texts: Sequence[str], language: str = "en") -> bool:
    """Whether one of some texts may be held against; one question for all of them."""
    return bool(named("\n".join(text for text in texts if text), language))
