"""Looks into a factory from a process of its own: `python -m tests.faults.witness`.

Reads one question a line, `{"ask": name, …}`, and answers each with one line of JSON. It connects
as every part does, so it too meets a database that is away: then the answer is `{"error": …}`.
"""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

ROOT_MODULE = "tests.faults.witness"


class Witness:
    """The other end, in the process of the test."""

    def __init__(self, environment: dict[str, str], cwd: str) -> None:
        self.environment, self.cwd = environment, cwd
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def ask(self, name: str, **given: Any) -> Any:
        """Return the answer to a question.

        Raises:
            WitnessFailed: the factory cannot be looked into now.
        """
        with self._lock:
            process = self._running()
            assert process.stdin and process.stdout
            process.stdin.write(json.dumps({"ask": name, **given}) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        answer = json.loads(line) if line else {"error": "the witness has ended"}
        if "error" in answer:
            raise WitnessFailed(answer["error"])
        return answer["is"]

    def close(self) -> None:
        """End the other process."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _running(self) -> "subprocess.Popen[str]":
        if self._process is None or self._process.poll() is not None:
            # Its own clock is right, and its command line is not that of a part.
            environment = self.environment | {"LD_PRELOAD": ""}
            self._process = subprocess.Popen(
                [sys.executable, "-m", ROOT_MODULE],
                env=environment,
                cwd=self.cwd,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        return self._process


class WitnessFailed(Exception):
    """The factory cannot be looked into now."""


# -- the process itself ----------------------------------------------------------------------


def pulse() -> dict[str, Any]:
    """Return the signs of life that the database and the broker show."""
    import redis
    from django.conf import settings
    from django.db import connection

    from genart.scheduler import LOCK
    from generation.models import Worker

    workers = Worker.objects.order_by("seen_at").values_list("queues", "seen_at")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted"
            " AND (classid::bigint << 32) | objid::bigint = %s",
            [LOCK],
        )
        scheduled = bool(cursor.fetchone()[0])
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=3)
    return {
        "workers": {"+".join(queues): seen.timestamp() for queues, seen in workers},
        "scheduled": scheduled,
        "head": (client.lindex("dramatiq:default", 0) or b"").decode(),
        "waiting": {name: client.llen(f"dramatiq:{name}") for name in settings.TASK_QUEUES},
    }


def unfinished() -> dict[str, int]:
    """Return how much work there is left, by kind."""
    from django.utils import timezone

    from catalog.models import Order, Refund, SentMail, TestCheckout
    from curation.models import Candidate
    from generation.models import Render

    paid = TestCheckout.objects.filter(state="paid").values("order_id")
    receipts = {f"receipt:{pk}" for pk in Order.objects.filter(paid_at__isnull=False)
                .exclude(email="").values_list("pk", flat=True)}  # fmt: skip
    sent = set(SentMail.objects.values_list("key", flat=True))
    approved = Candidate.objects.filter(state="approved")
    return {
        "renders": Render.objects.filter(state__in=["queued", "rendering"]).count(),
        "unjudged": Render.objects.filter(
            state="rendered", candidate=None, job__purpose="series"
        ).count(),
        "scoring": Candidate.objects.filter(state__in=["scoring", "held"]).count(),
        "unlisted": approved.filter(render__artwork=None).count(),
        "in_grace": approved.filter(publish_at__gt=timezone.now()).count(),
        "payments": Order.objects.filter(pk__in=paid, paid_at=None).count(),
        "refunds": Refund.objects.filter(state="pending").count(),
        "receipts": len(receipts - sent),
    }


def broken(seconds: float = 0, deep: bool = True, only: list[str] | None = None) -> list[str]:
    """Return what breaks a rule of `genart/integrity`."""
    from genart.integrity import violations

    found = violations(patience=timedelta(seconds=seconds), deep=deep, only=only or ())
    return [str(violation) for violation in found]


def swept() -> int:
    """Sweep the storages as if the days of grace were over; return how many files nobody named."""
    from django.conf import settings
    from django.utils import timezone

    from genart.retention.services.sweeping import sweep_storage

    sweep_storage(now=timezone.now())
    later = timezone.now() + timedelta(days=settings.RETENTION_DAYS["LEFTOVERS"] + 1)
    return len(sweep_storage(now=later).parked)


def promises(jobs: list[str], orders: list[str], candidates: list[str]) -> dict[str, Any]:
    """Return what the rows say of jobs by key, orders by id, and candidates by id."""
    from django.db.models import Count

    from catalog.models import Grant, Order, PaymentEvent
    from curation.models import Assignment, Decision
    from generation.models import Job, Render

    counts = Job.objects.filter(idempotency_key__in=jobs).annotate(found=Count("renders"))
    renders = Render.objects.filter(job__idempotency_key__in=jobs).values("state")
    paid = Order.objects.filter(paid_at__isnull=False)
    grants = Grant.objects.filter(order_line__order__in=orders)
    said = Decision.objects.filter(
        candidate__in=candidates, user__isnull=False, verdict__in=["approve", "reject"]
    )
    # What was decided already is put before a curator as if it waited: that is an opinion then.
    blind = Assignment.objects.filter(candidate__in=candidates).exclude(verdict="")
    return {
        "jobs": [[job.idempotency_key, job.found] for job in counts],
        "states": {row["state"]: row["n"] for row in renders.annotate(n=Count("pk")).order_by()},
        "all_renders": Render.objects.count(),
        "paid": [str(pk) for pk in paid.values_list("pk", flat=True)],
        "grants": [
            [str(row[0]), row[1]]
            for row in grants.values_list("order_line__order").annotate(Count("pk")).order_by()
        ],
        "refunded_lines": [
            str(pk)
            for pk in Order.objects.filter(pk__in=orders, lines__refunds__isnull=False)
            .values_list("pk", flat=True)
        ],
        "lines": [
            [str(row[0]), row[1]]
            for row in Order.objects.filter(pk__in=orders).values_list("pk")
            .annotate(Count("lines")).order_by()
        ],
        "events": PaymentEvent.objects.count(),
        "decisions": [
            [str(row[0]), row[1]]
            for row in said.values_list("candidate").annotate(Count("pk")).order_by()
        ],
        "opinions": [str(pk) for pk in blind.values_list("candidate", flat=True)],
    }  # fmt: skip


def some_file(number: int) -> list[str] | None:
    """Return storage folder, name and hash of one finished picture, drawn by a number."""
    from django.conf import settings

    from generation.models import Render

    made = Render.objects.filter(state="rendered").order_by("pk")
    count = made.count()
    if not count:
        return None
    render = made[number % count]
    return [str(settings.ORIGINALS_ROOT), render.file, render.sha256]


QUESTIONS: dict[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (pulse, unfinished, broken, swept, promises, some_file)
}


def main() -> None:
    """Answer until nobody asks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "genart.settings")
    import django

    django.setup()
    from django.db import connection

    for line in sys.stdin:
        given = json.loads(line)
        try:
            answer = {"is": QUESTIONS[given.pop("ask")](**given)}
        except Exception as error:  # the database or the broker is away: that is an answer too
            answer = {"error": f"{type(error).__name__}: {error}"}
            connection.close()
        connection.close()
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
