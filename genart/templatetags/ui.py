"""Small tags of the user interface: icons, money, durations, addresses with changed parameters.

Nothing here reads the database; tags that do belong to their app (`catalog/templatetags/shop.py`).
"""

from typing import Any

from django import template
from django.http import QueryDict
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from genart.bundles import sheet_names
from genart.lib.figures import in_figures, price

register = template.Library()


@register.simple_tag
def stylesheets(kind: str = "site") -> SafeString:
    """Link the style sheets of a kind of page, and the face that all text is set in.

    One sheet where static files are collected, else each.
    """
    links = ((static(name),) for name in sheet_names(kind))
    sheets = format_html_join("\n  ", '<link rel="stylesheet" href="{}">', links)
    return format_html("{}\n  {}", sheets, preload_face("bricolage-grotesque"))


@register.simple_tag
def preload_face(name: str) -> SafeString:
    """Ask for a face before the style sheets are read, as `static/css/tokens.css` will need it.

    English needs the basic file of it, every other language the whole one.
    """
    part = "-basic" if (get_language() or "en").startswith("en") else ""
    return format_html(
        '<link rel="preload" href="{}" as="font" type="font/woff2" crossorigin>',
        static(f"fonts/{name}{part}.woff2"),
    )


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; without a label it is hidden from screen readers."""
    address = f"{static('img/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, address
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', address)


@register.filter
def money(cents: int | None) -> str:
    """Write an amount in cents as people read it: `1250` → `€12.50`, `1200` → `€12`; `12,50 €`."""
    if cents is None:
        return "–"
    return price(int(cents))


@register.filter
def duration(seconds: float | None) -> str:
    """Write seconds as `45 s`, `3 min 20 s` or `2 h 5 min`; negative counts as zero."""
    if seconds is None:
        return "–"
    total = max(0, round(seconds))
    hours, rest = divmod(total, 3600)
    minutes, left = divmod(rest, 60)
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    if minutes:
        return f"{minutes} min {left} s" if left else f"{minutes} min"
    return f"{left} s"


@register.filter
def percent(share: float | None) -> str:
    """Write a share of 0 … 1 as whole percent."""
    if share is not None and 0 < share < 0.005:
        return "under 1 %"
    return "–" if share is None else f"{round(share * 100)} %"


@register.filter
def filesize_short(size: int | None) -> str:
    """Write bytes as `512 KB` or `3.4 MB`."""
    if size is None:
        return "–"
    if size >= 1_000_000:
        return gettext("%(size)s MB") % {"size": in_figures(f"{size / 1_000_000:.1f}")}
    return gettext("%(size)s KB") % {"size": max(1, round(size / 1000))}


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: Any) -> str:
    """Return the page's query string with parameters set, or removed when empty, sorted by name.

    Paging (`after`) is always dropped: a changed listing starts at its first page.
    """
    request = context.get("request")
    params = request.GET.copy() if request else QueryDict(mutable=True)
    params.pop("after", None)
    for name, value in changes.items():
        params.pop(name, None)
        if value not in (None, ""):
            params[name] = str(value)
    ordered = QueryDict(mutable=True)
    for name in sorted(params):
        ordered.setlist(name, params.getlist(name))
    return f"?{ordered.urlencode()}" if ordered else "?"


@register.filter
def field_kind(field: Any) -> str:
    """Return `check` for a checkbox of a form and `plain` for any other field."""
    return "check" if getattr(field.field.widget, "input_type", "") == "checkbox" else "plain"
