"""The public reading API of the shop; mounted at `/api/v1/` by `genart/api`. Needs no token.

The same listings as the pages: `catalog/listing.py` reads the parameters (here strictly),
`catalog/queries.py` asks the database.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import File, Query, Router, Schema, UploadedFile
from pydantic import Field

from catalog import queries
from catalog.color_words import facet_of
from catalog.derivatives import DIGITAL_SOURCE_TYPE
from catalog.images import picture_of
from catalog.languages import chosen_language, texts_of
from catalog.listing import (
    MOST_PER_PAGE,
    PAGE_SIZE,
    PICTURE_LIMIT,
    QUERY_LIMIT,
    SORTS,
    Listing,
    parse_listing,
)
from catalog.models import Artwork
from catalog.picture_query import NO_PICTURES, mark_of_upload
from catalog.price_bands import BANDS
from catalog.schemas import ArtworkDetail, ArtworkPage, FacetOut, PictureAnswer
from catalog.services import offers
from genart import flags
from genart.lib.errors import NotFound

router = Router(tags=["artworks"])


MANY = 500
"""Letters in one filter: up to twenty values, joined by commas."""


class Filters(Schema):
    """Filters of a listing: values joined by commas mean any of them, all filters must hold."""

    style: str = Field("", max_length=MANY, description="Style slugs.")
    color: str = Field("", max_length=MANY, description="Plain colour words, for example teal,red.")
    orientation: str = Field("", max_length=MANY, description="square, portrait, landscape.")
    size: str = Field("", max_length=MANY, description="small, medium, large.")
    price: str = Field("", max_length=MANY, description=f"Bands: {', '.join(BANDS)}.")
    fresh: str = Field("", max_length=MANY, description="today, week, month, year.")
    tier: str = Field("", max_length=MANY, description="commodity, premium.")
    licence: str = Field("", max_length=MANY, description="Licence slugs.")
    category: str = Field("", max_length=MANY, description="Category slugs.")
    collection: str = Field("", max_length=MANY, description="Collection slugs.")
    palette: str = Field("", max_length=MANY, description="Palette slugs.")


class ArtworksQuery(Filters):
    """What can be asked of the listing."""

    q: str = Field("", max_length=QUERY_LIMIT, description="Words or a meaning.")
    like: str = Field("", max_length=40, description="Id of a work whose likes are wanted.")
    picture: str = Field(
        "", max_length=PICTURE_LIMIT, description="`picture` of POST /artworks/search-by-picture."
    )
    sort: str = Field("", max_length=20, description=f"{', '.join(SORTS)}.")
    after: str = Field("", max_length=300, description="`next` of the page before.")
    limit: int = Field(PAGE_SIZE, ge=1, le=MOST_PER_PAGE)


@router.get("/artworks", response=ArtworkPage, summary="Works on sale")
def list_artworks(request: HttpRequest, asked: Query[ArtworksQuery]) -> dict[str, Any]:
    """Return one page of the works on sale that match."""
    return _page(asked)


@router.get("/artworks/facets", response=dict[str, list[FacetOut]], summary="Facets of a listing")
def list_facets(request: HttpRequest, asked: Query[ArtworksQuery]) -> dict[str, Any]:
    """Return for each facet its values and how many works each leaves under the other filters."""
    shelf = queries.Shelf(_listing(asked))
    return {
        name: [
            {"value": choice.value, "label": choice.label, "count": choice.count}
            for choice in choices
        ]
        for name, choices in shelf.facets().items()
    }


@router.post(
    "/artworks/search-by-picture", response=PictureAnswer, summary="Works that look like a picture"
)
def search_by_picture(
    request: HttpRequest, asked: Query[ArtworksQuery], file: File[UploadedFile]
) -> dict[str, Any]:
    """Return the works that look like a picture, and the mark under which it can be asked again."""
    flags.require("search-by-picture", request.user, sentence=NO_PICTURES)
    mark = mark_of_upload(file.read())
    return _page(asked.copy(update={"picture": mark})) | {"picture": mark}


def _listing(asked: ArtworksQuery) -> Listing:
    """Return what is asked, refusing what is unknown."""
    params = {name: str(value) for name, value in asked.dict().items()}
    return parse_listing(params, strict=True)


def _page(asked: ArtworksQuery) -> dict[str, Any]:
    """Return one page of a listing."""
    page = queries.Shelf(_listing(asked)).page(after=asked.after, limit=asked.limit)
    return {
        "items": [as_listed(work) for work in page.items],
        "next": page.next or None,
        "total": page.total,
    }


@router.get("/artworks/{artwork_id}", response=ArtworkDetail, summary="One work")
def get_artwork(
    request: HttpRequest, response: HttpResponse, artwork_id: UUID, lang: str = ""
) -> dict[str, Any]:
    """Return one work on sale with prices, files and provenance.

    Texts are in the language of `lang`, else of `Accept-Language`, else English.
    """
    work = (
        queries.on_sale()
        .select_related("collection", "render__checkpoint")
        .filter(pk=artwork_id)
        .first()
    )
    if work is None:
        raise NotFound("There is no such work on sale.", where="artwork_id")
    said = texts_of(work, chosen_language(request))
    response["Content-Language"], response["Vary"] = said.language, "Accept-Language"
    fields = ("language", "title", "description", "alt_text", "tags", "category")
    return as_listed(work) | _detail(work) | {name: getattr(said, name) for name in fields}


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
        "prices": [
            {
                "licence": offer.licence.slug,
                "name": offer.licence.name,
                "amount_cents": offer.cents,
                "currency": settings.CURRENCY,
                "terms_url": settings.SITE_URL + offer.licence.get_absolute_url(),
            }
            for offer in offers(work)
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
