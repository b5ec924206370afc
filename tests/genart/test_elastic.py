"""Real worker processes that come and go: asleep, awake, asleep, and nothing lost on the way."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection

from generation.models import Job, Palette, Render, RenderEvent, Style, Worker
from tests.generation.conftest import (
    checkpoint,
    make_style,
    palettes,
    style,
    submit,
    tiny_folder,
    tiny_style,
)

__all__ = ["checkpoint", "make_style", "palettes", "style", "submit", "tiny_folder", "tiny_style"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(sys.platform != "linux", reason="ends children with their parent"),
]
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def valkey() -> Iterator[None]:
    """The message broker of the worker processes."""
    from genart.embedded.valkey import Valkey

    server = Valkey(
        settings.EMBEDDED_VALKEY_DIR,
        settings.EMBEDDED_ADDRESS,
        settings.DATA_DIR / "log" / "valkey.log",
    )
    process = server.start()
    server.wait_ready(process)
    yield
    process.send_signal(server.stop_signal)
    process.wait(10)


def environment() -> dict[str, str]:
    """Return the variables with which a process works on the test's database and files."""
    entries = connection.settings_dict
    where = urlencode({"host": entries["HOST"], "port": entries["PORT"]})
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "genart.settings",
        "DATABASE_URL": f"postgresql://{entries['USER']}@/{entries['NAME']}?{where}",
        "REDIS_URL": settings.EMBEDDED_ADDRESS.redis_url,
        "ENGINE_DEVICE": "cpu",
        "ENGINE_THREADS": "1",
        "RENDER_GROUP_LIMIT": "2",
    }


@pytest.fixture
def autoscale(valkey: None, tmp_path: Path) -> Iterator[Start]:
    """Start `manage.py autoscale`; what it says is in `said.txt`."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        said = (tmp_path / "said.txt").open("w")
        command = [sys.executable, "manage.py", "autoscale", *words]
        process = subprocess.Popen(
            command, cwd=settings.BASE_DIR, env=environment(), stdout=said, stderr=said, text=True
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def wait_for(reached: Callable[[], Any], seconds: float = 180) -> Any:
    deadline = time.monotonic() + seconds
    while not (found := reached()):
        assert time.monotonic() < deadline, list(Render.objects.values_list("state", "error"))
        time.sleep(0.1)
    return found


def living() -> set[str]:
    return set(Worker.objects.values_list("name", flat=True))


def states(job: Job) -> set[str]:
    return set(job.renders.values_list("state", flat=True))


def test_from_nothing_to_pictures_to_nothing(
    autoscale: Start, submit: Callable[..., Job], tiny_style: Style
) -> None:
    process = autoscale("--least", "0", "--most", "2", "--idle-seconds", "1")
    time.sleep(3)
    assert process.poll() is None
    assert not living()

    job = submit(count=3)
    wait_for(lambda: states(job) == {"rendered"})
    wait_for(lambda: not living())

    again = submit(count=1, seed=8)
    wait_for(lambda: states(again) == {"rendered"})
    assert not RenderEvent.objects.exists()


def test_workers_join_and_leave_while_a_job_runs(
    autoscale: Start, submit: Callable[..., Job], tiny_style: Style, palettes: dict[str, Palette]
) -> None:
    job = submit(count=120)
    asked = list(job.renders.order_by("index").values_list("index", "seed"))
    process = autoscale("--most", "2", "--idle-seconds", "1", "--renders-per-worker", "4")
    wait_for(lambda: len(living()) == 2)
    started = job.renders.exclude(worker="").order_by()
    wait_for(lambda: started.values("worker").distinct().count() == 2)  # both take their part

    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    assert not living()
    assert not job.renders.filter(state="rendering").exists()
    autoscale("--most", "1", "--idle-seconds", "1")
    wait_for(lambda: states(job) == {"rendered"})

    assert list(job.renders.order_by("index").values_list("index", "seed")) == asked
    assert not job.renders.filter(attempts__gt=0).exists()
    assert not job.renders.filter(losses__gt=0).exists()
