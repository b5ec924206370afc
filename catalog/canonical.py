"""Which address of a listing is the one that search engines should know.

In the language of the page. One facet alone has a page of its own (`/browse/waves/`,
`/browse/colour/teal/`, `/browse/category/landscape/`, `/collections/quiet-rooms/`), which is its
canonical address. Words and combinations are a buyer's own affair: they are not indexed, and their
links are followed. A parameter that is not in `Listing.query` (campaigns, page marks) is never part
of an address.
"""

from dataclasses import dataclass

from django.urls import reverse

from catalog.listing import Listing

ROOT = "catalog:browse"
LANDINGS = {
    "style": "catalog:browse_style",
    "color": "catalog:browse_color",
    "category": "catalog:browse_category",
    "collection": "catalog:collection",
}
"""Facet → route of the page of one of its values."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """The address of a listing, without host.

    Attributes:
        path: with its query, sorted.
        indexable: whether it should be in an index.
    """

    path: str
    indexable: bool


def canonical_of(listing: Listing) -> Canonical:
    """Return the canonical address of what a listing shows; the order of its works is no matter."""
    query = listing.query(sort=listing.default_sort)
    if not query:
        return Canonical(reverse(ROOT), indexable=True)
    if not listing.asks and len(listing.filters) == 1:
        ((facet, values),) = listing.filters.items()
        if facet in LANDINGS and len(values) == 1:
            return Canonical(landing_path(facet, values[0]), indexable=True)
    return Canonical(f"{reverse(ROOT)}?{query}", indexable=False)


def landing_path(facet: str, value: str) -> str:
    """Return the address of the page of one value of a facet in `LANDINGS`."""
    return reverse(LANDINGS[facet], args=[value])
