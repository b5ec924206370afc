"""Maintenance: what is answered, what is turned away, and that workers begin nothing."""

from datetime import timedelta
from io import StringIO
from typing import Any

import dramatiq
import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from genart.flags import gate, maintenance, services
from genart.flags.models import Maintenance
from genart.lib import queue
from genart.scheduler import Scheduler

pytestmark = pytest.mark.django_db

done: list[str] = []


@dramatiq.actor(queue_name="default", actor_name="tests.paused")
def work(word: str) -> None:
    done.append(word)


@pytest.fixture(autouse=True)
def nothing_done() -> None:
    done.clear()


def test_it_begins_and_ends_once_however_often_it_is_said() -> None:
    assert services.begin_maintenance(message="New shelves.")
    assert not services.begin_maintenance(message="Newer shelves.", minutes=5)
    assert maintenance.is_on()
    assert maintenance.notice().message == "Newer shelves."  # type: ignore[union-attr]
    assert services.end_maintenance()
    assert not services.end_maintenance()
    assert not maintenance.is_on()
    assert Maintenance.objects.count() == 1


def test_pages_are_read_as_ever(stranger: Client) -> None:
    services.begin_maintenance()
    assert stranger.get("/").status_code == 200
    assert stranger.get("/browse/").status_code == 200
    assert stranger.get("/api/v1/artworks").status_code == 200


def test_a_form_is_answered_by_a_page_that_says_when_to_come_back(stranger: Client) -> None:
    services.begin_maintenance(message="New shelves come in.", minutes=20)
    answer = stranger.post("/lightboxes/new/", {"name": "Blue"})
    assert answer.status_code == 503
    assert 1100 < int(answer["Retry-After"]) <= 1200
    assert "New shelves come in." in answer.content.decode()
    assert "Nothing of yours is lost" in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_a_time_that_has_passed_still_says_to_wait_a_little(stranger: Client) -> None:
    services.begin_maintenance(minutes=1)
    Maintenance.objects.update(until=timezone.now() - timedelta(hours=1))
    assert maintenance.retry_seconds() == maintenance.SHORTEST_SECONDS


def test_a_program_gets_a_sentence(stranger: Client) -> None:
    services.begin_maintenance()
    answer = stranger.post("/api/v1/jobs", "{}", content_type="application/json")
    assert answer.status_code == 503
    assert answer.json()["code"] == "maintenance"
    assert answer.json()["detail"][0]["msg"].startswith("The shop is being worked on")
    assert answer["Retry-After"] == str(maintenance.USUAL_SECONDS)


def test_payments_and_sign_in_go_on(stranger: Client) -> None:
    services.begin_maintenance()
    assert stranger.post("/webhooks/payments/", "{}", content_type="text/plain").status_code < 500
    assert stranger.post("/accounts/login/", {"username": "nobody"}).status_code < 500


def test_an_admin_may_end_it_with_a_form(admin_client: Client) -> None:
    services.begin_maintenance()
    row = Maintenance.objects.get()
    answer = admin_client.post(
        "/admin/flags/maintenance/", {"action": "end", "_selected_action": [row.pk]}
    )
    assert answer.status_code == 302
    assert not maintenance.is_on()


def test_the_command_says_what_is_so() -> None:
    said = StringIO()
    call_command("maintenance", "on", "--message", "Soon.", "--minutes", "3", stdout=said)
    assert maintenance.is_on()
    call_command("maintenance", "status", stdout=said)
    call_command("maintenance", "off", stdout=said)
    assert not maintenance.is_on()
    lines = said.getvalue().splitlines()
    assert lines == ["Maintenance is on: nothing is written."] * 2 + ["All is open."]


def test_the_scheduler_sends_nothing(broker: Any) -> None:
    now = [0.0]
    scheduler = Scheduler([(1, "generation.tasks:reap_leases")], clock=lambda: now[0])
    services.begin_maintenance()
    now[0] = 5.0
    assert scheduler.tick() == 0
    services.end_maintenance()
    assert scheduler.tick() == 1
    scheduler.release()


@pytest.mark.django_db(transaction=True)
def test_a_message_waits_and_is_worked_on_afterwards(
    drain: Any, worker: dramatiq.Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    paused = [True]
    monkeypatch.setattr(queue, "_reasons_to_pause", [lambda: paused[0]])
    monkeypatch.setattr(queue, "PAUSE_MS", 300)
    work.send("kept")
    worker.join()
    assert done == []
    paused[0] = False
    drain(30)
    assert done == ["kept"]


@pytest.mark.django_db(transaction=True)
def test_nothing_is_rendered_meanwhile(drain: Any) -> None:
    from generation import work as rendering
    from tests import factories

    render = factories.make_render(state="queued")
    services.begin_maintenance()
    assert rendering.work_until_empty() == 0
    render.refresh_from_db()
    assert render.state == "queued"


def test_every_route_that_is_let_through_exists() -> None:
    names = {name for name, _pattern in routes()}
    assert gate.LET_THROUGH - names == set()


def routes(patterns: Any = None, space: str = "") -> list[tuple[str, URLPattern]]:
    """Return every named route."""
    found = []
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(entry, URLResolver):
            inner = f"{space}{entry.namespace}:" if entry.namespace else space
            found += routes(entry.url_patterns, inner)
        else:
            found.append((f"{space}{entry.name}", entry))
    return found
