"""The newest works as Atom feeds: of the whole shop, and of one style.

Readers come often and find nothing new: an answer carries when its newest work was hung, and a
reader that has seen it is answered 304 before the works are read.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.views.decorators.http import condition

from catalog.images import picture_of
from catalog.landing import Landing, style_landing
from catalog.models import Artwork
from catalog.queries import on_sale

MOST = 40
MEDIA = "http://search.yahoo.com/mrss/"


class PictureFeed(Atom1Feed):
    """Atom with each work's picture as `media:thumbnail`, which readers show beside the title."""

    def root_attributes(self) -> dict[str, str]:
        return super().root_attributes() | {"xmlns:media": MEDIA}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        width, height = item["size"]
        handler.addQuickElement(
            "media:thumbnail",
            "",
            {"url": item["picture"], "width": str(width), "height": str(height)},
        )


class NewWorks(Feed):
    """The works hung last."""

    feed_type = PictureFeed

    def get_object(self, request: HttpRequest, style: str = "") -> Landing | None:
        found = style_landing(style) if style else None
        if style and found is None:
            raise Http404("There is no such style.")
        return found

    def title(self, obj: Landing | None) -> str:
        return f"New works at {settings.SITE_NAME}" + (f": {obj.name}" if obj else "")

    def subtitle(self, obj: Landing | None) -> str:
        return "What was hung last."

    def link(self, obj: Landing | None) -> str:
        return settings.SITE_URL + (obj.path if obj else "/browse/")

    def feed_url(self, obj: Landing | None) -> str:
        return f"{settings.SITE_URL}/feeds/{obj.value if obj else 'new'}.atom"

    def items(self, obj: Landing | None) -> Iterable[Artwork]:
        return list(newest(obj.value if obj else "")[:MOST])

    def item_title(self, item: Artwork) -> str:  # type: ignore[override]
        return item.title

    def item_description(self, item: Artwork) -> str:  # type: ignore[override]
        picture = picture_of(item)
        return format_html(
            '<p><img src="{}" alt="{}"></p><p>{}</p>',
            picture.absolute(picture.largest),
            item.alt_text,
            item.description,
        )

    def item_link(self, item: Artwork) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Artwork) -> str:
        return f"urn:uuid:{item.pk}"

    def item_pubdate(self, item: Artwork) -> datetime:
        return item.published_at

    def item_updateddate(self, item: Artwork) -> datetime:
        return item.published_at

    def item_categories(self, item: Artwork) -> list[str]:
        return item.tags

    def item_extra_kwargs(self, item: Artwork) -> dict[str, Any]:
        picture = picture_of(item)
        return {"picture": picture.absolute(picture.largest), "size": picture.largest_size}


def newest(style: str) -> QuerySet[Artwork]:
    """Return the works of one style, or of all, the newest first."""
    works = on_sale().order_by("-published_at", "-pk")
    return works.filter(style_slug=style) if style else works


def last_hung(request: HttpRequest, style: str = "") -> datetime | None:
    """Return when the newest work was hung."""
    return newest(style).values_list("published_at", flat=True).first()


def mark(request: HttpRequest, style: str = "") -> str | None:
    """Return an ETag of what the feed holds: its newest work, and the oldest it still shows."""
    shown = newest(style).values_list("pk", flat=True)[:MOST]
    keys = list(shown)
    return f'"{keys[0].hex}-{keys[-1].hex}-{len(keys)}"' if keys else None


_feed = NewWorks()


@condition(etag_func=mark, last_modified_func=last_hung)
def feed(request: HttpRequest, style: str = "") -> HttpResponse:
    """Answer with the newest works."""
    response: HttpResponse = _feed(request, style=style)
    response["Cache-Control"] = "public, max-age=300"
    return response
