"""What rows and fixed values of the shop are called in the language of the page.

Words that a new shop brings along (`defaults.py`, the house's styles) are translated like those of
templates; what the shop's people wrote themselves stays as they wrote it.
"""

from django.utils.translation import gettext

from catalog.models import Licence
from catalog.texts.words import french, german
from genart.lib.languages import language_now

COLORS = {
    "de": {word: noun for word, (noun, _adjective) in german.COLORS.items()} | german.PLAIN_COLORS,
    "fr": french.COLORS | french.PLAIN_COLORS,
}
"""Language → English colour word → what it is called."""


def color_word(word: str) -> str:
    """Return a colour word of `color_words.py` in the language of the page."""
    return COLORS.get(language_now(), {}).get(word, word)


def licence_name(licence: Licence) -> str:
    """Return how a licence is called in full: `Personal licence`."""
    return gettext("%(licence)s licence") % {"licence": gettext(licence.name)}
