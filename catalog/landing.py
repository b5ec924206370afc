"""The pages of one style, one colour, one category: what they are called and say, and which exist.

A page exists as long as a work of it is on sale. What exists is asked by jumps through an index,
one per style, whatever the number of works.
"""

from dataclasses import dataclass

from django.db import connection
from django.template.defaultfilters import capfirst
from django.utils.translation import gettext

from catalog.canonical import landing_path
from catalog.color_words import FACETS
from catalog.queries import on_sale
from catalog.shop_words import color_word
from catalog.texts.categories import CATEGORIES, category_name
from genart.lib.languages import language_now

_JUMPS = """
WITH RECURSIVE found AS (
    (SELECT style_slug, style_name FROM catalog_artwork
     WHERE withdrawn_at IS NULL ORDER BY style_slug, published_at DESC, id DESC LIMIT 1)
    UNION ALL
    SELECT next.* FROM found CROSS JOIN LATERAL (
        SELECT style_slug, style_name FROM catalog_artwork
        WHERE withdrawn_at IS NULL AND style_slug > found.style_slug
        ORDER BY style_slug, published_at DESC, id DESC LIMIT 1) next
)
SELECT style_slug, style_name FROM found
"""


@dataclass(frozen=True, slots=True)
class Landing:
    """A page of one value of one facet.

    Attributes:
        facet: of `listing.FACET_FIELDS`.
        value: of that facet.
        name: what it is called.
        text: what its page says above the works.
    """

    facet: str
    value: str
    name: str
    text: str

    @property
    def path(self) -> str:
        """Its address, without host."""
        return landing_path(self.facet, self.value)


def style_landings() -> list[Landing]:
    """Return the styles that have works on sale, each under the name its newest work gives it."""
    with connection.cursor() as cursor:
        cursor.execute(_JUMPS)
        return [_style(slug, name) for slug, name in cursor.fetchall() if slug]


def style_landing(slug: str) -> Landing | None:
    """Return one style's page; `None` where no work of it is on sale."""
    newest = on_sale().filter(style_slug=slug).order_by("-published_at", "-pk")
    name = newest.values_list("style_name", flat=True).first()
    return _style(slug, name) if name else None


def color_landings() -> list[Landing]:
    """Return the colours that have works on sale, in the order of `FACETS`."""
    return [
        _color(word)
        for word in FACETS
        if on_sale().filter(color_names__contains=[word]).order_by().exists()
    ]


def color_landing(word: str) -> Landing | None:
    """Return one colour's page; `None` for a word that is no facet."""
    return _color(word) if word in FACETS else None


def category_landings() -> list[Landing]:
    """Return the categories that have works on sale."""
    return [
        _category(slug)
        for slug in CATEGORIES
        if on_sale().filter(category=slug).order_by().exists()
    ]


def category_landing(slug: str) -> Landing | None:
    """Return one category's page; `None` for an unknown one."""
    return _category(slug) if slug in CATEGORIES else None


def landings() -> list[Landing]:
    """Return every page that exists, for the sitemap and the footer."""
    return [*style_landings(), *color_landings(), *category_landings()]


def _style(slug: str, name: str) -> Landing:
    text = gettext(
        "Every work we have in %(style)s. They come from series of one design, taken through its "
        "palettes and layouts, so what hangs here hangs well together. Each was judged before it "
        "went up, and each can be licensed in a minute."
    )
    name = gettext(name)
    return Landing("style", slug, name, text % {"style": in_a_sentence(name)})


def _color(word: str) -> Landing:
    color = color_word(word)
    text = gettext(
        "Works in which %(color)s takes a good part of the sheet, measured from the picture itself "
        "and not from a label. Filter on by style or shape to match a room, a page or a brand."
    )
    title = gettext("%(color)s works") % {"color": capfirst(color)}
    return Landing("color", word, title, text % {"color": color})


def _category(slug: str) -> Landing:
    name = category_name(slug, language_now())
    text = gettext(
        "Generated art on the shelf %(category)s, in all our styles. Choose by colour or "
        "orientation, look closer, and license the original for your wall, page or product."
    )
    return Landing("category", slug, name, text % {"category": in_a_sentence(name)})


def in_a_sentence(name: str) -> str:
    """Return a name as it stands within a sentence: in small letters, but for German nouns."""
    return name if language_now() == "de" else name.lower()
