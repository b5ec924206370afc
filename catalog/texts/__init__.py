"""What a listing says, in every language: facts in, texts out. No database here.

    facts + picture ─► chain.py ─► writers/ ─► repair.py ─► rules.py ─► Draft

What the embedded writer says is in `words/` (data) and `tongues/` (sentences); what it says of the
pixels in `seeing.py` and `composition.py`. Versions are kept by `catalog/services/texts.py`.
"""

from catalog.texts.chain import write_texts
from catalog.texts.facts import Draft, Facts, Texts
from catalog.texts.rules import (
    ALT_LIMIT,
    DESCRIPTION_LIMIT,
    LEAST_TAGS,
    MOST_TAGS,
    TITLE_LIMIT,
    faults,
)
from catalog.texts.writers.contract import CannotWrite

__all__ = [
    "ALT_LIMIT",
    "DESCRIPTION_LIMIT",
    "LEAST_TAGS",
    "MOST_TAGS",
    "TITLE_LIMIT",
    "CannotWrite",
    "Draft",
    "Facts",
    "Texts",
    "faults",
    "write_texts",
]
