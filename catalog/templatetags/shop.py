"""Tags of the shop that need its data: pictures, the cart's count, licence texts."""

import re
from copy import copy
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html_join
from django.utils.safestring import SafeString, mark_safe

from catalog.cart_session import count_items
from catalog.images import picture_of
from catalog.languages import in_language
from catalog.models import Artwork
from catalog.saved_news import news_for
from genart.lib.languages import ENGLISH, language_now

register = template.Library()


@register.inclusion_tag("ui/picture.html")
def artwork_picture(
    work: Artwork,
    sizes: str = "20rem",
    kind: str = "contained",
    eager: bool = False,
    first: bool = False,
    alt: str = "",
) -> dict[str, Any]:
    """Draw a work's picture.

    Args:
        work: the listing.
        sizes: how wide it is shown, as of the `img` attribute.
        kind: `contained` fits a box, `natural` takes its own height.
        eager: it is seen without scrolling.
        first: it is the largest thing seen first, and is fetched before all others.
        alt: its description in another language.
    """
    return {
        "work": work,
        "picture": picture_of(work),
        "sizes": sizes,
        "kind": kind,
        "eager": eager or first,
        "first": first,
        "alt": alt or work.alt_text,
    }


@register.filter
def spoken(items: Any, path: str = "") -> Any:
    """Return works, or what has one, with the works' titles and alt texts in the page's language.

    Copies: what is shown is never saved. One query for all; none in English, where all stays as it
    is. `spoken_in` of a work says which language it got.

    Args:
        items: works, one work, or rows that have one.
        path: name of the rows' work.
    """
    if items is None or language_now() == ENGLISH:
        return items
    if isinstance(items, Artwork):
        return in_language([items])[0]
    rows = list(items)
    if not path:
        return in_language(rows)
    works = [work for row in rows if (work := getattr(row, path)) is not None]
    told = {work.pk: work for work in in_language(works)}
    return [_with(row, path, told) for row in rows]


def _with(row: Any, path: str, told: dict[Any, Artwork]) -> Any:
    work = getattr(row, path)
    if work is None:
        return row
    other = copy(row)
    object.__setattr__(other, path, told[work.pk])  # quotes are frozen, and this is a copy
    return other


@register.simple_tag
def picture_url(work: Artwork) -> str:
    """Return the absolute address of a work's largest WebP."""
    picture = picture_of(work)
    return picture.absolute(picture.largest)


@register.simple_tag(takes_context=True)
def cart_count(context: dict[str, Any]) -> int:
    """Return how many works are in the visitor's cart; 0 where there is no request."""
    request = context.get("request")
    if request is None or not hasattr(request, "user"):
        return 0
    return count_items(request)


@register.filter
def lookup(mapping: dict[str, Any] | None, key: str) -> Any:
    """Return a value by a key that is itself a variable."""
    return (mapping or {}).get(key)


@register.filter
def terms(text: str) -> SafeString:
    """Write licence terms as paragraphs; `**words**` become strong, everything else is escaped."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]
    return format_html_join("\n", "<p>{}</p>", ((_strong(part),) for part in paragraphs))


def _strong(text: str) -> SafeString:
    escaped = str(conditional_escape(text))
    return mark_safe(re.sub(r"\*\*(.+?)\*\*", r"<strong>\1</strong>", escaped))  # noqa: S308


@register.filter(name="in")
def is_in(value: Any, members: Any) -> bool:
    """Tell whether a value is among others; `None` has no members."""
    return members is not None and value in members


@register.simple_tag(takes_context=True)
def saved_news(context: dict[str, Any]) -> int:
    """Return how many works of saved searches the visitor has not seen; counted now and then."""
    user = getattr(context.get("request"), "user", None)
    return news_for(user) if user is not None and user.is_authenticated else 0
