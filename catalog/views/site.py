"""Around the shop: the public files, the theme, who makes this, and the component gallery.

What is written for machines is in `machines.py`.
"""

import mimetypes
import re
from typing import Any

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import storages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from catalog import front, queries, structured
from catalog.queries import on_sale
from genart.lib.going_on import own_address
from generation.models import Checkpoint

YEAR_SECONDS = 31_536_000
ICONS = [
    "search", "cart", "user", "check", "cross", "arrow-right", "arrow-left", "arrow-up",
    "arrow-down", "chevron-down", "download", "upload", "filter", "sun", "moon", "plus", "minus",
    "info", "warning", "eye", "clock", "play", "stop", "refresh", "undo", "copy", "trash", "edit",
    "star", "palette", "frame", "shield", "receipt", "spark", "settings", "external", "link",
    "list", "grid", "help", "bolt", "key",
]  # fmt: skip
TOKENS = [
    "wall", "wall-raised", "wall-niche", "wall-sunk", "mat", "ink", "ink-soft", "ink-faint",
    "line", "line-strong", "dot", "good", "warn", "bad", "info", "focus",
]  # fmt: skip
PICTURE_TYPES = {"image/avif", "image/webp", "image/png", "image/jpeg"}
PUBLIC_NAME = re.compile(r"[a-z0-9][a-z0-9/._-]{0,199}", re.IGNORECASE)
mimetypes.add_type("image/avif", ".avif")
mimetypes.add_type("image/webp", ".webp")


@require_safe
def media(request: HttpRequest, name: str) -> HttpResponse:
    """Serve a public derivative of the local storage; its name holds a hash, so cache for ever."""
    kind, _encoding = mimetypes.guess_type(name)
    if kind not in PICTURE_TYPES or not PUBLIC_NAME.fullmatch(name):
        raise Http404("There is no such picture.")
    try:
        with storages["default"].open(name) as file:
            data = file.read()  # some ten kilobytes
    except (FileNotFoundError, IsADirectoryError, SuspiciousFileOperation, ValueError):
        raise Http404("There is no such picture.") from None
    response = HttpResponse(data, content_type=kind)
    response["Cache-Control"] = f"public, max-age={YEAR_SECONDS}, immutable"
    return response


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Switch between light and dark, for visitors without JavaScript."""
    back = own_address(request, request.META.get("HTTP_REFERER", "")) or "/"
    chosen = "light" if request.COOKIES.get("theme") == "dark" else "dark"
    response = redirect(back)
    response.set_cookie(
        "theme", chosen, max_age=YEAR_SECONDS, samesite="Lax", secure=request.is_secure()
    )
    return response


@require_safe
def creator(request: HttpRequest) -> HttpResponse:
    """Say who makes the pictures, with which models, and under which statement of their data."""
    makers = Checkpoint.objects.filter(
        pk__in=on_sale().order_by().values_list("render__checkpoint", flat=True).distinct()
    )
    context = {
        "makers": list(makers.order_by("name")),
        "json_ld": structured.creator_graph(),
        "shown": front.hero_works(4, total=front.works_on_sale()),
    }
    return render(request, "catalog/creator.html", context)


@require_safe
def ui_gallery(request: HttpRequest) -> HttpResponse:
    """Show every component, in development only."""
    if not (settings.DEBUG or settings.DEVELOPMENT):
        raise Http404("The gallery is open in development only.")
    context: dict[str, Any] = {
        "works": list(queries.on_sale()[:4]),
        "prices": queries.prices_from(),
        "icons": ICONS,
        "tokens": TOKENS,
    }
    return render(request, "catalog/ui.html", context)
