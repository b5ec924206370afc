"""What is written for machines: robots.txt, sitemaps, llms.txt, and a work as Markdown."""

import re

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from catalog import queries, sitemaps
from catalog.images import picture_of
from catalog.landing import style_landings
from catalog.models import Artwork, Licence
from catalog.services.pricing import offers
from genart.lib.languages import languages, path_in

PRIVATE = (
    "accounts", "admin", "cart", "checkout", "credits", "d", "library", "lightbox", "orders", "pay",
    "review", "saved", "searches", "studio",
)  # fmt: skip
SHARD = re.compile(r"works(?:-([0-9a-f]{1,3}))?")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Tell crawlers what is worth their time; previews may be fetched and shown at any size."""
    lines = [
        "User-agent: *",
        *(f"Disallow: {path_in(code, f'/{name}/')}" for code in languages() for name in PRIVATE),
        "Allow: /media/",
        "",
        f"Sitemap: {settings.SITE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """List the sitemaps."""
    return _as_xml(HttpResponse(sitemaps.sitemap_index()))


@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponseBase:
    """Show one sitemap."""
    shard = SHARD.fullmatch(section)
    if section == "pages":
        entries = sitemaps.pages()
    elif section == "collections":
        entries = sitemaps.collections()
    elif shard:
        entries = sitemaps.works_of(shard[1] or "")
    else:
        raise Http404("There is no such sitemap.")
    return _as_xml(HttpResponse("".join(sitemaps.as_xml(entries))))


def _as_xml(response: HttpResponse) -> HttpResponse:
    response["Content-Type"] = "application/xml; charset=utf-8"
    response["Cache-Control"] = "public, max-age=60"
    response["X-Robots-Tag"] = "noindex, noodp, noarchive"
    return response


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """Show what the shop is, as the llms.txt convention asks: title, summary, lists of links."""
    context = {
        "styles": style_landings()[:60],
        "licences": Licence.objects.filter(is_active=True),
        "works": list(queries.on_sale().order_by("-published_at", "-pk")[:12]),
    }
    return render(request, "catalog/llms.txt", context, content_type="text/plain; charset=utf-8")


@require_safe
def markdown(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a work as Markdown: the same facts as its page, for readers that take no pictures."""
    works = Artwork.objects.select_related("collection", "render__checkpoint")
    work = get_object_or_404(works, slug=slug, withdrawn_at=None)
    picture = picture_of(work)
    context = {
        "work": work,
        "offers": offers(work),
        "picture_address": picture.absolute(picture.largest),
    }
    answer = render(
        request, "catalog/artwork.md", context, content_type="text/markdown; charset=utf-8"
    )
    answer["Link"] = f'<{settings.SITE_URL}{work.get_absolute_url()}>; rel="canonical"'
    answer["X-Robots-Tag"] = "noindex"  # a twin, found from the page
    return answer
