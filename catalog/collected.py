"""Collections as pages show them: by rule, by hand, or a series.

A rule's filters stay as they are; a visitor may narrow what is left and sort it. Works picked by
hand come in the order in which they were laid.
"""

from typing import Any

from django.db.models import F, Q

from catalog.listing import FACET_FIELDS, PAGE_SIZE, Listing, decode_cursor, encode_cursor
from catalog.models import Artwork, Collection
from catalog.services.collections import rule_listing, works_of
from catalog.shelf import Page, Shelf
from genart.lib.errors import InvalidInput

Kind = Collection.Kind
COVERS = 3
LAID = "laid"
"""The order of works picked by hand, as their cursors name it."""


class PickedShelf(Shelf):
    """Works picked by hand, in their order; nothing to filter."""

    def __init__(self, collection: Collection) -> None:
        super().__init__(Listing())
        self.collection = collection

    def works(self, *, without: str = "") -> Any:
        """Return the picks on sale, in order."""
        places = {"place": F("collectionpick__position"), "pick": F("collectionpick__pk")}
        return works_of(self.collection).annotate(**places).select_related("collection")

    def total(self) -> int:
        """Return how many picks are on sale."""
        return int(self.works().count())

    def facets(self) -> dict[str, Any]:
        """Return nothing: a hand chose."""
        return {}

    def page(self, *, after: str = "", limit: int = PAGE_SIZE) -> Page:
        """Return the picks that follow a cursor."""
        works = self.works()
        if after:
            place, pick = self._laid(after)
            works = works.filter(Q(place__gt=place) | Q(place=place, pick__gt=pick))
        items = list(works[: limit + 1])
        more, items = len(items) > limit, items[:limit]
        mark = encode_cursor(LAID, items[-1].place, items[-1].pick) if more else ""
        return Page(items, self.total(), mark)

    def until(self, *, after: str, limit: int = PAGE_SIZE, most: int = 240) -> Page:
        """Return everything up to a cursor and one page more."""
        place, pick = self._laid(after)
        upto = Q(place__lt=place) | Q(place=place, pick__lte=pick)
        before = self.works().filter(upto).count()
        if before + limit > most:
            return self.page(after=after, limit=limit)
        return self.page(limit=before + limit)

    @staticmethod
    def _laid(after: str) -> tuple[int, int]:
        place, pick = decode_cursor(after, LAID)
        try:
            return int(place), int(pick)
        except ValueError:
            raise InvalidInput(
                "This page mark cannot be read; start anew.", where="after"
            ) from None


def shelf_of(collection: Collection, asked: Listing) -> Shelf:
    """Return the shelf of a collection of any kind, as far as a visitor may narrow it.

    Args:
        collection: of any kind.
        asked: what the page's parameters say; words are not looked for here.
    """
    if collection.kind == Kind.HAND:
        return PickedShelf(collection)
    narrowed = {name: getattr(asked, name) for name in FACET_FIELDS if name != "collection"}
    sort = asked.sort if asked.sort != "relevance" else "newest"
    if collection.kind == Kind.RULE:
        rule = rule_listing(collection.rule)
        words = {"q": rule.q} if rule.q else {}
        sort = asked.sort if asked.sort != "newest" or not rule.q else rule.sort
        return Shelf(Listing(**{**narrowed, **rule.filters, **words, "sort": sort}))  # type: ignore[arg-type]
    return Shelf(Listing(**narrowed, collection=(collection.slug,), sort=sort))


def gathered(*, covers: int = COVERS) -> list[Collection]:
    """Return the collections by rule and by hand with works on sale, as cards show them.

    Each has `work_count`, `renewed_at` and `covers`. A rule that no longer can be read shows none.
    """
    found: list[Any] = []
    for collection in Collection.objects.exclude(kind=Kind.SERIES).order_by("-created_at"):
        works = preview_of(collection, most=covers)
        if works:
            row: Any = collection
            row.covers, row.work_count = works, count_of(collection)
            row.renewed_at = max(work.published_at for work in works)
            found.append(row)
    return found


def count_of(collection: Collection) -> int:
    """Return how many works on sale a collection has now; 0 where its rule cannot be read."""
    try:
        return int(works_of(collection).count())
    except InvalidInput:
        return 0


def preview_of(collection: Collection, most: int = 8) -> list[Artwork]:
    """Return the first works of a collection; none where its rule cannot be read."""
    try:
        return list(works_of(collection)[:most])
    except InvalidInput:
        return []
