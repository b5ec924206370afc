"""Liveness, readiness, the state of the whole, and the figures of the flow."""

import shutil
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from curation.models import Brand, Candidate
from genart.flags import services
from genart.health import figures, readiness
from genart.scheduler import Scheduler
from generation.models import Worker
from tests import factories

pytestmark = pytest.mark.django_db
SERVES = {"database": True, "schema": True, "storage": True}
WHOLE = SERVES | {"broker": True, "worker": True, "scheduler": True, "disk": True}


def seen(seconds_ago: float) -> None:
    at = timezone.now() - timedelta(seconds=seconds_ago)
    Worker.objects.create(name="test", started_at=at, seen_at=at)


@pytest.fixture
def scheduler(broker: Any) -> Any:
    """A scheduler that holds its lock."""
    active = Scheduler([])
    active.tick()
    yield active
    active.release()


@pytest.fixture
def nothing_known() -> None:
    readiness._migrated.cache_clear()
    figures.forget()


def test_healthz_says_that_the_process_runs(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok")


def test_readyz_is_200_where_this_process_can_serve_even_without_workers(client):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, **SERVES})
    assert "no-store" in answer["Cache-Control"]


def test_statusz_is_200_when_every_part_is_there(client, scheduler):
    seen(seconds_ago=1)
    answer = client.get("/statusz")
    assert (answer.status_code, answer.json()) == (200, {"ready": True, **WHOLE})


def test_statusz_is_503_when_no_worker_was_seen_lately(client, scheduler):
    seen(seconds_ago=31)
    answer = client.get("/statusz")
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, **WHOLE, "worker": False}


def test_statusz_is_503_without_a_scheduler(client, broker):
    seen(seconds_ago=1)
    answer = client.get("/statusz")
    assert (answer.status_code, answer.json()["scheduler"]) == (503, False)


def test_statusz_is_503_before_the_disk_is_full(client, scheduler, monkeypatch):
    seen(seconds_ago=1)
    usage = shutil.disk_usage("/")._replace(free=readiness.LEAST_FREE_BYTES - 1)
    monkeypatch.setattr("shutil.disk_usage", lambda folder: usage)
    answer = client.get("/statusz")
    assert answer.json() == {"ready": False, **WHOLE, "disk": False}


@pytest.mark.parametrize("broker_setting", ["redis", "rabbitmq"])
def test_without_a_broker_the_shop_serves_and_the_whole_does_not(client, settings, broker_setting):
    settings.TASK_BROKER = broker_setting
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    settings.RABBITMQ_URL = "amqp://127.0.0.1:9/"
    assert client.get("/readyz").status_code == 200
    answer = client.get("/statusz")
    assert (answer.status_code, answer.json()["broker"]) == (503, False)


def test_readyz_is_503_where_files_cannot_be_written(client, monkeypatch):
    monkeypatch.setattr("os.access", lambda folder, mode: "originals" not in str(folder))
    monkeypatch.setattr(readiness, "existing", lambda folder: folder)
    assert client.get("/readyz").json() == {"ready": False, **SERVES, "storage": False}


def test_readyz_is_503_until_the_migrations_are_applied(client, nothing_known):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'flags'")
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()["schema"]) == (503, False)


def test_readyz_is_503_without_a_database(client, monkeypatch):
    def away() -> None:
        raise Error("no server")

    monkeypatch.setattr("django.db.backends.base.base.BaseDatabaseWrapper.cursor", lambda _: away())
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["database"] is False


def test_the_names_of_the_parts_are_the_documented_ones():
    assert list(readiness.NEEDED) == list(SERVES)
    assert list(readiness.WHOLE) == list(WHOLE)


def test_the_flow_is_told_from_scoring_to_orders(client, broker, nothing_known):
    brand = Brand.objects.create(slug="calm", name="Calm")
    candidate = Candidate.objects.create(
        render=factories.make_render(), brand=brand, tier="commodity", state="scoring"
    )
    Candidate.objects.filter(pk=candidate.pk).update(
        created_at=timezone.now() - timedelta(minutes=10)
    )
    services.begin_maintenance()
    found = {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(client.get("/metrics").content.decode())
        for sample in family.samples
    }
    assert found["genart_candidates", "scoring"] == 1
    assert found["genart_waiting_oldest_seconds", "scoring"] == pytest.approx(600, abs=60)
    assert found["genart_waiting_oldest_seconds", "review"] == 0
    assert found["genart_orders", "paid"] == 0
    assert found["genart_orders_troubled",] == 0
    assert found["genart_broker_messages", "render"] >= 0
    assert found["genart_scheduler_active",] == 0
    assert found["genart_maintenance",] == 1
    assert found["genart_disk_free_bytes",] > 0
