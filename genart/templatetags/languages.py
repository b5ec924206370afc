"""Tags about languages, at hand in every template; words themselves are Django's `translate`."""

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from genart.lib.languages import ENGLISH, every_language, language_now, languages, path_in

register = template.Library()


@register.simple_tag
def language() -> str:
    """Return the code of the language that the page is in."""
    return language_now()


@register.simple_tag
def foreign(spoken: str = ENGLISH) -> SafeString:
    """Mark a part in another language than the page: ` lang="en"`; nothing where it is the same."""
    same = not spoken or spoken == language_now()
    return SafeString() if same else format_html(' lang="{}"', spoken)


@register.simple_tag(takes_context=True)
def current(context: dict[str, Any], route: str) -> SafeString:
    """Mark a link to the page that is open."""
    request = context.get("request")
    here = request is not None and request.path == reverse(route)
    return format_html(' aria-current="{}"', "page") if here else SafeString()


@register.simple_tag(takes_context=True)
def page_languages(context: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the page in every language: code, own name, address, and which one is on."""
    request = context.get("request")
    if request is None:
        return []
    query = request.META.get("QUERY_STRING", "") if request.method in ("GET", "HEAD") else ""
    tail = f"?{query}" if query else ""
    return [
        {"code": code, "name": name, "url": path_in(code, request.path) + tail,
         "is_on": code == language_now()}
        for code, name in languages().items()
    ]  # fmt: skip


@register.simple_tag
def canonical(route: str, *args: Any) -> SafeString:
    """Name the one address of a page in this language, and the same page in the others."""
    address = settings.SITE_URL + reverse(route, args=args)
    return format_html('<link rel="canonical" href="{}">{}', address, alternates(address))


@register.simple_tag
def alternates(address: str) -> SafeString:
    """Name a page in every language, each mutual: search engines drop what is not."""
    paths = every_language(address.removeprefix(settings.SITE_URL))
    links = ((code, settings.SITE_URL + path) for code, path in paths.items())
    return format_html_join("", '<link rel="alternate" hreflang="{}" href="{}">', links)


@register.filter
def word(text: Any) -> str:
    """Return a word of the shop's own that stands in a row of the database, in the page's language.

    What has no translation stays as it is.
    """
    return gettext(str(text)) if text else ""
