"""Liveness and readiness."""

from datetime import timedelta

import pytest
from django.db import Error
from django.utils import timezone

from genart import health
from generation.models import Worker

pytestmark = pytest.mark.django_db


def seen(seconds_ago: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    Worker.objects.create(name="test", started_at=at, seen_at=at)


def test_healthz_says_that_the_process_runs(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_is_200_when_every_part_is_there(client):
    seen(seconds_ago=1)
    answer = client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {"ready": True, "database": True, "broker": True, "worker": True}
    assert "no-store" in answer["Cache-Control"]


def test_readyz_is_503_when_no_worker_was_seen_lately(client):
    seen(seconds_ago=31)
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "database": True, "broker": True, "worker": False}


def test_readyz_is_503_without_a_broker(client, settings):
    seen(seconds_ago=1)
    settings.TASK_BROKER = "redis"
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    assert client.get("/readyz").json() == {
        "ready": False, "database": True, "broker": False, "worker": True,
    }  # fmt: skip


def test_readyz_is_503_without_rabbitmq(client, settings):
    settings.TASK_BROKER = "rabbitmq"
    settings.RABBITMQ_URL = "amqp://127.0.0.1:9/"
    assert client.get("/readyz").json()["broker"] is False


def test_readyz_is_503_without_a_database(client, monkeypatch):
    def away() -> None:
        raise Error("no server")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", lambda _: away())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] is False


def test_the_names_of_the_parts_are_the_documented_ones():
    assert list(health.PARTS) == ["database", "broker", "worker"]
