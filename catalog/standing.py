"""Pages that say the same to every guest, kept for some seconds by all web processes together.

Who has neither an account nor a cart nor a lightbox sees what every other such visitor sees, but
for the secret in the forms, and for light or dark. Such a page is made once in `PAGE_SECONDS`; the
secret is put in anew for each visitor. While somebody makes a page anew, the others get the old
one, so that a busy moment makes each page once. What a visit tells the shop (`demand/`) is noted
all the same. Not kept: what was searched for, since nobody waits for a work to be found.
"""

import hashlib
import logging
import re
import zlib
from collections.abc import Callable, Sequence
from typing import NamedTuple

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.utils import timezone

from catalog.demand.noting import Signal
from genart import flags

SECRET = re.compile(
    rb'(?<=name="csrfmiddlewaretoken" value=")\w{64}(?=")|(?<="X-CSRFToken": ")\w{64}(?=")'
)
PLACE = b"[secret]"
STALE_SECONDS, MAKING_SECONDS = 30, 10
"""So long an old page is at hand, and is given out at most while somebody makes a new one."""
ADDRESS_LENGTH = 500
"""Longer addresses are those of machines at play, and not worth a place."""
TELLING = ("HX-Request", "HX-Target", "HX-History-Restore-Request")
log = logging.getLogger(__name__)
Made = tuple[HttpResponse, Sequence[Signal]]


class Kept(NamedTuple):
    """A page as every guest gets it.

    Attributes:
        packed: its HTML with `PLACE` for the secret, deflated.
        headers: those that the view has set.
        signals: what a visit of it tells.
        good_until: a timestamp; later somebody makes it anew.
    """

    packed: bytes
    headers: dict[str, str]
    signals: Sequence[Signal]
    good_until: float


def standing(request: HttpRequest, make: Callable[[], Made]) -> Made:
    """Return a page and its signals: as kept for guests, else as `make` makes it."""
    if not settings.PAGE_SECONDS or not is_guest(request):
        return make()
    key = key_of(request)
    kept = recalled(key)
    if kept is not None:
        return opened(request, kept), kept.signals
    response, signals = make()
    if response.status_code == 200 and not response.cookies:
        remember(key, packed(response, signals))
    return response, signals


def recalled(key: str) -> Kept | None:
    """Return a kept page, unless it is for this caller to make it anew.

    A shop whose cache does not answer makes every page: slower, and open.
    """
    try:
        kept: Kept | None = cache.get(key)
        now = timezone.now().timestamp()
        is_old = kept is not None and now >= kept.good_until
        return None if is_old and cache.add(f"{key}:making", 1, MAKING_SECONDS) else kept
    except Exception:  # whatever the cache's client raises
        log.warning("The cache does not answer: pages are made for each guest.", exc_info=True)
        return None


def remember(key: str, kept: Kept) -> None:
    """Keep a page for other guests, where the cache answers."""
    try:
        cache.set(key, kept, settings.PAGE_SECONDS + STALE_SECONDS)
        cache.delete(f"{key}:making")
    except Exception:  # whatever the cache's client raises
        log.warning("The cache does not answer: a page was not kept.", exc_info=True)


def is_guest(request: HttpRequest) -> bool:
    """Tell whether nothing on a page could be about this visitor alone."""
    known = (settings.SESSION_COOKIE_NAME, CookieStorage.cookie_name)
    return (
        request.method == "GET"
        and not any(name in request.COOKIES for name in known)
        and len(request.get_full_path()) <= ADDRESS_LENGTH
    )


def key_of(request: HttpRequest) -> str:
    """Return what tells apart the pages that guests may get under an address."""
    theme = request.COOKIES.get("theme", "")
    parts = [theme if theme in ("dark", "light") else "", request.get_full_path()]
    parts += [request.headers.get(name, "")[:100] for name in TELLING]
    parts.append(flags.mark())
    return "page:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def packed(response: HttpResponse, signals: Sequence[Signal]) -> Kept:
    """Return a page as it is kept."""
    html = zlib.compress(SECRET.sub(PLACE, response.content), 1)
    good_until = timezone.now().timestamp() + settings.PAGE_SECONDS
    return Kept(html, dict(response.items()), list(signals), good_until)


def opened(request: HttpRequest, kept: Kept) -> HttpResponse:
    """Return a kept page with the secret of this visitor in its forms."""
    html = zlib.decompress(kept.packed)
    if PLACE in html:
        html = html.replace(PLACE, get_token(request).encode())
    return HttpResponse(html, headers=kept.headers)
