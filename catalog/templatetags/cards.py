"""Tags for what a page has very many of: cards of works, and choices of facets."""

from typing import Any

from django import template
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from catalog import cards
from catalog.models import Artwork

register = template.Library()


@register.simple_tag(takes_context=True)
def work_card(context: Any, work: Artwork, eager: bool = False, first: bool = False) -> SafeString:
    """Hang a work's card, as `ui/artwork_card.html` draws it."""
    return cards.card(work, context, eager=eager, first=first)


@register.simple_tag
def facet_choices(facet: dict[str, Any], path: str) -> SafeString:
    """List the choices of a facet, each a link that sets it or takes it away.

    Args:
        facet: one of `facet_links`.
        path: address of the listing, without its query.
    """
    name, path = conditional_escape(facet["name"]), conditional_escape(path)
    return mark_safe("".join(_choice(name, path, one) for one in facet["choices"]))  # noqa: S308


def _choice(name: str, path: str, choice: dict[str, Any]) -> str:
    """Draw one choice; name and path are escaped."""
    value, query = conditional_escape(choice["value"]), conditional_escape(choice["query"])
    label, count = conditional_escape(choice["label"]), localize(choice["count"])
    current = ' aria-current="true"' if choice["chosen"] else ""
    return (
        f'<li><a class="facet__choice" id="f-{name}-{value}" href="{path}?{query}"{current}>'
        f"{_swatch(choice['hex'])}<span>{label}</span>"
        f' <span class="facet__count">{count}</span></a></li>'
    )


def _swatch(color: str) -> str:
    """Draw a choice's colour, where it is one."""
    if not color:
        return ""
    return format_html(
        '<svg class="swatch" viewBox="0 0 1 1" aria-hidden="true">'
        '<rect width="1" height="1" fill="{}"/></svg>',
        color,
    )
