"""Little pictures in the admin."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from generation.models import Render


def thumbnails(renders: Iterable[Render]) -> SafeString | str:
    """Return finished renders as a row of pictures that lead to their pages in the admin."""
    rows = [
        (
            reverse("admin:generation_render_change", args=[render.pk]),
            reverse("generation:render_thumb", args=[render.pk]),
            render.prompt,
        )
        for render in renders
    ]
    picture = '<a href="{}"><img class="admin-thumb" src="{}" alt="{}" loading="lazy"></a> '
    return format_html_join("", picture, rows) or "None yet."


def swatches(colors: Iterable[str]) -> SafeString:
    """Return colours as a strip."""
    colors = list(colors)
    rects = format_html_join("", '<rect x="{}" width="1" height="1" fill="{}"/>', enumerate(colors))
    return format_html(
        '<svg width="{}" height="22" viewBox="0 0 {} 1" preserveAspectRatio="none" role="img" '
        'aria-label="{}">{}</svg>',
        len(colors) * 22,
        len(colors),
        ", ".join(colors),
        rects,
    )
