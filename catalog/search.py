"""Find works by words, by meaning and by a picture; filters are added in `catalog/shelf.py`.

A work matches words when its own do (full text, the last word may be unfinished), or when it is
among the nearest in meaning and near enough. Where no words match, mistyped ones are mended against
the words that the listings use. How words are looked up is in `catalog/word_hits.py`, the order of
what is found in `catalog/ranking.py`.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

import numpy as np
from django.contrib.postgres.search import SearchQuery, TrigramSimilarity
from django.db.models import Q

from catalog.facets import Hits
from catalog.members import bits_of
from catalog.models import SearchWord, ShelfEntry
from catalog.nearness import nearest_to
from catalog.services.indexing import SEARCH_CONFIG, plain_words
from catalog.shelf_memory import View
from catalog.word_hits import WordHits
from genart.lib.errors import GenartError

log = logging.getLogger(__name__)
MEANING_WORKS = 60
MEANING_FLOOR = 0.6
"""Cosine similarity from which a work counts as meant. Measured with the house CLIP: words it knows
reach 0.6 and more on the right works, words it does not know stay below."""
PICTURE_WORKS = 200
TYPO_FLOOR = 0.34


@dataclass(frozen=True)
class Search:
    """How one text is looked for, with a picture beside it or without.

    Attributes:
        text: what was asked.
        view: the shelf that it is looked for on.
        found: the works that its words find, or `None` when the text has no words.
        mended: the text with mistyped words put right, or empty.
        meant: ids of the works near in meaning, nearest first.
        pictured: ids of the works nearest to the picture that was shown, nearest first.
    """

    text: str
    view: View
    found: WordHits | None
    mended: str = ""
    meant: tuple[UUID, ...] = ()
    pictured: tuple[UUID, ...] = ()

    @property
    def words(self) -> SearchQuery | None:
        """The full-text query, or `None` when the text has no words."""
        return None if self.found is None else self.found.words

    @property
    def matches(self) -> Q:
        """The condition that a work is found."""
        found = Q(pk__in=self.meant + self.pictured)
        return found | Q(entry__words=self.words) if self.words is not None else found

    @cached_property
    def near(self) -> dict[UUID, int]:
        """Ordinals of the works found without words."""
        rows = ShelfEntry.objects.filter(artwork__in=self.meant + self.pictured)
        return dict(rows.values_list("artwork_id", "ordinal"))

    @cached_property
    def hits(self) -> Hits:
        """The works that are found in any way."""
        near = np.array(sorted(self.near.values()), dtype=np.int64)
        bits = bits_of(near, len(self.view.chunks))
        changed = set(near.tolist()) & set(self.view.pending)
        if self.found is not None:
            bits |= self.found.anywhere.bits
            changed |= self.found.anywhere.changed
        return Hits(bits, frozenset(changed))


def search_for(text: str, view: View, picture: Sequence[float] | None = None) -> Search:
    """Return how to look for a text: its words, mended where no work has them, and its meaning.

    Args:
        text: what was typed.
        view: the shelf to look on.
        picture: vector of a picture that was shown beside the words.
    """
    meant = tuple(nearest(text, limit=MEANING_WORKS, least=MEANING_FLOOR))
    pictured: tuple[UUID, ...] = ()
    if picture is not None:
        pictured = tuple(pk for pk, _distance in nearest_to(picture, PICTURE_WORKS))
    words = words_query(text)
    found = None if words is None else WordHits(words, view)
    mended = "" if found is None or _any_on_sale(found) else mend(text)
    if mended:
        query = words_query(mended)
        found = None if query is None else WordHits(query, view)
    return Search(text, view, found, mended, meant, pictured)


def _any_on_sale(found: WordHits) -> bool:
    """Tell whether any work on sale has the words."""
    hits = found.anywhere
    return bool((hits.bits & found.view.live).any()) or bool(
        hits.changed & found.view.changed.keys()
    )


def words_query(text: str) -> SearchQuery | None:
    """Return the full-text query: quotes, `or`, `-` as people write them; last word unfinished."""
    if not re.search(r"\w", text):
        return None
    query = SearchQuery(text, config=SEARCH_CONFIG, search_type="websearch")
    plain = re.findall(r"[^\W_]+", text)
    if not plain or re.search(r'["\-]|\bor\b', text, re.IGNORECASE):
        return query
    prefix = " & ".join([*(f"'{word}'" for word in plain[:-1]), f"'{plain[-1]}':*"])
    return query | SearchQuery(prefix, config=SEARCH_CONFIG, search_type="raw")


def mend(text: str) -> str:
    """Replace each word that no listing has by the most similar one that some listing has.

    Returns:
        the mended text, or an empty text where nothing could be mended.
    """
    mended, changed = [], False
    for word in re.findall(r"[^\W_]+", text.lower()):
        plain = next(iter(plain_words(word)), "")
        if not plain or SearchWord.objects.filter(word__startswith=plain).exists():
            mended.append(word)
            continue
        similar = (
            SearchWord.objects.annotate(near=TrigramSimilarity("word", plain))
            .filter(near__gte=TYPO_FLOOR)
            .order_by("-near", "word")
            .first()
        )
        mended.append(similar.word if similar else word)
        changed = changed or similar is not None
    return " ".join(mended) if changed else ""


def nearest(text: str, *, limit: int, least: float = -1.0) -> list[UUID]:
    """Return the works on sale nearest in meaning to a text; none where there is no encoder."""
    vector = _meaning(text)
    if vector is None:
        return []
    return [pk for pk, distance in nearest_to(vector, limit) if 1 - distance >= least]


def _meaning(text: str) -> list[float] | None:
    """Return the vector of a text, or `None` where the text encoder cannot be used here."""
    try:
        from genart.ml.text import encode_text

        return [float(value) for value in encode_text(text)]
    except (ImportError, OSError, ValueError, GenartError) as error:  # no weights, an odd text
        log.warning("Search by meaning is off for this query: %s", error)
        return None
