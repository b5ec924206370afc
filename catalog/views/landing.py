"""Browse pages with an address of their own: one style, one colour, one category.

The listing is that of `browse.py` with the filter set; filters that are added lead back to
`/browse/`, where combinations live.
"""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from catalog.landing import Landing, category_landing, color_landing, style_landing
from catalog.listing import parse_listing
from catalog.views.browse import show_listing


@require_safe
def style(request: HttpRequest, value: str) -> HttpResponse:
    """Show the works of one style."""
    return _show(request, style_landing(value))


@require_safe
def color(request: HttpRequest, value: str) -> HttpResponse:
    """Show the works in which one colour takes a good part."""
    return _show(request, color_landing(value))


@require_safe
def category(request: HttpRequest, value: str) -> HttpResponse:
    """Show the works of one category."""
    return _show(request, category_landing(value))


def _show(request: HttpRequest, page: Landing | None) -> HttpResponse:
    if page is None:
        raise Http404("There is no such page.")
    params = {**request.GET.dict(), page.facet: page.value}
    extra = {"heading": page.name, "landing": page}
    return show_listing(request, parse_listing(params), "catalog/browse.html", extra)
