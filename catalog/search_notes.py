"""Notes what visitors look for, and what they open of it; no answer waits for a note.

Who asked is kept as a hash of the day (`demand/visitors.py`). Programs that say so are left out.
"""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from catalog.demand.visitors import is_program, visitor_of
from catalog.listing import Listing, parse_listing
from catalog.services.searches import record_click, record_search
from catalog.shelf import Shelf
from genart.lib.languages import plain_path


def note_afterwards(request: HttpRequest, response: HttpResponse, shelf: Shelf) -> None:
    """Record a search when its answer has been sent."""
    if is_program(request):
        return
    listing, found = shelf.listing, shelf.total()
    mended = shelf.search.mended if shelf.search else ""
    visitor = visitor_of(request)

    def write() -> None:
        record_search(listing=listing, found=found, mended=mended, visitor=visitor)

    response._resource_closers.append(write)  # type: ignore[attr-defined]


def note_click(request: HttpRequest, artwork_id: object) -> None:
    """Record that a work was opened from a search, as the address before it tells."""
    listing = search_before(request)
    if listing is not None and not is_program(request):
        record_click(listing=listing, artwork_id=artwork_id, visitor=visitor_of(request))


def search_before(request: HttpRequest) -> Listing | None:
    """Return the search that a visitor comes from, if he comes from one."""
    came_from = urlsplit(request.headers.get("Referer", ""))
    if plain_path(came_from.path) != plain_path(reverse("catalog:browse")) or not came_from.query:
        return None
    listing = searched(came_from.query)
    return listing if listing.asks else None


def searched(query: str) -> Listing:
    """Return the listing of a query string."""
    return parse_listing(QueryDict(query[:2000]))
