"""The public reading API of the shop; mounted at `/api/v1/` by `genart/api`. Needs no token.

The same listings as the pages: `catalog/listing.py` reads the parameters (here strictly),
`catalog/queries.py` asks the database.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from catalog import queries
from catalog.color_words import facet_of
from catalog.derivatives import DIGITAL_SOURCE_TYPE
from catalog.images import picture_of
from catalog.listing import MOST_PER_PAGE, PAGE_SIZE, QUERY_LIMIT, parse_listing
from catalog.models import Artwork
from catalog.schemas import ArtworkDetail, ArtworkPage
from genart.lib.errors import NotFound

router = Router(tags=["artworks"])


class ArtworksQuery(Schema):
    """What can be asked of the listing; every given filter must hold."""

    q: str = Field("", max_length=QUERY_LIMIT, description="Words or a meaning.")
    style: str = Field("", max_length=80, description="Style slug.")
    color: str = Field("", max_length=20, description="Plain colour word, for example teal.")
    orientation: str = Field("", max_length=20, description="square, portrait or landscape.")
    collection: str = Field("", max_length=80, description="Collection slug.")
    palette: str = Field("", max_length=80, description="Palette slug.")
    tier: str = Field("", max_length=20, description="commodity or premium.")
    sort: str = Field("", max_length=20, description="newest, popular or, with q, relevance.")
    after: str = Field("", max_length=300, description="`next` of the page before.")
    limit: int = Field(PAGE_SIZE, ge=1, le=MOST_PER_PAGE)


@router.get("/artworks", response=ArtworkPage, summary="Works on sale")
def list_artworks(request: HttpRequest, asked: Query[ArtworksQuery]) -> dict[str, Any]:
    """Return one page of the works on sale that match."""
    params = {name: str(value) for name, value in asked.dict().items()}
    shelf = queries.Shelf(parse_listing(params, strict=True))
    page = shelf.page(after=asked.after, limit=asked.limit)
    return {
        "items": [as_listed(work) for work in page.items],
        "next": page.next or None,
        "total": page.total,
    }


@router.get("/artworks/{artwork_id}", response=ArtworkDetail, summary="One work")
def get_artwork(request: HttpRequest, artwork_id: UUID) -> dict[str, Any]:
    """Return one work on sale with prices, files and provenance."""
    work = (
        queries.on_sale()
        .select_related("collection", "render__checkpoint")
        .filter(pk=artwork_id)
        .first()
    )
    if work is None:
        raise NotFound("There is no such work on sale.", where="artwork_id")
    return as_listed(work) | _detail(work)


def as_listed(work: Artwork) -> dict[str, Any]:
    """Return a work as the listing shows it."""
    picture = picture_of(work)
    fields = (
        "id", "slug", "title", "alt_text", "width_px", "height_px", "orientation", "color_names",
        "tags", "tier", "published_at", "style_name",
    )  # fmt: skip
    return {name: getattr(work, name) for name in fields} | {
        "url": settings.SITE_URL + work.get_absolute_url(),
        "image_url": picture.absolute(picture.largest),
        "thumbnail_url": picture.absolute(picture.smallest),
        "style": work.style_slug,
        "palette": work.palette_name,
        "colors": [
            {"hex": hex_color, "share": share, "name": facet_of(hex_color)}
            for hex_color, share in work.colors
        ],
        "collection": work.collection.slug if work.collection else None,
    }


def _detail(work: Artwork) -> dict[str, Any]:
    """Return what only the page of one work tells."""
    picture = picture_of(work)
    return {
        "description": work.description,
        "prices": [
            {
                "licence": licence.slug,
                "name": licence.name,
                "amount_cents": licence.amount_cents,  # type: ignore[attr-defined]
                "currency": settings.CURRENCY,
                "terms_url": settings.SITE_URL + licence.get_absolute_url(),
            }
            for licence in queries.priced_licences(work.tier)
        ],
        "image_urls": {
            kind: {width: picture.absolute(url) for width, url in urls.items()}
            for kind, urls in picture.urls.items()
        },
        "sha256": work.sha256,
        "file_bytes": work.file_bytes,
        "prompt": work.render.prompt,
        "seed": work.render.seed,
        "model": str(work.render.checkpoint),
        "decided_by": work.decided_by.partition(":")[0],
        "digital_source_type": DIGITAL_SOURCE_TYPE,
    }
