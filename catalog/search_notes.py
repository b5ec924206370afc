"""Notes what visitors look for, and what they open of it; no answer waits for a note.

Who asked is kept as a keyed hash of address, browser and day: it tells two visitors of one day
apart and nothing else, and tomorrow not even that. Programs that say so are left out.
"""

import hashlib
import hmac
import re
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils import timezone

from catalog.listing import Listing, parse_listing
from catalog.services.searches import record_click, record_search
from catalog.shelf import Shelf

BOTS = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|lighthouse|python|curl|wget|libwww|java/|go-http",
    re.IGNORECASE,
)


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
    came_from = urlsplit(request.headers.get("Referer", ""))
    if came_from.path != reverse("catalog:browse") or not came_from.query or is_program(request):
        return
    listing = searched(came_from.query)
    if listing.asks:
        record_click(listing=listing, artwork_id=artwork_id, visitor=visitor_of(request))


def searched(query: str) -> Listing:
    """Return the listing of a query string."""
    return parse_listing(QueryDict(query[:2000]))


def is_program(request: HttpRequest) -> bool:
    """Tell whether a request says that it is not a person's, or says nothing of itself."""
    agent = request.headers.get("User-Agent", "")
    return not agent or bool(BOTS.search(agent))


def visitor_of(request: HttpRequest) -> str:
    """Return the keyed hash of a visitor and the day."""
    parts = [
        timezone.now().date().isoformat(),
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("User-Agent", ""),
    ]
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:32]
