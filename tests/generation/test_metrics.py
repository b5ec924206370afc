"""The figures at /metrics: what they say, who may ask, and what they cost."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries

from genart.health import figures
from generation import metrics
from generation.models import Provider, RemoteCall, Render, Worker
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh() -> None:
    metrics.forget()
    figures.forget()


def samples(client: Client) -> dict[tuple[str, frozenset[tuple[str, str]]], float]:
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


def key(name: str, **labels: str) -> tuple[str, frozenset[tuple[str, str]]]:
    return name, frozenset(labels.items())


def test_depth_and_age_are_told_by_lane_checkpoint_and_place(client: Client) -> None:
    for _ in range(3):
        factories.make_render(state="queued")
    factories.make_render(state="queued", lane="archive")
    factories.make_render(state="queued", job=factories.make_job(state="paused"))
    checkpoint = factories.make_checkpoint(slug='the "foreign"\\one', source="remote")
    foreign = factories.make_style(version_fields={"checkpoint": checkpoint})
    factories.make_render(state="queued", style=foreign)
    Render.objects.filter(lane="archive").update(created_at=timezone.now() - timedelta(minutes=5))

    found = samples(client)

    house = {"checkpoint": "house", "where": "own"}
    archive = key("genart_queue_oldest_seconds", lane="archive", **house)
    assert found[key("genart_queue_renders", lane="standard", **house)] == 3
    assert found[key("genart_queue_renders", lane="archive", **house)] == 1
    assert found[archive] == pytest.approx(300, abs=30)
    place = {"checkpoint": 'the "foreign"\\one', "where": "provider"}
    assert found[key("genart_queue_renders", lane="standard", **place)] == 1


def test_workers_are_counted_by_queue_and_the_gone_are_not(client: Client) -> None:
    now = timezone.now()
    for name, seen in [("a", now), ("b", now), ("c", now - timedelta(minutes=5))]:
        Worker.objects.create(name=name, queues=["render"], started_at=now, seen_at=seen)

    found = samples(client)

    assert found[key("genart_workers", queue="render")] == 2
    assert found[key("genart_workers", queue="remote")] == 0


def test_states_pace_calls_and_breakers_are_told(client: Client) -> None:
    render = factories.make_render(fingerprint={"batch_size": 4})
    started = timezone.now() - timedelta(seconds=20)
    Render.objects.update(started_at=started, finished_at=started + timedelta(seconds=8))
    factories.make_render(state="failed", error="no")
    provider = factories.make_provider(slug="cloud", latency_seconds=2.5)
    Provider.objects.update(failures=3, closed_until=timezone.now() + timedelta(minutes=1))
    RemoteCall.objects.create(render=render, provider=provider, state="done", cost_cents="1.5")

    found = samples(client)

    assert found[key("genart_renders", state="rendered")] == 1
    assert found[key("genart_renders", state="failed")] == 1
    assert found[key("genart_renders", state="queued")] == 0
    pace = key("genart_seconds_per_image", checkpoint="house", lane="standard", where="own")
    assert found[pace] == pytest.approx(2)
    assert found[key("genart_remote_calls_total", provider="cloud", state="done")] == 1
    assert found[key("genart_remote_cost_cents_total", provider="cloud", state="done")] == 1.5
    assert found[key("genart_breaker_state", provider="cloud", state="open")] == 1
    assert found[key("genart_breaker_state", provider="cloud", state="closed")] == 0
    assert found[key("genart_provider_latency_seconds", provider="cloud")] == 2.5


def test_ten_scrapes_in_a_second_read_the_database_once(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, monkeypatch: Any
) -> None:
    monkeypatch.setattr(metrics._queue_text, "seconds", 60.0)  # a busy machine is slow
    factories.make_render(state="queued")
    with django_assert_num_queries(12):
        client.get("/metrics")
    with django_assert_num_queries(0):
        for _ in range(9):
            client.get("/metrics")


@pytest.mark.parametrize(
    ("token", "headers", "address", "status"),
    [
        ("", {}, "127.0.0.1", 200),
        ("", {}, "::1", 200),
        ("", {}, "10.0.0.7", 403),
        ("", {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", 403),
        ("secret", {}, "127.0.0.1", 403),
        ("secret", {"Authorization": "Bearer secret"}, "10.0.0.7", 200),
        ("secret", {"Authorization": "Bearer secretly"}, "10.0.0.7", 403),
        ("secret", {"Authorization": "Bearer größe"}, "10.0.0.7", 403),
    ],
)
def test_figures_are_for_the_token_or_this_machine(
    token: str, headers: dict[str, str], address: str, status: int, client: Client, settings: Any
) -> None:
    settings.METRICS_TOKEN = token

    assert client.get("/metrics", headers=headers, REMOTE_ADDR=address).status_code == status


def test_figures_are_only_read(client: Client) -> None:
    assert client.post("/metrics").status_code == 405
