"""Listings: browse, search, one collection, all collections."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from catalog import queries, structured
from catalog.canonical import ROOT, canonical_of
from catalog.color_words import FACETS
from catalog.listing import FACET_FIELDS, Listing, parse_listing
from catalog.models import Collection

FACET_LABELS = {
    "style": "Style",
    "color": "Colour",
    "orientation": "Orientation",
    "collection": "Collection",
    "palette": "Palette",
    "tier": "Edition",
}
TIER_LABELS = {"commodity": "Open edition", "premium": "Chosen by hand"}


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    """Show the works that match, with facets; htmx gets the listing, or only what follows."""
    listing = parse_listing(request.GET.dict())
    return show_listing(request, listing, "catalog/browse.html", {"heading": "All works"})


@require_safe
def collection(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one series."""
    found = get_object_or_404(Collection, slug=slug)
    listing = parse_listing({**request.GET.dict(), "collection": slug, "q": ""})
    return show_listing(request, listing, "catalog/collection.html", {"collection": found})


def show_listing(
    request: HttpRequest, listing: Listing, template: str, extra: dict[str, Any]
) -> HttpResponse:
    """Answer a listing: as a page, as its changing part, or as the works that follow."""
    shelf = queries.Shelf(listing)
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
    }
    if more:
        return varied(render(request, "catalog/browse.html#more", context))
    context |= addressed(request, listing, context)
    context["facets"] = _facets(shelf, listing)
    context["chosen"] = _chosen(context["facets"], listing)
    if not page.items:
        chosen = " ".join(value for values in listing.filters.values() for value in values)
        context["nearest"] = queries.nearest_works(listing.q or chosen)
    context["swapped"] = target == "listing"
    suffix = "#listing" if target == "listing" else ""
    return varied(render(request, template + suffix, context))


def addressed(request: HttpRequest, listing: Listing, shown: dict[str, Any]) -> dict[str, Any]:
    """Return what search engines are told of a listing, and where its filters lead."""
    known = canonical_of(listing)
    landing, page, series = shown.get("landing"), shown["page"], shown.get("collection")
    text = landing.text if landing else series.description if series else ""
    name = landing.name if landing else series.title if series else "All works"
    address = settings.SITE_URL + known.path
    indexable = known.indexable and bool(page.items) and "after" not in request.GET
    graph = {"name": name, "text": text, "page": address, "works": page.items[:24]}
    return {
        "canonical": address,
        "indexable": indexable,
        "intro": text,
        # The page of one style, colour or category has one filter only: more of them lead on.
        "listing_path": ROOT if landing else request.path,
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


def _facets(shelf: queries.Shelf, listing: Listing) -> list[dict[str, Any]]:
    """Return the facets as the page shows them: each choice a link that sets or clears it."""
    shown = []
    for name, choices in shelf.facets().items():
        chosen = getattr(listing, name)
        values = [
            {
                "value": choice.value,
                "label": TIER_LABELS.get(choice.label.lower(), choice.label),
                "count": choice.count,
                "chosen": choice.value == chosen,
                "hex": FACETS.get(choice.value, "") if name == "color" else "",
                "query": listing.query(**{name: "" if choice.value == chosen else choice.value}),
            }
            for choice in choices
        ]
        if len(values) > 1 or chosen:
            shown.append({"name": name, "label": FACET_LABELS[name], "choices": values})
    return shown


def _chosen(facets: list[dict[str, Any]], listing: Listing) -> list[dict[str, str]]:
    """Return the filters that are on, each with the address without it."""
    labels = {
        facet["name"]: next((c["label"] for c in facet["choices"] if c["chosen"]), "")
        for facet in facets
    }
    return [
        {
            "label": labels.get(name) or value.replace("-", " ").capitalize(),
            "query": listing.query(**{name: ""}),
        }
        for name, value in listing.filters.items()
        if name in FACET_FIELDS
    ]


@require_safe
def collections(request: HttpRequest) -> HttpResponse:
    """Show all series that have works on sale."""
    context = {"collections": queries.collections_with_covers()}
    return render(request, "catalog/collections.html", context)
