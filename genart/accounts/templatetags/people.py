"""Tags of the account's pages."""

import re

from django import template

from genart.accounts.models import User
from genart.accounts.services.factors import has_factor, works_here

register = template.Library()
BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"),
            ("Safari", "Safari"))  # fmt: skip
SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
           ("Mac OS X", "Mac"), ("CrOS", "ChromeOS"), ("Linux", "Linux"))  # fmt: skip
"""What stands in a browser's name of itself → how people call it; the first that fits."""


@register.filter
def browser(agent: str) -> str:
    """Write what a browser calls itself as people call it: `Firefox on Linux`."""
    name = next((word for mark, word in BROWSERS if mark in agent), "")
    system = next((word for mark, word in SYSTEMS if mark in agent), "")
    if name and system:
        return f"{name} on {system}"
    return name or system or re.split(r"[/ ]", agent)[0][:30] or "A browser"


@register.filter
def lacks_factor(user: User) -> bool:
    """Tell whether somebody who works here has nothing but a password."""
    return works_here(user) and not has_factor(user)
