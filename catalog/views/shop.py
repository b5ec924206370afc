"""What everybody may look at: home, a work, licences. Listings are in `browse.py`."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalog import front, queries, structured
from catalog.canonical import landing_path
from catalog.color_words import FACETS, facet_of, rich_name
from catalog.demand.noting import Signal, noted, search_mark, shown
from catalog.images import picture_of
from catalog.landing import style_landings
from catalog.lightbox_session import kept_works
from catalog.models import Artwork, Licence, PageKind, SignalKind, TextRevision
from catalog.provenance.panel import panel_of
from catalog.search_notes import note_click, search_before
from catalog.services import offers, record_view
from catalog.services.pricing import Offer
from catalog.shop_words import color_word
from catalog.sitemaps import language_paths, others
from catalog.standing import Made, standing
from genart.lib.languages import ENGLISH, language_now, plain_path

USES = (
    (_("My own wall, a screen or a gift"), "personal"),
    (_("A website, an app, advertising or work for a client"), "commercial"),
    (_("Prints, textiles or other goods that I sell"), "extended"),
    (_("Nobody else may have it from now on"), "exclusive"),
)
"""What people mean to do with a picture → slug of the smallest licence that lets them."""


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the first wall."""
    return noted(request, *standing(request, lambda: _wall(request)))


def _wall(request: HttpRequest) -> Made:
    """Return the first wall, and what it shows."""
    total = front.works_on_sale()
    hero = front.hero_works(4, total=total)
    newest = list(queries.on_sale()[:8])
    context = {
        "hero": hero,
        "lead": picture_of(hero[0]) if hero else None,
        "newest": newest,
        "collections": front.collections(3, total=total),
        "colors": [
            (color_word(name), hex_, landing_path("color", name)) for name, hex_ in FACETS.items()
        ],
        "styles": style_landings()[:24],
        "prices": queries.prices_from(),
        "total": total,
        "json_ld": structured.home_graph(),
    }
    response = render(request, "catalog/home.html", context)
    return response, shown(PageKind.HOME, dict.fromkeys([*hero, *newest]))


@require_safe
def artwork(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one work with its licences, its story and its neighbours."""
    works = Artwork.objects.select_related("collection", "render__checkpoint", "render__job")
    work = get_object_or_404(works, slug=slug)
    if work.withdrawn_at is not None:
        return _withdrawn(request, work)
    texts = texts_of(work)
    record_view(artwork_id=work.pk)
    note_click(request, work.pk)

    def make() -> Made:
        context = artwork_context(request, work)
        response = render(request, "catalog/artwork.html", context | _spoken(work, texts))
        return response, shown(PageKind.SIMILAR, [*context["series"], *context["similar"]])

    response, beside = standing(request, make)
    return noted(request, response, [*_signals(request, work), *beside])


def _signals(request: HttpRequest, work: Artwork) -> list[Signal]:
    """Return what a visit of a work's page says of the work: it was opened, and from where."""
    signals = [Signal(SignalKind.VIEW, PageKind.ARTWORK, work.pk)]
    came_from = search_before(request)
    if came_from is not None:
        mark = search_mark(came_from.q)
        signals.append(Signal(SignalKind.CLICK, PageKind.SEARCH, work.pk, search=mark))
    return signals


def _withdrawn(request: HttpRequest, work: Artwork) -> HttpResponse:
    """Say that a work is gone for good, and why as far as it concerns a visitor."""
    context = {
        "work": work,
        "sold": work.withdrawn_by == Artwork.Withdrawer.BUYER,
        "similar": queries.similar_works(work, 4),
        "prices": queries.prices_from(),
    }
    return render(request, "catalog/withdrawn.html", context, status=410)


def artwork_context(request: HttpRequest, work: Artwork) -> dict[str, Any]:
    """Return what the page of a work shows, its own texts in English."""
    sold_under = offers(work)
    series = queries.from_collection(work, 4)
    near = [other for other in queries.similar_works(work, 8) if other not in series]
    picture = picture_of(work)
    return {
        "work": work,
        "texts": work,
        "spoken": ENGLISH,
        "picture": picture,
        "largest": picture.absolute(picture.largest),
        "offers": sold_under,
        "uses": uses_of(sold_under),
        "owned": queries.owned_licences(request.user, work),
        "colors": [
            {"hex": hex_color, "name": color_word(rich_name(hex_color)), "share": share,
             "path": landing_path("color", facet_of(hex_color))}
            for hex_color, share in work.colors[:6]
        ],
        "similar": near[:4],
        "series": series,
        "prices": queries.prices_from(),
        "style_path": landing_path("style", work.style_slug),
        "json_ld": structured.artwork_graph(work, sold_under),
        "canonical": settings.SITE_URL + work.get_absolute_url(),
        "proof": panel_of(work),
        "in_lightbox": work.pk in kept_works(request, [work]),
        "contact": settings.SHOP_EMAIL,
    }  # fmt: skip


def texts_of(work: Artwork) -> dict[str, TextRevision]:
    """Return the live texts of a work in the languages that its page can be had in."""
    live = work.texts.filter(state=TextRevision.State.LIVE, language__in=others())
    return {text.language: text for text in live}


def _spoken(work: Artwork, texts: dict[str, TextRevision]) -> dict[str, Any]:
    """Return what changes with the language of the page, and where the work is in others.

    A work that is not translated yet is shown in English within a page of another language, and
    search engines are told of the English page alone: it may be translated tomorrow.
    """
    language = language_now()
    paths = language_paths(work.slug, texts) if texts else {}
    spoken: dict[str, Any] = {
        "languages": {key: settings.SITE_URL + path for key, path in paths.items()},
    }
    if language == ENGLISH:
        return spoken
    if language not in texts:
        english = plain_path(work.get_absolute_url())
        return spoken | {"languages": {}, "canonical": settings.SITE_URL + english}
    page = settings.SITE_URL + paths[language]
    graph = structured.artwork_graph(work, offers(work), texts=texts[language], page=page)
    return spoken | {
        "texts": texts[language],
        "spoken": language,
        "canonical": page,
        "json_ld": graph,
    }


def uses_of(sold_under: list[Offer]) -> list[tuple[str, Licence]]:
    """Return what people mean to do, each with the licence on sale that they need for it."""
    licences = {offer.licence.slug: offer.licence for offer in sold_under}
    return [(str(use), licences[slug]) for use, slug in USES if slug in licences]


@require_safe
def licences(request: HttpRequest) -> HttpResponse:
    """Compare the licences on sale, and say which one is needed for what."""
    found = list(Licence.objects.filter(is_active=True).prefetch_related("prices"))
    by_slug = {licence.slug: licence for licence in found}
    context = {
        "licences": found,
        "uses": [(use, by_slug[slug]) for use, slug in USES if slug in by_slug],
    }
    return render(request, "catalog/licences.html", context)


@require_safe
def licence(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the full terms of one licence; a version may be asked for, as receipts do."""
    terms = Licence.objects.filter(slug=slug)
    version = request.GET.get("version", "")
    if version.isdigit() and len(version) < 6:
        found = get_object_or_404(terms, version=int(version))
    else:
        found = get_object_or_404(terms, is_active=True)
    others = terms.exclude(pk=found.pk).order_by("-version")
    return render(request, "catalog/licence.html", {"licence": found, "versions": others})
