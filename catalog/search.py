"""Find works by words, by meaning and by a picture; filters are added in `catalog/shelf.py`.

A work matches words when its own do (full text, the last word may be unfinished), or when it is
among the nearest in meaning and near enough. Where no words match, mistyped ones are mended against
the words that the listings use. Ranks of all ways are fused: 1 / (60 + rank), summed (RRF). How the
order is made for a word that a hundred thousand works have is told in `Ranking`.
"""

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.postgres.search import SearchQuery, SearchRank, TrigramSimilarity
from django.db import connection
from django.db.models import F, Q
from numpy.typing import NDArray

from catalog.models import Artwork, SearchWord, ShelfEntry
from catalog.models.shelving import TITLE_WORDS
from catalog.nearness import Placed, nearest_to
from catalog.services.indexing import SEARCH_CONFIG, plain_words
from genart.lib.errors import GenartError

log = logging.getLogger(__name__)
RRF_K = 60
MEANING_WORKS = 60
MEANING_FLOOR = 0.6
"""Cosine similarity from which a work counts as meant. Measured with the house CLIP: words it knows
reach 0.6 and more on the right works, words it does not know stay below."""
PICTURE_WORKS = 200
TYPO_FLOOR = 0.34
CHAMPIONS = 500
HIT = np.dtype([("ordinal", ">i4"), ("quality", ">f4")])
Ordinals = NDArray[np.int64]


@dataclass(frozen=True)
class Search:
    """How one text is looked for, with a picture beside it or without.

    Attributes:
        text: what was asked.
        words: full-text query, or `None` when the text has no words.
        mended: the text with mistyped words put right, or empty.
        meant: ids of the works near in meaning, nearest first.
        pictured: ids of the works nearest to the picture that was shown, nearest first.
    """

    text: str
    words: SearchQuery | None
    mended: str = ""
    meant: tuple[UUID, ...] = ()
    pictured: tuple[UUID, ...] = ()

    @property
    def matches(self) -> Q:
        """The condition that a work is found."""
        found = Q(pk__in=self.meant + self.pictured)
        return found | Q(entry__words=self.words) if self.words is not None else found

    @cached_property
    def hits(self) -> NDArray[np.void]:
        """Ordinal and quality of every work that the words find, on sale or not, rising."""
        if self.words is None:
            return np.zeros(0, HIT)
        return _packed_hits(ShelfEntry.objects.filter(words=self.words))

    @cached_property
    def near(self) -> dict[UUID, tuple[int, float]]:
        """Ordinal and quality of the works found without words."""
        rows = ShelfEntry.objects.filter(artwork__in=self.meant + self.pictured)
        return {
            pk: (ordinal, quality)
            for pk, ordinal, quality in rows.values_list("artwork_id", "ordinal", "quality")
        }

    @cached_property
    def ordinals(self) -> Ordinals:
        """Places of all works that are found, rising."""
        near = np.array([ordinal for ordinal, _quality in self.near.values()], dtype=np.int64)
        return np.union1d(self.hits["ordinal"].astype(np.int64), near)

    def ranking(self, matched: Ordinals) -> "Ranking":
        """Return the order of those works that pass the filters as well."""
        return Ranking(self, matched)


