"""The page for an address that leads nowhere: it looks for what was meant.

Redirects that an admin wrote are asked first. Then the words of the address: the nearest works, as
for a search that found nothing. Crawlers of other people's shops ask for much that never was, so
words are looked for only under addresses that we use.
"""

import logging
import re
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, HttpResponseGone, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from catalog import front, queries
from catalog.models import Artwork, Redirect
from genart.lib.languages import language_of, path_in, plain_path

OURS = ("/art/", "/browse/", "/collections/", "/licences/")
NOT_PAGES = ("/api/", "/media/", "/static/", "/feeds/")
log = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer 404 with help, or lead to where the page went."""
    if request.path.startswith(NOT_PAGES):
        return HttpResponse("Not found.\n", status=404, content_type="text/plain; charset=utf-8")
    try:
        moved = _moved(request)
        return moved or _helped(request)
    except DatabaseError:
        log.exception("The database does not answer a page that was not found.")
        return render(request, "404.html", status=404)


def _moved(request: HttpRequest) -> HttpResponse | None:
    """Return the way to the new address of a page; 410 for one that is gone for good."""
    language, path = language_of(request.path), plain_path(request.path)
    other = path.rstrip("/") if path.endswith("/") else f"{path}/"
    found = Redirect.objects.filter(old_path__in=[path[:300], other[:300]]).first()
    if found is None:
        return None
    if not found.new_path:
        return HttpResponseGone(_helped(request).content)
    return HttpResponsePermanentRedirect(path_in(language, found.new_path))


def _helped(request: HttpRequest) -> HttpResponse:
    """Return the page with what may have been meant."""
    words = words_of(plain_path(request.path))
    works = meant_by(words) if words else []
    context: dict[str, Any] = {
        "words": words,
        "nearest": works,
        "popular": [] if works else front.hero_works(4, total=front.works_on_sale()),
        "prices": queries.prices_from(),
    }
    response = render(request, "404.html", context, status=404)
    add_never_cache_headers(response)
    return response


def meant_by(words: str, limit: int = 4) -> list[Artwork]:
    """Return the works whose titles are written most like some words, then the nearest ones."""
    alike = (
        queries.on_sale()
        .filter(title__trigram_similar=words)
        .annotate(likeness=TrigramSimilarity("title", words))
        .order_by("-likeness", "-pk")
    )
    found = list(alike[:limit])
    near = queries.nearest_works(words, limit) if len(found) < limit else []
    return [*found, *(work for work in near if work not in found)][:limit]


def words_of(path: str) -> str:
    """Return the words in an address of ours: `/art/quiet-arches-2/` → `quiet arches`."""
    if not path.startswith(OURS):
        return ""
    last = path.rstrip("/").rpartition("/")[2]
    return " ".join(re.findall(r"[^\W\d_]{2,}", last))[:80]
