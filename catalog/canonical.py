"""Which address of a listing is the one that search engines should know.

In the language of the page. One facet alone has a page of its own (`/browse/waves/`,
`/browse/colour/teal/`, `/browse/category/landscape/`, `/collections/quiet-rooms/`), which is its
canonical address. Words and combinations are a buyer's own affair: they are not indexed, and their
links are followed. A parameter that is not in `Listing.query` (campaigns, page marks) is never part
of an address.
"""

from dataclasses import dataclass
from urllib.parse import quote

from catalog.listing import Listing
from genart.lib.languages import language_now, path_in

ROOT = "/browse/"
LANDINGS = {
    "style": "/browse/{}/",
    "color": "/browse/colour/{}/",
    "category": "/browse/category/{}/",
    "collection": "/collections/{}/",
}
"""Facet → English address of the page of one of its values."""


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
        return Canonical(root(), indexable=True)
    if not listing.asks and len(listing.filters) == 1:
        ((facet, values),) = listing.filters.items()
        if facet in LANDINGS and len(values) == 1:
            return Canonical(landing_path(facet, values[0]), indexable=True)
    return Canonical(f"{root()}?{query}", indexable=False)


def root() -> str:
    """Return the address of all works."""
    return path_in(language_now(), ROOT)


def landing_path(facet: str, value: str) -> str:
    """Return the address of the page of one value of a facet in `LANDINGS`."""
    english = LANDINGS[facet].format(quote(value, safe=""))  # a value may be anything
    return path_in(language_now(), english)
