"""One listing, counted, faceted and paged: `Shelf`.

A listing is sorted by values that decide every place (ties fall to the id) and cut by a cursor, so
that pages are complete and nothing comes twice; a deep page costs what the first one does. What can
be asked is in `catalog/listing.py`, how words are looked for in `catalog/search.py`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Func, Q, QuerySet

from catalog.listing import FACET_FIELDS, PAGE_SIZE, Listing, decode_cursor, encode_cursor
from catalog.models import Artwork
from catalog.search import Search, search_for
from genart.lib.errors import InvalidInput

COLUMNS = {
    "style": "style_slug",
    "orientation": "orientation",
    "collection": "collection__slug",
    "palette": "palette_name",
    "tier": "tier",
}


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


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One choice of a facet: its value, its name for people, and how many works it leaves."""

    value: str
    label: str
    count: int


def on_sale() -> QuerySet[Artwork]:
    """Return the works that are for sale."""
    return Artwork.objects.filter(withdrawn_at=None)


class Shelf:
    """One listing, ready to be counted, paged and faceted; the search is resolved once."""

    def __init__(self, listing: Listing) -> None:
        self.listing = listing
        self.search: Search | None = search_for(listing.q) if listing.q else None

    def works(self, *, without: str = "") -> QuerySet[Artwork]:
        """Return the matching works, with all filters but one."""
        works = on_sale()
        if self.search is not None:
            works = works.filter(self.search.matches)
        for name, value in self.listing.filters.items():
            if name == without:
                continue
            if name == "color":
                works = works.filter(color_names__contains=[value])
            else:
                works = works.filter(**{COLUMNS[name]: value})
        return works

    def total(self) -> int:
        """Return how many works match."""
        return self.works().count()

    def page(self, *, after: str = "", limit: int = PAGE_SIZE) -> Page:
        """Return the works that follow a cursor.

        Raises:
            InvalidInput: the cursor is not of this listing.
        """
        works, names = self._sorted()
        if after:
            works = works.filter(_beyond(names, self._place(after)))
        items = list(works[: limit + 1])
        more = len(items) > limit
        items = items[:limit]
        mark = self.cursor(items[-1]) if more else ""
        return Page(items, self.total(), mark)

    def until(self, *, after: str, limit: int = PAGE_SIZE, most: int = 240) -> Page:
        """Return everything up to a cursor and one page more: what a reader had before him.

        Beyond `most` works it begins at the cursor instead.
        """
        place = self._place(after)
        works, names = self._sorted()
        before = works.exclude(_beyond(names, place)).count() if after else 0
        if before + limit > most:
            return self.page(after=after, limit=limit)
        return self.page(limit=before + limit)

    def cursor(self, work: Artwork) -> str:
        """Return the mark of a work's place in this listing."""
        sort = self.listing.sort
        value: Any = {
            "newest": lambda: work.published_at.isoformat(),
            "popular": lambda: work.popularity,  # type: ignore[attr-defined]
            "relevance": lambda: repr(work.score),  # type: ignore[attr-defined]
        }[sort]()
        return encode_cursor(sort, value, work.pk)

    def facets(self) -> dict[str, list[FacetValue]]:
        """Return the choices of each facet with exact counts under the other filters."""
        return {name: self._facet(name) for name in FACET_FIELDS}

    def _facet(self, name: str) -> list[FacetValue]:
        works = self.works(without=name)
        if name == "color":
            rows = works.annotate(value=Func(F("color_names"), function="unnest"))
        elif name == "style":
            rows = works.annotate(value=F("style_slug"), label=F("style_name"))
        elif name == "collection":
            rows = works.filter(collection__isnull=False).annotate(
                value=F("collection__slug"), label=F("collection__title")
            )
        else:
            rows = works.annotate(value=F(COLUMNS[name])).exclude(value="")
        keys = ["value", "label"] if name in ("style", "collection") else ["value"]
        counted = rows.order_by().values(*keys).annotate(count=Count("pk"))
        merged: dict[str, FacetValue] = {}
        for row in counted:
            label = row.get("label") or row["value"].replace("-", " ").capitalize()
            count = row["count"] + (merged[row["value"]].count if row["value"] in merged else 0)
            merged[row["value"]] = FacetValue(row["value"], label, count)
        return sorted(merged.values(), key=lambda choice: (-choice.count, choice.label))

    def _sorted(self) -> tuple[QuerySet[Artwork], tuple[str, str]]:
        """Return the works in order, and the names of the two columns that decide it."""
        works = self.works().select_related("collection")
        if self.listing.sort == "relevance" and self.search is not None:
            best: Any = self.search.ranked(works)  # annotated with `score`
            return best.order_by("-score", "-pk"), ("score", "pk")
        if self.listing.sort == "popular":
            works = works.annotate(popularity=F("stats__popularity"))
            return works.order_by("-popularity", "-pk"), ("popularity", "pk")
        return works.order_by("-published_at", "-pk"), ("published_at", "pk")

    def _place(self, after: str) -> tuple[Any, UUID]:
        """Return the values a cursor stands for."""
        value, key = decode_cursor(after, self.listing.sort)
        reader: Any = {"newest": datetime.fromisoformat, "popular": int, "relevance": float}
        try:
            return reader[self.listing.sort](value), UUID(key)
        except ValueError:
            raise InvalidInput(
                "This page mark cannot be read; start anew.", where="after"
            ) from None


def _beyond(names: tuple[str, str], place: tuple[Any, UUID]) -> Q:
    """Return the condition that a work comes after a place, both columns descending."""
    first, second = names
    value, key = place
    return Q(**{f"{first}__lt": value}) | Q(**{first: value, f"{second}__lt": key})