class Ranking:
    """The works of a search, best first, all of them.

    Rank by words needs each work's words, which a common word makes too many of. So the champions
    are ranked: what has the words in its title and what is best among all matches, `CHAMPIONS` of
    each, and everything near in meaning. The others follow by quality. A search with fewer matches
    ranks them all.

    Args:
        search: what was looked for.
        matched: ordinals of the works to order, rising.
    """

    def __init__(self, search: Search, matched: Ordinals) -> None:
        self.search = search
        quality = np.zeros(len(matched))
        hits = search.hits
        places = np.searchsorted(matched, hits["ordinal"])
        places[places == len(matched)] = 0
        if len(matched):
            found = matched[places] == hits["ordinal"]
            quality[places[found]] = hits["quality"][found]
            for ordinal, value in search.near.values():
                place = int(np.searchsorted(matched, ordinal))
                if place < len(matched) and matched[place] == ordinal:
                    quality[place] = value
        self.matched, self.quality = matched, quality
        fused = self._fused(matched, quality)
        self.champions = sorted(fused.items(), key=lambda pair: (-pair[1], -pair[0]))

    def part(self, start: int, limit: int) -> list[tuple[int, float]]:
        """Return ordinals and scores of some works, counted from the best."""
        if start + limit <= len(self.champions):
            return self.champions[start : start + limit]
        ordinals, scores = self.ordered
        cut = slice(start, start + limit)
        return list(zip(ordinals[cut].tolist(), scores[cut].tolist(), strict=True))

    def after(self, score: float, ordinal: int) -> int:
        """Return how many works come up to and with a place."""
        if self.champions and score > self.champions[-1][1]:
            return sum((-s, -o) <= (-score, -ordinal) for o, s in self.champions)
        ordinals, scores = self.ordered
        first = int(np.searchsorted(-scores, -score, side="left"))
        last = int(np.searchsorted(-scores, -score, side="right"))
        return first + int(np.count_nonzero(ordinals[first:last] >= ordinal))

    @cached_property
    def ordered(self) -> tuple[Ordinals, NDArray[np.float64]]:
        """All works and their scores, best first: what only a page behind the champions needs."""
        scores = self.quality * 1e-6  # below the least that a champion has
        for ordinal, score in self.champions:
            scores[np.searchsorted(self.matched, ordinal)] = score
        order = np.lexsort((-self.matched, -scores))
        return self.matched[order], scores[order]

    def _fused(self, matched: Ordinals, quality: NDArray[np.float64]) -> dict[int, float]:
        """Return the champions' scores by ordinal; where words and a picture tie, the picture."""
        scores: dict[int, float] = {}
        for weight, ranked in (
            (1.0, self._by_words(matched, quality)),
            (1.0, self._present(matched, self.search.meant)),
            (1.001, self._present(matched, self.search.pictured)),
        ):
            for place, ordinal in enumerate(ranked, start=1):
                scores[ordinal] = scores.get(ordinal, 0.0) + weight / (RRF_K + place)
        return scores

    def _by_words(self, matched: Ordinals, quality: NDArray[np.float64]) -> list[int]:
        """Return the champions that have the words, by rank, then quality."""
        words = self.search.words
        if words is None or not len(matched):
            return []
        chosen = matched
        if len(matched) > 2 * CHAMPIONS:
            best = matched[np.argpartition(-quality, CHAMPIONS)[:CHAMPIONS]]
            titled = _packed_hits(ShelfEntry.objects.alias(title=TITLE_WORDS).filter(title=words))
            titled = titled[np.isin(titled["ordinal"], matched, assume_unique=True)]
            first = titled[np.argsort(-titled["quality"], kind="stable")[:CHAMPIONS]]
            chosen = np.union1d(best, first["ordinal"].astype(np.int64))
        rows = ShelfEntry.objects.filter(Placed("ordinal", chosen), words=words)
        ranked = rows.annotate(rank=SearchRank(F("words"), words))
        return list(
            ranked.order_by("-rank", "-quality", "-ordinal").values_list("ordinal", flat=True)
        )

    def _present(self, matched: Ordinals, ids: Sequence[UUID]) -> list[int]:
        """Return the ordinals of those works that pass the filters, in their order."""
        near = self.search.near
        ordinals = [near[pk][0] for pk in ids if pk in near]
        kept = set(np.intersect1d(matched, ordinals).tolist()) if ordinals else set()
        return [ordinal for ordinal in ordinals if ordinal in kept]


def _packed_hits(entries: Any) -> NDArray[np.void]:
    """Return ordinal and quality of entries, rising, in one piece: rows would take far longer."""
    statement, params = entries.order_by().values("ordinal", "quality").query.sql_with_params()
    send = "string_agg(int4send(ordinal) || float4send(quality::real), ''::bytea)"
    whole = f"SELECT {send} FROM ({statement}) AS hits"  # noqa: S608  (as Django wrote it)
    with connection.cursor() as cursor:
        cursor.execute(whole, params)
        packed = cursor.fetchone()[0]
    return np.sort(np.frombuffer(packed or b"", HIT), order="ordinal")


def search_for(text: str, picture: Sequence[float] | None = None) -> Search:
    """Return how to look for a text: its words, mended where no work has them, and its meaning.

    Args:
        text: what was typed.
        picture: vector of a picture that was shown beside the words.
    """
    meant = tuple(nearest(text, limit=MEANING_WORKS, least=MEANING_FLOOR))
    pictured: tuple[UUID, ...] = ()
    if picture is not None:
        pictured = tuple(pk for pk, _distance in nearest_to(picture, PICTURE_WORKS))
    words = words_query(text)
    if words is None or _any_on_sale(words):
        return Search(text, words, meant=meant, pictured=pictured)
    mended = mend(text)
    query = words_query(mended) if mended else words
    return Search(text, query, mended=mended, meant=meant, pictured=pictured)


def _any_on_sale(words: SearchQuery) -> bool:
    """Tell whether any work on sale has the words."""
    return Artwork.objects.filter(entry__words=words, withdrawn_at=None).exists()


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
