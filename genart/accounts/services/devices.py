"""Knows again a browser in which somebody has signed in before.

The browser keeps a random id in a cookie of its own; we keep the id's digest with the person. The
id alone opens nothing.
"""

import secrets

from django.http import HttpRequest
from django.utils import timezone

from genart.accounts.models import Device, User
from genart.accounts.sealing import digest

COOKIE = "device"
COOKIE_SECONDS = 365 * 24 * 3600


def device_digest(request: HttpRequest) -> str:
    """Return the digest of the browser's id; empty where it has none."""
    plain = request.COOKIES.get(COOKIE, "")
    return digest("device", plain) if 20 <= len(plain) <= 100 else ""


def known_device(*, request: HttpRequest, name: str) -> str:
    """Return the digest of a browser in which the person of this name has signed in, or nothing."""
    found = device_digest(request)
    owner = Device.objects.filter(digest=found, user__username__iexact=name.strip()[:150])
    return found if found and owner.exists() else ""


def remember_device(*, user: User, request: HttpRequest) -> tuple[Device, bool, str]:
    """Keep the browser with a person who has just proved himself. Safe to repeat.

    Returns:
        The device, whether it is new to this person, and the id for the browser to keep.
    """
    plain = request.COOKIES.get(COOKIE, "") if device_digest(request) else ""
    plain = plain or secrets.token_urlsafe(32)
    device, is_new = Device.objects.update_or_create(
        user=user,
        digest=digest("device", plain),
        defaults={"agent": agent_of(request), "last_seen_at": timezone.now()},
    )
    return device, is_new, plain


def agent_of(request: HttpRequest) -> str:
    """Return what the browser calls itself."""
    agent = request.headers.get("User-Agent", "")[:200]
    return "".join(char for char in agent if char.isprintable())
