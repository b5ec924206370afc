"""A comp: the preview as a file, to try a work in a layout before it is licensed."""

from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from catalog.demand.noting import Signal, noted
from catalog.models import Artwork, PageKind, SignalKind


@require_safe
def comp(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the largest preview of a work on sale, with its AI mark inside, as a download."""
    work = get_object_or_404(Artwork, slug=slug, withdrawn_at=None)
    names = work.derivatives.get("webp", {})
    if not names:
        raise Http404("There is no preview of this work.")
    try:
        with storages["default"].open(names[max(names, key=int)]) as file:
            data = file.read()  # some hundred kilobytes
    except FileNotFoundError:
        raise Http404("There is no preview of this work.") from None
    response = HttpResponse(data, content_type="image/webp")
    response["Content-Disposition"] = f'attachment; filename="comp-{work.slug}.webp"'
    response["X-Robots-Tag"] = "noindex"
    return noted(request, response, [Signal(SignalKind.COMP, PageKind.ARTWORK, work.pk)])
