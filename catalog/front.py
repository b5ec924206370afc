"""What the first page shows.

In a small shop it is asked each time, so that the page fills as one watches. In a large one the
best works and the collections, which take a walk over all works, are remembered for a minute.
"""

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache

from catalog import queries
from catalog.listing import Listing
from catalog.models import Artwork, Collection

LARGE, SECONDS = 5_000, 60
Found = TypeVar("Found")


def works_on_sale() -> int:
    """Return how many works are on sale."""
    return queries.Shelf(Listing()).total()


def hero_works(limit: int, *, total: int) -> list[Artwork]:
    """Return the works of the first wall; what was withdrawn meanwhile is left out."""
    if total < LARGE:
        return queries.hero_works(limit)
    keys = _remembered(f"front:hero:{limit}", lambda: [one.pk for one in queries.hero_works(limit)])
    found = queries.on_sale().in_bulk(keys)
    return [found[key] for key in keys if key in found]


def collections(limit: int, *, total: int) -> list[Collection]:
    """Return the collections of the first page, with their covers."""
    if total < LARGE:
        return queries.collections_with_covers(limit=limit)
    return _remembered(
        f"front:collections:{limit}", lambda: queries.collections_with_covers(limit=limit)
    )


def _remembered(key: str, find: Callable[[], Found]) -> Found:
    found: Found | None = cache.get(key)
    if found is None:
        found = find()
        cache.set(key, found, SECONDS)
    return found
