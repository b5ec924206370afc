"""Previews are made for jobs that somebody looks at, and kept where pages find them."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client

from generation import previews, progress, work
from generation.models import Render
from tests.generation.conftest import Submit

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("engine_of_the_test", "tiny_style"),
]


@pytest.fixture
def redis() -> Iterator[None]:
    """A real server where previews are kept."""
    from genart.embedded.valkey import Valkey

    server = Valkey(
        settings.EMBEDDED_VALKEY_DIR,
        settings.EMBEDDED_ADDRESS,
        settings.DATA_DIR / "log" / "valkey.log",
    )
    process = server.start()
    server.wait_ready(process)
    previews.client.cache_clear()
    yield
    previews.client().flushall()
    previews.client.cache_clear()
    process.send_signal(server.stop_signal)
    process.wait(20)


def kept_steps(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Return a list that grows by the number of pictures at each keeping."""
    kept: list[int] = []
    keep = previews.keep

    def note(pictures: Any) -> None:
        kept.append(len(pictures))
        keep(pictures)

    monkeypatch.setattr(previews, "keep", note)
    return kept


def test_a_job_that_is_looked_at_shows_its_pictures_after_two_steps(
    redis: None, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_steps(monkeypatch)
    job = submit(count=2)
    previews.watch(job.pk)

    work.work_until_empty()

    assert kept[0] == 2
    renders = list(job.renders.values_list("pk", flat=True))
    assert set(previews.latest(renders)) == set(renders)


def test_nobody_looks_and_no_time_is_spent_but_steps_are_told(
    redis: None, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = kept_steps(monkeypatch)
    told: list[str] = []
    monkeypatch.setattr(progress, "_send", lambda job_id, kind, render_ids: told.append(kind))
    submit(count=2)

    work.work_until_empty()

    assert kept == []
    assert "step" in told


def test_opening_the_page_of_an_unfinished_job_asks_for_previews(
    redis: None, submit: Submit, curator_client: Client
) -> None:
    job = submit(count=1)
    assert not previews.is_watched([job.pk])

    curator_client.get(job.get_absolute_url())

    assert previews.is_watched([job.pk])


def test_a_finished_job_asks_for_none(redis: None, submit: Submit, curator_client: Client) -> None:
    job = submit(count=1)
    Render.objects.update(state=Render.State.CANCELLED)

    curator_client.get(job.get_absolute_url())

    assert not previews.is_watched([job.pk])


def test_without_redis_nobody_is_known_to_look() -> None:
    previews.watch(uuid4())

    assert not previews.is_watched([uuid4()])
