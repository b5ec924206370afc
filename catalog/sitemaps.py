"""What search engines should read: works with their pictures in every language, and all pages.

Works are cut into shards by the beginning of their id: `sitemap-works-a7.xml` holds the works whose
id begins with a7. So a shard is one range of the primary key whatever the number of works, a new
work changes one shard, and an address means the same for ever. A small shop has one shard,
`sitemap-works.xml`; a larger one 16, 256 or 4,096.

`image:image` with `image:loc` is all that is read of pictures today: title, caption and licence
were dropped from the format, and are said on the page and in the file.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Max, Q
from django.urls import reverse

from catalog.images import Picture
from catalog.landing import landings
from catalog.models import Artwork, Collection, Licence, TextRevision
from catalog.queries import on_sale
from genart.lib.languages import ENGLISH, every_language, path_in, plain_path
from genart.lib.languages import languages as known_languages

MOST_URLS = 50_000
SHARD_WORKS = 20_000  # by which shards are made smaller: room before the format's limit
COUNT_SECONDS = 600
DIGITS = "0123456789abcdef"
HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)


@dataclass(slots=True)
class Entry:
    """One address of a sitemap.

    Attributes:
        path: without host.
        changed_at: when what is there last changed.
        image: absolute address of a picture on it.
        languages: language → path of the same page in it, itself included.
    """

    path: str
    changed_at: datetime | None = None
    image: str = ""
    languages: dict[str, str] = field(default_factory=dict)


def sitemap_index() -> str:
    """Return the index: the pages, the collections, and every shard of works."""
    parts: list[tuple[str, datetime | None]] = [("pages", None), ("collections", None)]
    parts += [
        (f"works-{prefix}" if prefix else "works", changed) for prefix, changed in shards().items()
    ]
    lines = "\n".join(
        f"<sitemap><loc>{settings.SITE_URL}/sitemap-{name}.xml</loc>{_lastmod(changed)}</sitemap>"
        for name, changed in parts
    )
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{space}">'
    return f"{head}\n{lines}\n</sitemapindex>\n"


def shards() -> dict[str, datetime]:
    """Return the beginnings of ids that have works, each with the time of its newest work.

    A walk over all works: counted once in ten minutes for all processes. A shard itself is never
    old, only the time beside it.
    """
    found: dict[str, datetime] | None = cache.get("sitemap:shards")
    if found is None:
        found = _count_shards()
        cache.set("sitemap:shards", found, COUNT_SECONDS)
    return found


def _count_shards() -> dict[str, datetime]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM catalog_artwork WHERE withdrawn_at IS NULL")
        total, length = cursor.fetchone()[0], 0
        while total > SHARD_WORKS * 16**length and length < 3:
            length += 1
        cursor.execute(
            "SELECT left(id::text, %s) AS prefix, max(published_at) FROM catalog_artwork"
            " WHERE withdrawn_at IS NULL GROUP BY prefix ORDER BY prefix",
            [length],
        )
        return dict(cursor.fetchall())


def works_of(prefix: str) -> Iterator[Entry]:
    """Yield the works whose id begins with a prefix of hexadecimal digits, in all languages."""
    first, last = UUID(prefix.ljust(32, "0")), UUID(prefix.ljust(32, "f"))
    rows = (
        on_sale()
        .filter(pk__range=(first, last))
        .order_by("pk")
        .values_list("pk", "slug", "published_at", "derivatives")[:MOST_URLS]
    )
    told = _translations(first, last)
    for pk, slug, published_at, derivatives in rows:
        spoken = told.get(pk, {})
        picture = Picture(Artwork(pk=pk, derivatives=derivatives))
        paths = language_paths(slug, spoken)
        changed = max([published_at, *spoken.values()])
        for path in dict.fromkeys(paths.values()):
            yield Entry(path, changed, picture.absolute(picture.largest), paths)


def language_paths(slug: str, languages: Container[str]) -> dict[str, str]:
    """Return language → path of a work's page, `x-default` among them; empty where only English is.

    Each of these pages names all of them, itself included: search engines drop what is not mutual.
    """
    english = plain_path(reverse("catalog:artwork", args=[slug]))
    told = {language: path_in(language, english) for language in others() if language in languages}
    return {ENGLISH: english, **told, "x-default": english}


def others() -> list[str]:
    """Return the languages that pages can be had in beside English."""
    return [language for language in known_languages() if language != ENGLISH]


def _translations(first: UUID, last: UUID) -> dict[UUID, dict[str, datetime]]:
    """Return work → language → when its live texts were written, English among them."""
    rows = TextRevision.objects.filter(
        artwork_id__gte=first,
        artwork_id__lte=last,
        state=TextRevision.State.LIVE,
        language__in=list(known_languages()),
    )
    told: dict[UUID, dict[str, datetime]] = {}
    listed = rows.order_by().values_list("artwork_id", "language", "created_at")
    for artwork_id, language, created_at in listed:
        told.setdefault(artwork_id, {})[language] = created_at
    return told


def collections() -> Iterator[Entry]:
    """Yield the collections that have works on sale, and those made by rule or by hand."""
    on_wall = Q(artworks__withdrawn_at=None, artworks__pk__isnull=False)
    shown = Collection.objects.annotate(
        works=Count("artworks", filter=on_wall),
        renewed_at=Max("artworks__published_at", filter=on_wall),
    ).exclude(works=0, kind=Collection.Kind.SERIES)
    for found in shown.order_by("pk")[:MOST_URLS]:
        yield from _spoken(found.get_absolute_url(), found.renewed_at)


def pages() -> Iterator[Entry]:
    """Yield the fixed pages, the licences, and the pages of styles, colours and categories."""
    for name in ("home", "browse", "collections", "licences", "creator"):
        yield from _spoken(reverse(f"catalog:{name}"))
    for slug in Licence.objects.filter(is_active=True).values_list("slug", flat=True):
        yield from _spoken(reverse("catalog:licence", args=[slug]))
    for page in landings():
        yield from _spoken(page.path)


def _spoken(path: str, changed_at: datetime | None = None) -> Iterator[Entry]:
    """Yield a page in every language."""
    paths = every_language(path)
    for one in dict.fromkeys(paths.values()):
        yield Entry(one, changed_at, languages=paths)


def as_xml(entries: Iterator[Entry]) -> Iterator[str]:
    """Yield a sitemap in pieces."""
    yield HEAD
    for entry in entries:
        yield _url(entry)
    yield "</urlset>\n"


def _url(entry: Entry) -> str:
    others = "".join(
        f'<xhtml:link rel="alternate" hreflang="{language}" href="{settings.SITE_URL}{path}"/>'
        for language, path in entry.languages.items()
        if len(entry.languages) > 2
    )
    image = (
        f"<image:image><image:loc>{escape(entry.image)}</image:loc></image:image>"
        if entry.image
        else ""
    )
    place = f"<loc>{settings.SITE_URL}{escape(entry.path)}</loc>"
    return f"<url>{place}{_lastmod(entry.changed_at)}{others}{image}</url>\n"


def _lastmod(changed_at: datetime | None) -> str:
    return f"<lastmod>{changed_at.isoformat(timespec='seconds')}</lastmod>" if changed_at else ""
