"""The shop's terms for programs: licences, what they cost, and collections. Needs no token."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from catalog.models import Collection, Licence
from catalog.provenance.licence_facts import licence_facts
from catalog.queries import on_sale
from catalog.schemas import CollectionOut, CollectionPage, LicenceOut, OfferOut
from catalog.services.pricing import offers
from genart.lib.errors import InvalidInput, NotFound

router = Router(tags=["terms"])


class CollectionsQuery(Schema):
    """Where a page of collections begins, and how long it is."""

    after: str = Field("", max_length=20, description="`next` of the page before.")
    limit: int = Field(24, ge=1, le=100)


@router.get("/licences", response=list[LicenceOut], summary="Licences on sale")
def list_licences(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the licences on sale, the smallest first, with their list prices."""
    found = Licence.objects.filter(is_active=True).prefetch_related("prices")
    return [_licence(licence) for licence in found]


@router.get("/licences/{slug}", response=LicenceOut, summary="One licence")
def get_licence(
    request: HttpRequest, slug: str, version: int | None = Query(None, ge=1, lt=100_000)
) -> dict[str, Any]:
    """Return the licence on sale under a slug, or the version of it that is asked for."""
    terms = Licence.objects.filter(slug=slug).prefetch_related("prices")
    wanted = terms.filter(version=version) if version else terms.filter(is_active=True)
    found = wanted.first()
    if found is None:
        raise NotFound("There is no such licence.", where="slug")
    return _licence(found)


@router.get("/artworks/{artwork_id}/prices", response=list[OfferOut], summary="Prices of one work")
def list_prices(request: HttpRequest, artwork_id: UUID) -> list[dict[str, Any]]:
    """Return what the work costs now under each licence it is sold under, price rules included."""
    work = on_sale().filter(pk=artwork_id).first()
    if work is None:
        raise NotFound("There is no such work on sale.", where="artwork_id")
    return [
        {
            "licence": offer.licence.slug,
            "version": offer.licence.version,
            "name": offer.licence.name,
            "amount_cents": offer.cents,
            "list_cents": offer.list_cents,
            "currency": settings.CURRENCY,
            "terms_url": licence_facts(offer.licence)["url"],
        }
        for offer in offers(work)
    ]


@router.get("/collections", response=CollectionPage, summary="Collections")
def list_collections(request: HttpRequest, asked: Query[CollectionsQuery]) -> dict[str, Any]:
    """Return one page of the collections with works on sale, the newest first."""
    shown = _shown()
    if asked.after:
        if not asked.after.isdecimal():
            raise InvalidInput("This page mark cannot be read; start anew.", where="after")
        shown = shown.filter(pk__lt=int(asked.after))
    items = list(shown.order_by("-pk")[: asked.limit + 1])
    more = len(items) > asked.limit
    items = items[: asked.limit]
    return {
        "items": [_collection(one) for one in items],
        "next": str(items[-1].pk) if more else None,
    }


@router.get("/collections/{slug}", response=CollectionOut, summary="One collection")
def get_collection(request: HttpRequest, slug: str) -> dict[str, Any]:
    """Return one collection; its works are listed by `GET /artworks?collection=<slug>`."""
    found = _shown().filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no such collection.", where="slug")
    return _collection(found)


def _shown() -> Any:
    works = Q(artworks__withdrawn_at=None, artworks__pk__isnull=False)
    counted = Collection.objects.annotate(works=Count("artworks", filter=works))
    return counted.exclude(works=0, kind=Collection.Kind.SERIES)


def _collection(found: Any) -> dict[str, Any]:
    counted = found.kind == Collection.Kind.SERIES
    return {
        "slug": found.slug,
        "title": found.title,
        "description": found.description,
        "kind": found.kind,
        "is_featured": found.is_featured,
        "works": found.works if counted else None,
        "url": settings.SITE_URL + found.get_absolute_url(),
    }


def _licence(licence: Licence) -> dict[str, Any]:
    facts = licence_facts(licence)
    told = ("slug", "version", "name", "summary", "allows", "forbids", "text", "is_exclusive",
            "is_active")  # fmt: skip
    return {name: getattr(licence, name) for name in told} | {
        "url": facts["url"],
        "terms_sha256": facts["terms_sha256"],
        "prices": {price.tier: price.amount_cents for price in licence.prices.all()},
        "currency": settings.CURRENCY,
    }
