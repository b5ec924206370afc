"""Find works by words and by meaning; the filters are added in `catalog/queries.py`.

A work matches when its words do (full text, the last word may be unfinished), or when it is among
the nearest in meaning and near enough. Where no words match, mistyped ones are mended against the
words that the listings use. Ranks of both ways are fused: 1 / (60 + rank), summed (RRF).
"""

import logging
import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramSimilarity
from django.db.models import (
    Case,
    F,
    FloatField,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
    Window,
)
from django.db.models.functions import Coalesce, RowNumber
from pgvector.django import CosineDistance

from catalog.models import Artwork, ArtworkEmbedding, SearchWord
from catalog.services.indexing import SEARCH_CONFIG, plain_words
from genart.lib.errors import GenartError

log = logging.getLogger(__name__)
RRF_K = 60
MEANING_WORKS = 60
MEANING_FLOOR = 0.6
"""Cosine similarity from which a work counts as meant. Measured with the house CLIP: words it knows
reach 0.6 and more on the right works, words it does not know stay below."""
TYPO_FLOOR = 0.34


@dataclass(frozen=True, slots=True)
class Search:
    """How one text is looked for.

    Attributes:
        text: what was asked.
        words: full-text query, or `None` when the text has no words.
        mended: the text with mistyped words put right, or empty.
        meant: ids of the works near in meaning, nearest first.
    """

    text: str
    words: SearchQuery | None
    mended: str = ""
    meant: tuple[UUID, ...] = field(default=())

    @property
    def matches(self) -> Q:
        """The condition that a work is found."""
        found = Q(pk__in=self.meant)
        return found | Q(search=self.words) if self.words is not None else found

    def ranked(self, works: QuerySet[Artwork]) -> QuerySet[Artwork]:
        """Add `score`, by which matching works are sorted, best first."""
        if self.words is None:
            by_words: Any = Value(0.0)
        else:
            hit = Case(When(search=self.words, then=Value(1)), default=Value(0))
            order: list[Any] = [
                hit.desc(),
                SearchRank(F("search"), self.words).desc(),
                F("quality").desc(),
                "pk",
            ]
            place = Window(RowNumber(), order_by=order)
            by_words = Case(
                When(search=self.words, then=Value(1.0) / (Value(float(RRF_K)) + place)),
                default=Value(0.0),
                output_field=FloatField(),
            )
        return works.annotate(score=by_words + self._by_meaning())

    def _by_meaning(self) -> Any:
        if not self.meant:
            return Value(0.0)
        place = Func(
            Value([str(pk) for pk in self.meant]),
            F("pk"),
            function="array_position",
            template="%(function)s(%(expressions)s)",
            arg_joiner="::uuid[], ",
            output_field=IntegerField(),
        )
        return Coalesce(
            Value(1.0) / (Value(float(RRF_K)) + place), Value(0.0), output_field=FloatField()
        )


def search_for(text: str) -> Search:
    """Return how to look for a text: its words, mended where no work has them, and its meaning."""
    meant = tuple(nearest(text, limit=MEANING_WORKS, least=MEANING_FLOOR))
    words = words_query(text)
    if words is None or Artwork.objects.filter(search=words, withdrawn_at=None).exists():
        return Search(text, words, meant=meant)
    mended = mend(text)
    if mended:
        return Search(text, words_query(mended), mended=mended, meant=meant)
    return Search(text, words, meant=meant)


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
    """Replace each word that no listing begins with by the most similar one that some listing has.

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
    rows = (
        ArtworkEmbedding.objects.filter(artwork__withdrawn_at=None)
        .annotate(distance=CosineDistance("vector", vector))
        .order_by("distance")
        .values_list("artwork_id", "distance")[:limit]
    )
    return [pk for pk, distance in rows if 1 - distance >= least]


def _meaning(text: str) -> list[float] | None:
    """Return the vector of a text, or `None` where the text encoder cannot be used here."""
    try:
        from genart.ml.text import encode_text

        return [float(value) for value in encode_text(text)]
    except (ImportError, OSError, ValueError, GenartError) as error:  # no weights, an odd text
        log.warning("Search by meaning is off for this query: %s", error)
        return None
