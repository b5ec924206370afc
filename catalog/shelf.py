"""One listing, counted, faceted and paged: `Shelf`.

A listing is sorted by values that decide every place (ties fall to the id) and cut by a cursor, so
that pages are complete and nothing comes twice; a deep page costs what the first one does. What can
be asked is in `catalog/listing.py`, how words and pictures are looked for in `catalog/search.py`
and `catalog/nearness.py`, how it is counted in `catalog/facets.py`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Q, QuerySet

from catalog.conditions import conditions, shown_vector
from catalog.facet_choices import FacetValue, choices_of
from catalog.facets import Tally, terms_of
from catalog.listing import (
    FACET_FIELDS,
    PAGE_SIZE,
    Listing,
    decode_cursor,
    encode_cursor,
)
from catalog.members import Ordinals
from catalog.models import Artwork, ShelfEntry
from catalog.nearness import EXACT_WORKS, Placed, nearest_to
from catalog.orders import ORDERS, Order
from catalog.ranking import Ranking
from catalog.search import Search, search_for
from catalog.services.shelf_numbers import mark_of, microseconds
from catalog.shelf_memory import MEMORY, View
from catalog.shelf_order import candidates
from genart.lib.errors import InvalidInput

NEAREST_MOST = 240
"""A picture's neighbours are shown up to here; what is further off is no answer to it."""
FEW = 3_000
"""Up to so many matching works are sorted as they are; more are met soon on a walk in order."""


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a listing, and what surrounds it.

    Attributes:
        items: the works of this page.
        total: how many works the whole listing has.
        next: cursor of what follows, empty at the end.
    """

    items: list[Artwork]
    total: int
    next: str


def on_sale() -> QuerySet[Artwork]:
    """Return the works that are for sale."""
    return Artwork.objects.filter(withdrawn_at=None)


class Shelf:
    """One listing, ready to be counted, paged and faceted; the search is resolved once.

    Args:
        listing: what is asked.
        vector: of the picture that was shown; that of `listing.like` is read here.
    """

    def __init__(self, listing: Listing, vector: list[float] | None = None) -> None:
        self.listing = listing
        self.vector = vector if vector is not None else shown_vector(listing)
        self.search: Search | None = (
            search_for(listing.q, self.view, self.vector) if listing.q else None
        )
        self.terms = terms_of(listing)

    @cached_property
    def view(self) -> View:
        """The shelf as this listing sees it."""
        return MEMORY.view()

    @cached_property
    def tally(self) -> Tally:
        """The counts of this listing."""
        return Tally(self.terms, None if self.search is None else self.search.hits, self.view)

    def works(self, *, without: str = "") -> QuerySet[Artwork]:
        """Return the matching works, with all filters but one."""
        works = on_sale().filter(conditions(self.listing, without=without))
        return works if self.search is None else works.filter(self.search.matches)

    def total(self) -> int:
        """Return how many works match."""
        return self.tally.total

    def facets(self) -> dict[str, list[FacetValue]]:
        """Return the choices of each facet with exact counts under the other filters."""
        return choices_of(self.listing, self.tally.counts(FACET_FIELDS))

    def page(self, *, after: str = "", limit: int = PAGE_SIZE) -> Page:
        """Return the works that follow a cursor.

        Raises:
            InvalidInput: the cursor is not of this listing.
        """
        if self.listing.sort == "relevance":
            return (
                self._ranked(after, limit) if self.search is not None else self._near(after, limit)
            )
        place = self._place(after) if after else None
        works = self._sorted(limit + 1, place)
        if place:
            works = works.filter(self._beyond(*place))
        items = list(works[: limit + 1])
        more = len(items) > limit
        items = items[:limit]
        return Page(items, self.total(), self.cursor(items[-1]) if more else "")

    def until(self, *, after: str, limit: int = PAGE_SIZE, most: int = 240) -> Page:
        """Return everything up to a cursor and one page more: what a reader had before him.

        Beyond `most` works it begins at the cursor instead.
        """
        before = self._before(after, most) if after else 0
        if before + limit > most:
            return self.page(after=after, limit=limit)
        return self.page(limit=before + limit)

    def cursor(self, work: Artwork) -> str:
        """Return the mark of a work's place in this listing."""
        value: Any
        if self.listing.sort == "relevance":
            value = repr(work.score)  # type: ignore[attr-defined]
        elif self.listing.sort == "newest":
            value = work.published_at.isoformat()
        elif self.listing.sort in ("price", "price-down"):
            value = work.price_cents
        else:
            value = getattr(work.stats, self.listing.sort.replace("popular", "popularity"))
        return encode_cursor(self.listing.sort, value, work.pk)

    # -- by a column --------------------------------------------------------------------------

    def _sorted(self, many: int, place: tuple[Any, UUID] | None = None) -> QuerySet[Artwork]:
        """Return works in order, of which the first `many` from a place on are those that match."""
        order = ORDERS[self.listing.sort]
        sign = "-" if order.descending else ""
        works = self._found(order, many, place).select_related("collection").defer("search")
        if order.column.startswith("stats__"):
            works = works.select_related("stats", "collection").filter(stats__isnull=False)
        return works.order_by(f"{sign}{order.column}", f"{sign}{order.tie}")

    def _found(self, order: Order, many: int, place: tuple[Any, UUID] | None) -> QuerySet[Artwork]:
        """Return the matching works by the quickest way: few by their places, or by filters."""
        if not self.terms and self.search is None:
            return on_sale()
        if order.number:
            return on_sale().filter(Placed("entry__ordinal", self._first(order, many, place)))
        if self.search is not None or self.total() <= FEW:
            return on_sale().filter(Placed("entry__ordinal", self.tally.ordinals))
        return self.works()

    def _first(self, order: Order, many: int, place: tuple[Any, UUID] | None) -> Ordinals:
        """Return works among which the first of this order are."""
        after = None
        if place is not None:
            value = microseconds(place[0]) if order.number == "published" else place[0]
            after = (value, mark_of(place[1]))
        known = candidates(
            self.view, self.tally.mask(), order.number,
            descending=order.descending, many=many, after=after,
        )  # fmt: skip
        return np.concatenate([known, np.array(self.tally.changed_matches(), dtype=np.int64)])

    def _beyond(self, value: Any, key: UUID, *, backwards: bool = False) -> Q:
        """Return the condition that a work comes after a place, or backwards: up to and with it."""
        order = ORDERS[self.listing.sort]
        way = "lt" if order.descending != backwards else "gt"
        ties = f"{way}e" if backwards else way
        first, second = order.column, order.tie
        # The first part is implied by the rest; it lets the index begin at the place.
        bound = Q(**{f"{first}__{way}e": value})
        return bound & (
            Q(**{f"{first}__{way}": value}) | Q(**{first: value, f"{second}__{ties}": key})
        )

    def _place(self, after: str) -> tuple[Any, UUID]:
        """Return the values a cursor stands for."""
        value, key = decode_cursor(after, self.listing.sort)
        order = ORDERS.get(self.listing.sort)
        try:
            return (order.read if order else float)(value), UUID(key)
        except ValueError:
            raise InvalidInput(
                "This page mark cannot be read; start anew.", where="after"
            ) from None

    def _before(self, after: str, most: int) -> int:
        """Return how many works come up to and with a cursor; beyond `most` any larger number."""
        place = self._place(after)
        if self.listing.sort == "relevance" and self.search is not None:
            return self.ranking.after(place[0], _ordinal_of(place[1]))
        if self.listing.sort == "relevance":
            return int(place[0])
        upto = self._sorted(most + 1).filter(self._beyond(*place, backwards=True))
        return len(upto.values_list("pk", flat=True)[: most + 1])

    # -- by rank and by nearness --------------------------------------------------------------

    @cached_property
    def ranking(self) -> Ranking:
        """All works of a search by words, best first; there are words where this is asked."""
        if self.search is None:
            raise LookupError("This listing looks for no words.")
        return Ranking(self.search, self.tally)

    def _ranked(self, after: str, limit: int) -> Page:
        """Return a page of a search by words."""
        start = 0
        if after:
            score, key = self._place(after)
            start = self.ranking.after(score, _ordinal_of(key))
        part = self.ranking.part(start, limit)
        ordinals = np.array([ordinal for ordinal, _score in part], dtype=np.int64)
        entries = ShelfEntry.objects.filter(Placed("ordinal", ordinals)).defer(
            "words", "artwork__search"
        )
        works = {
            entry.ordinal: entry.artwork
            for entry in entries.select_related("artwork", "artwork__collection")
        }
        items = []
        for ordinal, score in part:
            if ordinal in works:
                works[ordinal].score = score  # type: ignore[attr-defined]
                items.append(works[ordinal])
        more = bool(items) and start + limit < len(self.ranking.matched)
        return Page(items, self.total(), self.cursor(items[-1]) if more else "")

    def _near(self, after: str, limit: int) -> Page:
        """Return a page of the works nearest to a picture; the place is counted from the first."""
        start = int(self._place(after)[0]) if after else 0
        if self.vector is None or start >= NEAREST_MOST:
            return Page([], 0 if self.vector is None else min(self.total(), NEAREST_MOST), "")
        wanted = min(NEAREST_MOST, start + limit + 1)
        places = self.nearest(wanted)
        shown = places[start : min(start + limit, NEAREST_MOST)]
        works = on_sale().select_related("collection").in_bulk([pk for pk, _distance in shown])
        items = []
        for place, (pk, _distance) in enumerate(shown, start=start + 1):
            if pk in works:
                works[pk].score = place  # type: ignore[attr-defined]
                items.append(works[pk])
        more = bool(items) and len(places) > start + limit
        total = min(self.total(), NEAREST_MOST)
        return Page(items, total, self.cursor(items[-1]) if more else "")

    def nearest(self, limit: int) -> list[tuple[UUID, float]]:
        """Return exactly min(limit, matching works), nearest to the picture first."""
        if self.vector is None:
            return []
        few = self.total() <= EXACT_WORKS and bool(self.terms)
        return nearest_to(
            self.vector,
            limit,
            among=conditions(self.listing) if self.terms else None,
            matching=self.total(),
            ordinals=self.tally.ordinals if few else None,
        )


def _ordinal_of(artwork_id: UUID) -> int:
    """Return a work's place in the index of the shelf; 0 for one that is gone."""
    found = ShelfEntry.objects.filter(artwork=artwork_id).values_list("ordinal", flat=True)
    return found.first() or 0
