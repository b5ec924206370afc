"""Who asks, without knowing who: programs are told apart, persons get a hash of one day.

The hash is keyed with a salt that is drawn each day and deleted two days later: it tells two
visitors of one day apart and nothing else. Once the salt is gone, not even who has the database
and the secret key can find out whether an address was among them.
"""

import hashlib
import hmac
import re
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from catalog.models import DemandSalt

BOTS = re.compile(
    r"bot|crawl|spider|slurp|preview|fetch|monitor|lighthouse|python|curl|wget|libwww|java/|go-http",
    re.IGNORECASE,
)
SALT_DAYS = 2
SALT_BYTES = 32
_today: dict[date, bytes] = {}


def is_program(request: HttpRequest) -> bool:
    """Tell whether a request says that it is not a person's, or says nothing of itself."""
    agent = request.headers.get("User-Agent", "")
    return not agent or bool(BOTS.search(agent))


def is_ahead(request: HttpRequest) -> bool:
    """Tell whether a browser loads a page that nobody may ever look at."""
    purpose = request.headers.get("Sec-Purpose", "") or request.headers.get("Purpose", "")
    return "prefetch" in purpose or "prerender" in purpose


def is_own(request: HttpRequest) -> bool:
    """Tell whether somebody of the shop's own looks at it."""
    user = getattr(request, "user", None)
    return bool(user is not None and user.is_authenticated and user.is_staff)


def visitor_of(request: HttpRequest) -> str:
    """Return the keyed hash of a visitor and the day."""
    day = timezone.now().date()
    parts = [
        day.isoformat(),
        request.META.get("REMOTE_ADDR", ""),
        request.headers.get("User-Agent", ""),
    ]
    key = salt_of(day) + settings.SECRET_KEY.encode()
    return hmac.new(key, "\n".join(parts).encode(), hashlib.sha256).hexdigest()[:32]


def salt_of(day: date) -> bytes:
    """Return the salt of a day, drawn by whoever asks first. Safe to ask from many processes."""
    known = _today.get(day)
    if known is None:
        drawn = {"salt": secrets.token_bytes(SALT_BYTES)}
        row, _made = DemandSalt.objects.get_or_create(day=day, defaults=drawn)
        known = bytes(row.salt)
        _today.clear()  # a process remembers one day only
        _today[day] = known
    return known


def forget_salts() -> int:
    """Delete the salts of days gone by; return how many. Safe to repeat."""
    before = timezone.now().date() - timedelta(days=SALT_DAYS)
    return DemandSalt.objects.filter(day__lte=before).delete()[0]
