"""Which processes make up the factory, and how each is started."""

import os
import sys
from collections.abc import Sequence
from functools import partial
from signal import SIGTERM

from django.conf import settings

from genart.embedded.postgres import Postgres
from genart.embedded.process import launch
from genart.embedded.valkey import Valkey
from genart.factory.supervisor import Child

LOG_DIR = settings.DATA_DIR / "log"
DRAMATIQ_POLL_MS = "100"
"""How often an idle worker looks for work; by default it slows down to once a second."""


def servers() -> list[Postgres | Valkey]:
    """Return the embedded servers that no setting replaces."""
    needed: list[Postgres | Valkey] = []
    address = settings.EMBEDDED_ADDRESS
    if not settings.DATABASE_URL:
        needed.append(Postgres(settings.EMBEDDED_POSTGRES_DIR, address, LOG_DIR / "postgres.log"))
    if address.redis_url == settings.REDIS_URL:
        needed.append(Valkey(settings.EMBEDDED_VALKEY_DIR, address, LOG_DIR / "valkey.log"))
    return needed


def server_child(server: Postgres | Valkey) -> Child:
    """Return an embedded server as a child to keep alive."""
    return Child(server.name, server.start, server.log, server.stop_signal, stop_seconds=20)


def web() -> Child:
    """Return the web process: pages, API and WebSockets."""
    words = ["-m", "uvicorn", "genart.asgi:application"]
    words += ["--host", settings.HOST, "--port", str(settings.PORT)]
    words += ["--no-access-log", "--log-level", "warning", "--lifespan", "off"]
    words += ["--timeout-graceful-shutdown", "2"]
    return _python("web", words, needs=1)


def workers() -> list[Child]:
    """Return the worker of the queue `render` and the one of all other queues."""
    others = [name for name in settings.TASK_QUEUES if name != "render"]
    return [
        worker("worker-render", ["render"], threads=1, cores=cores(), prefetch=1),
        worker("worker-tasks", others, threads=2, cores=1, prefetch=4),
    ]


def scheduler() -> Child:
    """Return the process that sends the periodic messages."""
    return _python("scheduler", ["manage.py", "run_scheduler"], needs=2)


def cores() -> int:
    """Return how many processor cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def worker(
    name: str,
    queues: list[str],
    *,
    threads: int,
    cores: int,
    prefetch: int,
    modules: Sequence[str] = (),
) -> Child:
    """Return one dramatiq master with one worker process behind it.

    Args:
        name: what people call it.
        queues: whose messages it takes.
        threads: messages it works on at once.
        cores: threads that number crunching inside one message may use.
        prefetch: messages it takes in advance, those in work included.
        modules: modules with more actors than the apps'.
    """
    words = ["-m", "dramatiq", "genart.worker", *modules]
    words += ["--processes", "1", "--threads", str(threads)]
    words += ["--worker-shutdown-timeout", "5000", "--queues", *queues]
    environment = {
        "dramatiq_worker_timeout": DRAMATIQ_POLL_MS,
        "dramatiq_queue_prefetch": str(prefetch),
        "OMP_NUM_THREADS": str(cores),
        "MKL_NUM_THREADS": str(cores),
        "OPENBLAS_NUM_THREADS": str(cores),
        "TOKENIZERS_PARALLELISM": "false",
    }
    return _python(name, words, needs=2, environment=environment, nice=5)


def _python(
    name: str,
    words: list[str],
    *,
    needs: int,
    environment: dict[str, str] | None = None,
    nice: int = 0,
) -> Child:
    """Return a child that is a Python program of this project."""
    command = ["nice", "-n", str(nice)] if nice else []
    log = LOG_DIR / f"{name}.log"
    start = partial(
        launch,
        [*command, sys.executable, *words],
        log=log,
        stop_signal=SIGTERM,
        env=_environment() | (environment or {}),
        cwd=settings.BASE_DIR,
    )
    return Child(name, start, log, needs=needs)


def _environment() -> dict[str, str]:
    """Return this process's environment, with the caches of libraries in the data folder."""
    return {
        "DJANGO_SETTINGS_MODULE": "genart.settings",
        "HF_HOME": str(settings.DATA_DIR / "cache" / "huggingface"),
        **os.environ,
        "XDG_CACHE_HOME": str(settings.DATA_DIR / "cache"),
    }
