"""Liveness and readiness, for supervisors and load balancers.

`/healthz`: this process runs. `/readyz`: it can serve: the database and the broker answer, and a
worker was seen lately.
"""

import logging
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from generation.models import Worker

WORKER_FRESH_SECONDS = 30
"""A worker that was not seen for so long counts as gone."""
ANSWER_SECONDS = 3

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
