"""Reads of the shop that span rows: neighbours, covers, prices, what other apps ask.

Listings with facets are in `catalog/shelf.py`.
"""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q
from django.urls import reverse

from catalog.collected import gathered
from catalog.models import Artwork, ArtworkEmbedding, Collection, Grant, Price
from catalog.nearness import Place, nearest_to, works_near
from catalog.search import nearest
from catalog.shelf import Page, Shelf, on_sale

__all__ = ["Page", "Shelf", "on_sale"]  # and every function below


def nearest_works(q: str, limit: int = 8) -> list[Artwork]:
    """Return what comes closest to words that found nothing: by meaning, else the best on sale."""
    ids = nearest(q, limit=limit)
    if not ids:
        return list(on_sale().order_by("-quality", "-pk")[:limit])
    found = on_sale().in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def similar_works(artwork: Artwork, limit: int = 8) -> list[Artwork]:
    """Return the works most like this one, by picture vector, else of the same style."""
    own = ArtworkEmbedding.objects.filter(pk=artwork.pk).values_list("vector", flat=True).first()
    if own is None:
        others = on_sale().exclude(pk=artwork.pk)
        return list(others.filter(style_slug=artwork.style_slug)[:limit])
    known = works_near(own, limit + 1)
    works = {work.pk: work for work, _distance in known}
    near = list(works)
    if artwork.withdrawn_at is None and artwork.pk not in works:
        places = [(work.pk, distance) for work, distance in known]
        places = _with_own_series(artwork, list(own), places, limit + 1)
        near = [pk for pk, _distance in places]
        works |= on_sale().in_bulk([pk for pk in near if pk not in works])
    return [works[pk] for pk in near if pk != artwork.pk and pk in works][:limit]


def _with_own_series(
    artwork: Artwork, own: list[float], places: list[Place], limit: int
) -> list[Place]:
    """Return places with those of the work's series among them, measured in full.

    A work is nearest to itself. Where the walk did not come upon it, the works around it lie in a
    part of the index that few ways lead to, and most of those are of its own series.
    """
    if artwork.collection_id is None:
        return places
    series = Q(collection_id=artwork.collection_id)
    own_places = nearest_to(own, limit, among=series, measured=True)
    return sorted({**dict(places), **dict(own_places)}.items(), key=lambda place: place[1])[:limit]


def from_collection(artwork: Artwork, limit: int = 6) -> list[Artwork]:
    """Return other works of the same collection, newest first."""
    if artwork.collection_id is None:
        return []
    works = on_sale().filter(collection_id=artwork.collection_id).exclude(pk=artwork.pk)
    return list(works[:limit])


def collections_with_covers(limit: int | None = None, covers: int = 3) -> list[Collection]:
    """Return collections that have works on sale, each with `work_count` and its `covers`.

    Featured ones come first, then those that got a work last; series, by rule and by hand alike.
    """
    counted = (
        Collection.objects.annotate(
            work_count=Count("artworks", filter=Q(artworks__withdrawn_at=None)),
            renewed_at=Max("artworks__published_at"),
        )
        .filter(work_count__gt=0, kind=Collection.Kind.SERIES)
        .order_by("-is_featured", "-renewed_at", "pk")
    )
    found: list[Any] = list(counted[:limit] if limit else counted)
    works = on_sale().filter(collection__in=found).order_by("collection_id", "-quality", "-pk")
    by_collection: dict[int, list[Artwork]] = {}
    for work in works:
        kept = by_collection.setdefault(work.collection_id or 0, [])
        if len(kept) < covers:
            kept.append(work)
    for collection in found:
        collection.covers = by_collection.get(collection.pk, [])
    every = [*found, *gathered(covers=covers)]
    every.sort(key=lambda one: one.renewed_at, reverse=True)
    every.sort(key=lambda one: not one.is_featured)
    return every[:limit] if limit else every


def hero_works(limit: int = 5) -> list[Artwork]:
    """Return works for the first wall: featured ones, then the best, of different styles first."""
    best = list(
        on_sale().order_by("-is_featured", "-quality", "-published_at", "-pk")[: limit * 12]
    )
    first_of_style: dict[str, Artwork] = {}
    for work in best:
        first_of_style.setdefault(work.style_slug, work)
    distinct = list(first_of_style.values())
    return [*distinct, *(work for work in best if work not in distinct)][:limit]


def prices_from() -> dict[str, int]:
    """Return the lowest price of each tier, in cents."""
    rows = Price.objects.filter(licence__is_active=True).values("tier")
    return {row["tier"]: row["least"] for row in rows.annotate(least=Min("amount_cents"))}


def owned_licences(user: Any, artwork: Artwork) -> set[str]:
    """Return the licences under which a person already has a work."""
    if not user.is_authenticated:
        return set()
    grants = Grant.objects.filter(buyer=user, artwork=artwork)
    return set(grants.values_list("licence__slug", flat=True))


def artwork_urls(render_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the addresses of the listings on sale of these renders."""
    rows = on_sale().filter(render_id__in=list(render_ids)).values_list("render_id", "slug")
    return {render_id: reverse("catalog:artwork", args=[slug]) for render_id, slug in rows}
