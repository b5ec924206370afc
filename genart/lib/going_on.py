"""Where a visitor goes on to, when he says so himself: to our own pages only."""

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_address(request: HttpRequest, wanted: str) -> str:
    """Return an address that a visitor named, if it is one of this site; else an empty text.

    A bare word is none: Django's `redirect` would take it for the name of a route, and fail.
    """
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure())
    return wanted if ours and (wanted.startswith("/") or "://" in wanted) else ""
