"""Shared lightboxes for programs: who has the secret may read. They are filled on the pages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from ninja import Router

from catalog.api.works import as_listed
from catalog.queries import on_sale
from catalog.schemas import LightboxOut
from catalog.services.lightboxes import shared_lightbox
from genart.lib.errors import NotFound

router = Router(tags=["artworks"])


@router.get("/lightboxes/{secret}", response=LightboxOut, summary="A shared lightbox")
def get_lightbox(request: HttpRequest, secret: str) -> dict[str, Any]:
    """Return the works on sale of a lightbox, in its order, while it is shared."""
    box = shared_lightbox(secret[:40])
    if box is None:
        raise NotFound("There is no such lightbox, or it is no longer shared.", where="secret")
    works = on_sale().filter(kept_in__lightbox=box).select_related("collection")
    return {
        "title": box.title,
        "note": box.note,
        "url": settings.SITE_URL + reverse("catalog:lightbox_shared", args=[box.secret]),
        "works": [as_listed(work) for work in works.order_by("kept_in__position")],
    }
