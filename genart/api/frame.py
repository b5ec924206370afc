"""What holds for every call of the API, whoever wrote its endpoint: limits and ETags.

**Limits.** Windows of one minute, counted in the shared cache so that all processes count together.
A call without a token is counted for its address; one with a token for the token. A token is not
looked up here, so an address that makes tokens up gains nothing: the address as such has a limit
too. Every answer says `RateLimit-Limit`, `-Remaining` and `-Reset`; over the limit it is 429 with
`Retry-After`, in the shape of all errors. Where the cache does not answer, calls are let through:
a limit that fails closed is an outage.

**ETags.** A GET answer carries a hash of its bytes; `If-None-Match` with the same one is answered
304 without a body.
"""

import hashlib
import json
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers

ROOT = "/api/v1/"
WINDOW_SECONDS = 60
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Allowance:
    """What is left to a caller.

    Attributes:
        limit: calls a window.
        left: calls that remain in this one; negative once it is used up.
        reset_seconds: until the next window.
    """

    limit: int
    left: int
    reset_seconds: int


class ApiFrameMiddleware:
    """Count calls of the API, refuse those beyond the limit, and spare answers already known."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Leave everything but the API alone."""
        if not request.path.startswith(ROOT):
            return self.get_response(request)
        allowance = spend(request)
        if allowance is not None and allowance.left < 0:
            return _told(refusal(allowance), allowance)
        response = self.get_response(request)
        if request.method in ("GET", "HEAD") and response.status_code == 200:
            response = unless_known(request, response)
        return _told(response, allowance)


def spend(request: HttpRequest) -> Allowance | None:
    """Count one call; return the tightest allowance of the caller, `None` where nothing counts."""
    address = str(request.META.get("REMOTE_ADDR", ""))
    token = request.headers.get("Authorization", "")
    limits = settings.API_LIMITS
    if token:
        digest = hashlib.sha256(token.encode()).hexdigest()[:32]
        asked = [("token", digest, limits["token"]), ("address", address, limits["address"])]
    else:
        asked = [("anonymous", address, limits["anonymous"])]
    try:
        return min((_count(*one) for one in asked), key=lambda allowance: allowance.left)
    except Exception:  # whatever the cache's client raises
        log.warning("The cache does not answer: calls of the API are not counted.", exc_info=True)
        return None


def _count(kind: str, who: str, limit: int) -> Allowance:
    now = int(time.time())
    window, passed = divmod(now, WINDOW_SECONDS)
    key = f"api:{kind}:{who}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW_SECONDS)
    return Allowance(limit, limit - cache.incr(key), WINDOW_SECONDS - passed)


def refusal(allowance: Allowance) -> HttpResponse:
    """Return the answer to one call too many."""
    sentence = f"That is more than {allowance.limit} calls a minute; wait for the next one."
    body = {"code": "too_many_calls", "detail": [{"loc": [], "msg": sentence}]}
    response = HttpResponse(json.dumps(body), content_type="application/json", status=429)
    response["Retry-After"] = str(allowance.reset_seconds)
    return response


def _told(response: HttpResponse, allowance: Allowance | None) -> HttpResponse:
    """Say in the headers what is left."""
    if allowance is not None:
        response["RateLimit-Limit"] = str(allowance.limit)
        response["RateLimit-Remaining"] = str(max(0, allowance.left))
        response["RateLimit-Reset"] = str(allowance.reset_seconds)
    return response


def unless_known(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the answer with an ETag, or 304 where the caller has it already."""
    if response.streaming or "no-store" in response.get("Cache-Control", ""):
        return response
    if not response.has_header("ETag"):
        response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    if not response.has_header("Cache-Control"):
        known = "private" if request.headers.get("Authorization") else "public"
        response["Cache-Control"] = f"{known}, no-cache"  # kept, but asked for each time
    patch_vary_headers(response, ["Authorization"])
    answer = get_conditional_response(request, etag=response["ETag"], response=response)
    return answer or response  # type: ignore[return-value]
