"""The edge of every HTTP request: its id, its span, its log line, its counts.

An `X-Request-ID` that a proxy sends is kept, and every answer has one, so that a customer can name
the request that failed. Outermost of the middleware, so that nothing is left out.
"""

import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response

from genart.lib import redaction, tracing
from genart.observability import counters, pools

HEADER = "X-Request-ID"
ACCEPTED = re.compile(r"[\w.:-]{8,100}", re.ASCII)
QUIET = ("healthz", "readyz", "statusz", "metrics", "catalog:media", "none")
"""Routes whose answers are logged at DEBUG: machines ask for them all the time."""
SECRET_PARTS = ("secret", "token", "uidb64", "key")
"""Names of parts of an address that let their bearer in."""
NAMED_PARTS = ("job_id", "render_id", "order_id", "candidate_id", "artwork_id")
"""Parts of an address that are ids of what the request is about."""
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

logger = logging.getLogger(__name__)


class RequestMiddleware:
    """Bind the ids of a request for whatever happens inside, and tell of its end."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and note how that went."""
        request_id = request_id_of(request.headers.get(HEADER, ""))
        began = time.perf_counter()
        with (
            tracing.bind(request_id=request_id, user_id=lambda: user_id_of(request)),
            tracing.bind(**{name: partial(part_of, request, name) for name in NAMED_PARTS}),
            redaction.hiding() as secrets,
            tracing.span(
                method_of(request),
                "server",
                parent=request.headers.get(tracing.TRACEPARENT, ""),
                **{"http.request.method": method_of(request)},
            ),
            _running(),
        ):
            request.secrets = secrets  # type: ignore[attr-defined]
            response = self.get_response(request)
            response.headers.setdefault(HEADER, request_id)
            _log_refusal(request, response)
            _tell(request, response.status_code, time.perf_counter() - began)
        pools.note()
        return response

    def process_view(
        self, request: HttpRequest, view: object, args: object, kwargs: dict[str, object]
    ) -> None:
        """Keep the secret parts of the address out of the log."""
        secrets: list[str] = getattr(request, "secrets", [])
        secrets += [str(kwargs[name]) for name in SECRET_PARTS if kwargs.get(name)]


@contextmanager
def _running() -> Iterator[None]:
    counters.REQUESTS_RUNNING.inc()
    try:
        yield
    finally:
        counters.REQUESTS_RUNNING.dec()


def request_id_of(given: str) -> str:
    """Return the id that a proxy gave, where it looks like one; else a new one."""
    return given if ACCEPTED.fullmatch(given) else tracing.new_id()


def route_of(request: HttpRequest) -> str:
    """Return the name of the route, `none` where no view was found: never what was typed."""
    match = request.resolver_match
    if match is None:
        return "none"
    return match.view_name or match.route or "none"


def method_of(request: HttpRequest) -> str:
    """Return the HTTP method, `OTHER` for one that nobody knows."""
    return request.method if request.method in METHODS else "OTHER"


def part_of(request: HttpRequest, name: str) -> object:
    """Return a part of the address, once its route is known."""
    return request.resolver_match.kwargs.get(name) if request.resolver_match else None


def user_id_of(request: HttpRequest) -> object:
    """Return the id of whoever asks, where it is known by now: without a query."""
    for name in ("_cached_user", "auth"):
        found = getattr(getattr(request, name, None), "pk", None)
        if found is not None:
            return found
    return None


def _log_refusal(request: HttpRequest, response: HttpResponse) -> None:
    """Log an answer that is an error as Django would, while the ids are bound still."""
    if response.status_code >= 400:
        reason = response.reason_phrase
        log_response("%s: %s", reason, request.path, response=response, request=request)


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    """Count an answer, describe its span, and log it."""
    method, route = method_of(request), route_of(request)
    counters.REQUESTS.labels(method, route, str(status)).inc()
    counters.REQUEST_SECONDS.labels(method, route).observe(seconds)
    about = {"http.route": route, "http.response.status_code": status}
    tracing.describe(f"{method} {route}", **about)
    level = logging.DEBUG if route in QUIET and status < 500 else logging.INFO
    if logger.isEnabledFor(level):
        fields = {"method": method, "route": route, "path": redaction.redacted(request.path)}
        fields |= {"status": status, "seconds": round(seconds, 4)}  # type: ignore[dict-item]
        logger.log(level, "%s %s %s", method, route, status, extra={"fields": fields})
