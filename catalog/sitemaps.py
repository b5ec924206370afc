"""What search engines should read: works with their pictures, collections, and the fixed pages."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from catalog.images import picture_of
from catalog.models import Artwork, Collection, Licence
from catalog.queries import on_sale


class ShopSitemap(Sitemap):
    """A sitemap on the shop's own address, whatever host asked."""

    limit = 5000
    protocol = urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.SITE_URL).netloc


class Works(ShopSitemap):
    def items(self) -> QuerySet[Artwork]:
        return on_sale().order_by("published_at", "pk")

    def lastmod(self, item: Artwork) -> datetime:
        return item.published_at

    def get_urls(self, *args: Any, **kwargs: Any) -> list[dict[str, Any]]:
        urls = super().get_urls(*args, **kwargs)
        for entry in urls:
            picture = picture_of(entry["item"])
            entry["image"] = picture.absolute(picture.largest)
        return urls


class Collections(ShopSitemap):
    def items(self) -> QuerySet[Collection]:
        shown = Collection.objects.annotate(
            works=Count("artworks", filter=Q(artworks__withdrawn_at=None)),
            renewed_at=Max("artworks__published_at"),
        )
        return shown.filter(works__gt=0).order_by("pk")

    def lastmod(self, item: Collection) -> datetime:
        return item.renewed_at  # type: ignore[attr-defined, no-any-return]


class Pages(ShopSitemap):
    def items(self) -> list[str]:
        names = ["home", "browse", "collections", "licences"]
        slugs = Licence.objects.filter(is_active=True).values_list("slug", flat=True)
        return [reverse(f"catalog:{name}") for name in names] + [
            reverse("catalog:licence", args=[slug]) for slug in slugs
        ]

    def location(self, item: str) -> str:
        return item


SITEMAPS: dict[str, type[Sitemap]] = {"works": Works, "collections": Collections, "pages": Pages}
