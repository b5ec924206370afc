"""A worker that is killed at any moment loses nothing and doubles nothing."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.files.storage import storages
from django.db import connection

from generation.models import Render
from tests.generation.conftest import Submit

LEASE_SECONDS = 2


@pytest.fixture
def worker_process(transactional_db: None) -> Iterator[subprocess.Popen[str]]:
    """A supervisor whose child renders; its lines are the ids of its children."""
    environment = os.environ | {
        "RENDER_LEASE_SECONDS": str(LEASE_SECONDS),
        "RENDER_GROUP_LIMIT": "4",
        "ENGINE_THREADS": "1",
        "LOG_LEVEL": "ERROR",
    }
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.generation.worker_process", name],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=None,
        text=True,
        start_new_session=True,
    )
    yield process
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def next_child(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def wait_for(count: int, state: str, seconds: float = 120) -> None:
    deadline = time.monotonic() + seconds
    while Render.objects.filter(state=state).count() < count:
        assert time.monotonic() < deadline, list(Render.objects.values_list("state", "error"))
        time.sleep(0.02)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "kills", [2, pytest.param(10, marks=pytest.mark.slow)], ids=["twice", "ten times"]
)
def test_everything_is_rendered_once_with_its_seed(
    kills: int, submit: Submit, tiny_style: object, worker_process: subprocess.Popen[str]
) -> None:
    chance = random.Random(kills)
    job = submit(count=24)
    asked = list(job.renders.order_by("index").values_list("index", "seed", "prompt"))

    for _ in range(kills):
        child = next_child(worker_process)
        if job.renders.filter(state__in=["queued", "rendering"]).exists():
            wait_for(1, "rendering")
        time.sleep(chance.uniform(0, 0.6))
        os.kill(child, signal.SIGKILL)
    wait_for(24, "rendered")

    renders = list(job.renders.order_by("index"))
    assert [(render.index, render.seed, render.prompt) for render in renders] == asked
    assert {render.state for render in renders} == {"rendered"}
    assert sum(render.losses for render in renders) >= 1
    for render in renders:
        with storages["originals"].open(render.file) as file:
            assert hashlib.sha256(file.read()).hexdigest() == render.sha256
    assert sorted(stored_originals()) == sorted(render.file for render in renders)


def stored_originals() -> list[str]:
    """Return every original that lies in the storage."""
    originals = storages["originals"]
    return [
        f"renders/{folder}/{name}"
        for folder in originals.listdir("renders")[0]
        for name in originals.listdir(f"renders/{folder}")[1]
        if name.endswith(".png")
    ]
