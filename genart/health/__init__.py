"""Liveness, readiness and figures, for supervisors, load balancers and autoscalers.

`/healthz`: this process runs. `/readyz`: it can serve; a load balancer asks this. `/statusz`: the
whole factory works, with broker, workers, scheduler and room for files; whoever wakes people asks
this. `/metrics`: figures in Prometheus's text format, for whoever has `METRICS_TOKEN`; without one,
for this machine.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from genart.health import figures
from genart.health.readiness import NEEDED, WHOLE, looked_at
from genart.observability import counters
from generation import metrics as queue_figures

LOOPBACK = ("127.0.0.1", "::1")


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the web process runs."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where this process can serve, else 503; which part fails is in the body."""
    return _told(NEEDED)


@never_cache
def statusz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where every part of the factory is there, else 503."""
    return _told(WHOLE)


def _told(parts: dict[str, Callable[[], bool]]) -> JsonResponse:
    found = looked_at(parts)
    ready = all(found.values())
    response = JsonResponse({"ready": ready, **found}, status=200 if ready else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # each part that fails has its own line
    return response


@require_GET
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the figures of rows, and with what the processes of this machine counted."""
    if not _may_measure(request):
        return HttpResponse(
            "Send METRICS_TOKEN as a bearer token.\n", status=403, content_type="text/plain"
        )
    text = queue_figures.exposition() + figures.exposition() + counters.exposition()
    return HttpResponse(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_measure(request: HttpRequest) -> bool:
    """Tell whether somebody has the token or, where none is set, asks from this machine itself.

    Behind a proxy everybody seems to come from this machine: then a forwarding header is there.
    """
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-IP"} & set(request.headers)
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded
