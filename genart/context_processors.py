"""Values that every page needs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest


def site(request: HttpRequest) -> dict[str, Any]:
    """Return the shop's name, address and mode."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "development": settings.DEVELOPMENT,
    }
