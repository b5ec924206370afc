"""Liveness, readiness and figures, for supervisors, load balancers and autoscalers.

`/healthz`: this process runs. `/readyz`: it can serve: the database and the broker answer, and a
worker was seen lately. `/metrics`: figures in Prometheus's text format, for whoever has
`METRICS_TOKEN`; without one, for this machine.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from generation.metrics import exposition
from generation.models import Worker

WORKER_FRESH_SECONDS = 30
"""A worker that was not seen for so long counts as gone."""
ANSWER_SECONDS = 3
LOOPBACK = ("127.0.0.1", "::1")

logger = logging.getLogger(__name__)


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer that the web process runs."""
    return HttpResponse("ok", content_type="text/plain")


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 where every part is there, else 503; which part fails is in the body."""
    parts = {name: _holds(name, test) for name, test in PARTS.items()}
    ready = all(parts.values())
    return JsonResponse({"ready": ready, **parts}, status=200 if ready else 503)


@require_GET
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the figures of `generation/metrics.py`."""
    if not _may_measure(request):
        return HttpResponse(
            "Send METRICS_TOKEN as a bearer token.\n", status=403, content_type="text/plain"
        )
    return HttpResponse(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_measure(request: HttpRequest) -> bool:
    """Tell whether somebody has the token or, where none is set, asks from this machine itself.

    Behind a proxy everybody seems to come from this machine: then a forwarding header is there.
    """
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    forwarded = {"X-Forwarded-For", "Forwarded", "X-Real-IP"} & set(request.headers)
    return request.META.get("REMOTE_ADDR") in LOOPBACK and not forwarded


def _holds(name: str, test: Callable[[], bool]) -> bool:
    """Run one test; an error counts as no, and goes to the log."""
    try:
        return test()
    except Exception as error:  # drivers have errors of their own
        logger.warning("Not ready: %s: %s", name, error)
        return False


def database_answers() -> bool:
    """Tell whether the database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        return bool(cursor.fetchone())


def broker_answers() -> bool:
    """Tell whether the message broker takes a connection."""
    if settings.TASK_BROKER == "stub":
        return True
    if settings.TASK_BROKER == "rabbitmq":
        import pika

        parameters = pika.URLParameters(settings.RABBITMQ_URL)
        parameters.socket_timeout = parameters.blocked_connection_timeout = ANSWER_SECONDS
        pika.BlockingConnection(parameters).close()
        return True
    import redis

    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=ANSWER_SECONDS) as client:
        return bool(client.ping())


def worker_seen() -> bool:
    """Tell whether a worker has shown itself lately."""
    since = timezone.now() - timedelta(seconds=WORKER_FRESH_SECONDS)
    return Worker.objects.filter(seen_at__gte=since).exists()


PARTS: dict[str, Callable[[], bool]] = {
    "database": database_answers,
    "broker": broker_answers,
    "worker": worker_seen,
}
