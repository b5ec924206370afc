"""Listings: browse, search, one collection, all collections."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from catalog import queries, structured
from catalog.canonical import canonical_of, root
from catalog.collected import shelf_of
from catalog.demand.noting import Signal, noted, place_of, search_mark, shown
from catalog.facet_links import chosen_links, facet_links, relaxed_links
from catalog.lightbox_session import kept_works
from catalog.listing import PAGE_SIZE, Listing, parse_listing
from catalog.models import Artwork, Collection, PageKind, SignalKind
from catalog.search_notes import note_afterwards
from catalog.standing import Made, standing


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show the works that match, with facets; htmx gets the listing, or only what follows."""
    listing = parse_listing(request.GET)
    return show_listing(request, listing, "catalog/browse.html", {"heading": gettext("All works")})


@require_safe
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one collection: a series, one by rule, or one picked by hand."""
    found = get_object_or_404(Collection, slug=slug)
    shelf = shelf_of(found, parse_listing({**request.GET.dict(), "q": ""}))
    extra = {"collection": found}
    return show_listing(request, shelf.listing, "catalog/collection.html", extra, shelf)


def show_listing(
    request: HttpRequest,
    listing: Listing,
    template: str,
    extra: dict[str, Any],
    shelf: queries.Shelf | None = None,
) -> HttpResponse:
    """Answer a listing: as a page, as its changing part, or as the works that follow."""

    def make() -> Made:
        return make_listing(request, listing, template, extra, shelf or queries.Shelf(listing))

    return noted(request, *(make() if listing.asks else standing(request, make)))


def make_listing(
    request: HttpRequest,
    listing: Listing,
    template: str,
    extra: dict[str, Any],
    shelf: queries.Shelf,
) -> Made:
    """Return a listing as it is asked for, and what it shows."""
    after = request.GET.get("after", "")
    target = changing_part(request)
    more = target == "more"
    page = shelf.page(after=after) if more or not after else shelf.until(after=after)
    context = extra | {
        "listing": listing,
        "page": page,
        "search": shelf.search,
        "prices": queries.prices_from(),
        "more_query": listing.query(),
        "kept": kept_works(request, page.items),
    }
    start = first_place(request, page, more=more)
    context["next_place"] = start + len(page.items)
    signals = shown(page_kind(listing, extra), page.items, start=start, search=listing.q)
    if more:
        return varied(render(request, "catalog/browse.html#more", context)), signals
    context |= addressed(request, listing, context)
    context["facets"] = facet_links(listing, shelf.facets())
    context["chosen"] = chosen_links(context["facets"])
    context["example"] = example_of(listing)
    context["bare_query"] = urlencode(listing.asks)
    context["currency"] = settings.CURRENCY
    if not page.items:
        context |= helped(shelf)
    context["swapped"] = target == "listing"
    suffix = "#listing" if target == "listing" else ""
    response = varied(render(request, template + suffix, context))
    if listing.asks and not after:
        note_afterwards(request, response, shelf)
        kind = SignalKind.SEARCH if page.total else SignalKind.EMPTY
        signals.append(Signal(kind, PageKind.SEARCH, search=search_mark(listing.q)))
    nearest = context.get("nearest", [])
    return response, signals + shown(PageKind.SIMILAR, nearest)


def page_kind(listing: Listing, extra: dict[str, Any]) -> PageKind:
    """Return what kind of page shows a listing."""
    if "collection" in extra:
        return PageKind.COLLECTION
    if listing.q:
        return PageKind.SEARCH
    if listing.asks:
        return PageKind.SIMILAR
    return PageKind.LANDING if "landing" in extra else PageKind.BROWSE


def first_place(request: HttpRequest, page: queries.Page, *, more: bool) -> int:
    """Return the place of a page's first work in its listing, as "load more" tells it."""
    told = place_of(request.GET.get("from", ""))
    return told if more or len(page.items) <= PAGE_SIZE else 0


def example_of(listing: Listing) -> Artwork | None:
    """Return the work whose likes are shown, if it is on sale."""
    return queries.on_sale().filter(pk=listing.like).first() if listing.like else None


def helped(shelf: queries.Shelf) -> dict[str, Any]:
    """Return what a page without works offers instead: the nearest, and fewer filters."""
    listing = shelf.listing
    chosen = " ".join(value for values in listing.filters.values() for value in values)
    return {
        "nearest": queries.nearest_works(listing.q or chosen),
        "relaxed": relaxed_links(listing, shelf.tally.total_without),
    }


def addressed(request: HttpRequest, listing: Listing, shown: dict[str, Any]) -> dict[str, Any]:
    """Return what search engines are told of a listing, and where its filters lead."""
    known = canonical_of(listing)
    landing, page, series = shown.get("landing"), shown["page"], shown.get("collection")
    text = landing.text if landing else series.description if series else ""
    name = landing.name if landing else series.title if series else gettext("All works")
    address = settings.SITE_URL + known.path
    indexable = known.indexable and bool(page.items) and "after" not in request.GET
    graph = {"name": name, "text": text, "page": address, "works": page.items[:24]}
    return {
        "canonical": address,
        "indexable": indexable,
        "intro": text,
        # The page of one style, colour or category has one filter only: more of them lead on.
        "listing_path": root() if landing else request.path,
        "json_ld": structured.listing_graph(**graph, total=page.total) if indexable else "",
    }


def changing_part(request: HttpRequest) -> str:
    """Return the id of what htmx will replace; empty for a whole page, as after Back."""
    htmx: Any = getattr(request, "htmx", None)
    return (htmx.target or "") if htmx and not htmx.history_restore_request else ""


def varied(response: HttpResponse) -> HttpResponse:
    """Keep caches from giving a part of a page to somebody who asked for the whole, as on Back."""
    patch_vary_headers(response, ["HX-Request", "HX-Target", "HX-History-Restore-Request"])
    return response


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    """Show all series that have works on sale."""
    context = {"collections": queries.collections_with_covers()}
    return render(request, "catalog/collections.html", context)
