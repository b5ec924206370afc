"""`{% load flags %}{% is_on "wishes" as wishes_on %}`: a feature's switch in a template."""

from typing import Any

from django import template

from genart import flags

register = template.Library()


@register.simple_tag(takes_context=True)
def is_on(context: dict[str, Any], name: str) -> bool:
    """Tell whether a feature is on for whoever looks at the page."""
    request = context.get("request")
    return flags.is_on(name, getattr(request, "user", None))


@register.simple_tag
def maintenance_notice() -> Any:
    """Return what visitors are told during maintenance; `None` outside of it."""
    from genart.flags import maintenance

    return maintenance.notice()
