"""Which processes make up the factory, and how each is started."""

import os
import subprocess
import sys
from collections.abc import Sequence
from functools import cache, partial
from signal import SIGTERM

from django.conf import settings

from genart.embedded.postgres import Postgres
from genart.embedded.process import launch
from genart.embedded.valkey import Valkey
from genart.factory.supervisor import Child

LOG_DIR = settings.DATA_DIR / "log"
DRAMATIQ_POLL_MS = "100"
"""How often an idle worker looks for work; by default it slows down to once a second."""
REMOTE_THREADS = 8
"""Pictures that one process waits for at once."""


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
    words += ["--no-server-header", "--ws-max-size", "65536"]  # sockets are told a word at most
    words += ["--timeout-graceful-shutdown", "2"]
    return _python("web", words, needs=1)


def workers() -> list[Child]:
    """Return a worker of the queue `render` for each device, and those of the other queues.

    `remote` has its own, with many threads that wait: a slow provider holds up nothing else.
    """
    others = [name for name in settings.TASK_QUEUES if name not in ("render", "remote")]
    waits = REMOTE_THREADS
    return [
        *(render_worker(number) for number in range(len(devices()))),
        worker("worker-remote", ["remote"], threads=waits, cores=1, prefetch=waits),
        worker("worker-tasks", others, threads=2, cores=1, prefetch=4),
    ]


def render_worker(number: int, name: str = "worker-render") -> Child:
    """Return a worker of the queue `render`, on the next device in turn; its label is its name."""
    found = devices()
    name = f"{name}-{number}" if number else name
    return worker(
        name,
        ["render"],
        threads=1,
        cores=max(cores() // len(found), 1),
        prefetch=1,
        environment={"ENGINE_DEVICE": found[number % len(found)], "WORKER_LABEL": name},
    )


def devices() -> list[str]:
    """Return the devices that render: those of the settings, else every GPU, else one unnamed.

    Torch is not asked: the process that starts workers must not hold a GPU.
    """
    named = settings.ENGINE_DEVICES
    if named and named != ["cuda"]:
        return list(named)
    return [f"cuda:{number}" for number in range(gpus())] or named or [""]


@cache
def gpus() -> int:
    """Return how many NVIDIA GPUs a child of this process sees."""
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    if visible is not None:
        return len([name for name in visible.split(",") if name.strip() not in ("", "-1")])
    try:
        listed = subprocess.run(
            ["nvidia-smi", "-L"],  # noqa: S607  (wherever the driver has put it)
            capture_output=True,
            text=True,
            timeout=20,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return 0
    return sum(line.startswith("GPU ") for line in listed.stdout.splitlines())


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
    environment: dict[str, str] | None = None,
) -> Child:
    """Return one dramatiq master with one worker process behind it.

    Args:
        name: what people call it.
        queues: whose messages it takes.
        threads: messages it works on at once.
        cores: threads that number crunching inside one message may use.
        prefetch: messages it takes in advance, those in work included.
        modules: modules with more actors than the apps'.
        environment: more variables for it.
    """
    words = ["-m", "dramatiq", "genart.worker", *modules]
    words += ["--processes", "1", "--threads", str(threads)]
    words += ["--worker-shutdown-timeout", "5000", "--queues", *queues]
    variables = {
        "dramatiq_worker_timeout": DRAMATIQ_POLL_MS,
        "dramatiq_queue_prefetch": str(prefetch),
        "OMP_NUM_THREADS": str(cores),
        "MKL_NUM_THREADS": str(cores),
        "OPENBLAS_NUM_THREADS": str(cores),
        "TOKENIZERS_PARALLELISM": "false",
    }
    return _python(name, words, needs=2, environment=variables | (environment or {}), nice=5)


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
        "MALLOC_ARENA_MAX": "2",  # or each thread of requests keeps memory of its own
        **os.environ,
        "XDG_CACHE_HOME": str(settings.DATA_DIR / "cache"),
    }
