"""The newest works as an Atom feed."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html

from catalog.images import picture_of
from catalog.models import Artwork
from catalog.queries import on_sale


class NewWorks(Feed):
    feed_type = Atom1Feed
    title = f"New works at {settings.SITE_NAME}"
    subtitle = "What was hung last."
    link = f"{settings.SITE_URL}/browse/"
    feed_url = f"{settings.SITE_URL}/feeds/new.atom"

    def items(self) -> list[Artwork]:
        return list(on_sale()[:40])

    def item_title(self, item: Artwork) -> str:
        return item.title

    def item_description(self, item: Artwork) -> str:
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
