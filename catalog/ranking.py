"""The order of a search by words: best match first, over all works that it finds.

Rank by words needs each work's words, which a common word makes too many of. So the champions are
ranked: what has the words in its title and what is best among all matches, `CHAMPIONS` of each, and
everything near in meaning. The others follow by quality. A search with fewer matches ranks them
all. Ranks of all ways are fused: 1 / (60 + rank), summed (RRF).
"""

from collections.abc import Sequence
from functools import cached_property
from uuid import UUID

import numpy as np
from django.contrib.postgres.search import SearchRank
from django.db.models import F
from numpy.typing import NDArray

from catalog.facets import Tally
from catalog.members import Ordinals, ordinals_of
from catalog.models import ShelfEntry
from catalog.nearness import Placed
from catalog.search import Search

RRF_K = 60
CHAMPIONS = 250


class Ranking:
    """The works of a search, best first, all of them.

    Args:
        search: what was looked for.
        tally: the listing whose works are ordered.
    """

    def __init__(self, search: Search, tally: Tally) -> None:
        self.search, self.tally = search, tally
        self.matched = tally.ordinals
        self.quality = tally.view.quality_of(self.matched)
        self.champions = sorted(self._fused().items(), key=lambda pair: (-pair[1], -pair[0]))

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

    def _fused(self) -> dict[int, float]:
        """Return the champions' scores by ordinal; where words and a picture tie, the picture."""
        scores: dict[int, float] = {}
        for weight, ranked in (
            (1.0, self._by_words()),
            (1.0, self._present(self.search.meant)),
            (1.001, self._present(self.search.pictured)),
        ):
            for place, ordinal in enumerate(ranked, start=1):
                scores[ordinal] = scores.get(ordinal, 0.0) + weight / (RRF_K + place)
        return scores

    def _by_words(self) -> list[int]:
        """Return the champions that have the words, by rank, then quality."""
        words = self.search.words
        if words is None or not len(self.matched):
            return []
        chosen = self.matched
        if len(chosen) > 2 * CHAMPIONS:
            best = _best(chosen, self.quality)
            titled = self._titled()
            chosen = np.union1d(best, _best(titled, self.tally.view.quality_of(titled)))
        rows = ShelfEntry.objects.filter(Placed("ordinal", chosen), words=words)
        ranked = rows.annotate(rank=SearchRank(F("words"), words))
        return list(
            ranked.order_by("-rank", "-quality", "-ordinal").values_list("ordinal", flat=True)
        )

    def _titled(self) -> Ordinals:
        """Return the works that match and have the words in their title."""
        if self.search.found is None:
            return np.zeros(0, np.int64)
        titled = self.search.found.titled
        changed = sorted(titled.changed & set(self.tally.changed_matches()))
        known = ordinals_of(titled.bits & self.tally.mask())
        return np.concatenate([known, np.array(changed, dtype=np.int64)])

    def _present(self, ids: Sequence[UUID]) -> list[int]:
        """Return the ordinals of those works that pass the filters, in their order."""
        near = self.search.near
        wanted = np.array([near[pk] for pk in ids if pk in near], dtype=np.int64)
        if not len(wanted) or not len(self.matched):
            return []
        places = np.minimum(np.searchsorted(self.matched, wanted), len(self.matched) - 1)
        kept: list[int] = wanted[self.matched[places] == wanted].tolist()
        return kept


def _best(ordinals: Ordinals, quality: NDArray[np.float64]) -> Ordinals:
    """Return the best works; among equals the newest."""
    if len(ordinals) <= CHAMPIONS:
        return ordinals
    least = np.partition(quality, -CHAMPIONS)[-CHAMPIONS]
    better = ordinals[quality > least]
    equal = ordinals[quality == least]
    return np.concatenate([better, equal[len(equal) - (CHAMPIONS - len(better)) :]])
