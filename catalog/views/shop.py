"""What everybody may look at: home, a work, licences. Listings are in `browse.py`."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog import queries, structured
from catalog.color_words import FACETS, facet_of, rich_name
from catalog.models import Artwork, Licence
from catalog.services import record_view


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first wall."""
    hero = queries.hero_works(4)
    newest = list(queries.on_sale()[:8])
    context = {
        "hero": hero,
        "newest": newest,
        "collections": queries.collections_with_covers(limit=3),
        "colors": FACETS,
        "prices": queries.prices_from(),
        "total": queries.on_sale().count(),
    }
    return render(request, "catalog/home.html", context)


@require_safe
def artwork(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one work with its licences, its story and its neighbours."""
    works = Artwork.objects.select_related("collection", "render__checkpoint", "render__job")
    work = get_object_or_404(works, slug=slug)
    if work.withdrawn_at is not None:
        context = {"work": work, "similar": queries.similar_works(work, 4)}
        return render(request, "catalog/withdrawn.html", context, status=410)
    record_view(artwork_id=work.pk)
    return render(request, "catalog/artwork.html", artwork_context(request, work))


def artwork_context(request: HttpRequest, work: Artwork) -> dict[str, Any]:
    """Return what the page of a work shows."""
    licences = queries.priced_licences(work.tier)
    return {
        "work": work,
        "licences": licences,
        "owned": queries.owned_licences(request.user, work),
        "colors": [
            {"hex": hex_color, "name": rich_name(hex_color), "facet": facet_of(hex_color),
             "share": share}
            for hex_color, share in work.colors[:6]
        ],
        "judge": judged_by(work.decided_by),
        "similar": queries.similar_works(work, 4),
        "series": queries.from_collection(work, 4),
        "prices": queries.prices_from(),
        "json_ld": structured.artwork_graph(work, licences),
        "canonical": settings.SITE_URL + work.get_absolute_url(),
    }  # fmt: skip


def judged_by(decided_by: str) -> str:
    """Say who let a work in, without naming a person."""
    kind, _colon, name = decided_by.partition(":")
    if kind == "gate":
        rule, _at, version = name.partition("@")
        return f"The gate {rule}, version {version}" if version else f"The gate {rule}"
    return "A curator, by eye"


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    """Compare the licences on sale."""
    found = list(Licence.objects.filter(is_active=True).prefetch_related("prices"))
    return render(request, "catalog/licences.html", {"licences": found})


@require_safe
def licence(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the full terms of one licence; a version may be asked for, as receipts do."""
    terms = Licence.objects.filter(slug=slug)
    version = request.GET.get("version", "")
    if version.isdigit() and len(version) < 6:
        found = get_object_or_404(terms, version=int(version))
    else:
        found = get_object_or_404(terms, is_active=True)
    return render(request, "catalog/licence.html", {"licence": found})
