"""The loop around an errand: doorbells, storages that fail, faults of our own."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.storage import storages
from django.db import connections

from generation import queue, services
from generation.models import Checkpoint, Provider, RemoteCall, Render
from generation.remote import errand, loop, outcome
from generation.remote.tasks import ring_remote
from tests.generation.conftest import Submit
from tests.generation.remote.conftest import Order, Serve, drive
from tests.generation.remote.test_matrix import ledger_of
from tests.generation.remote.test_takeover import lease_runs_out

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]


@pytest.fixture
def briefly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait next to nothing between tries."""
    monkeypatch.setattr(loop, "STORE_PAUSES_SECONDS", (0.01, 0.01))
    monkeypatch.setattr(loop, "BROKEN_PAUSE_SECONDS", 0.01)


def test_a_series_is_made_from_the_doorbell_to_the_files(
    serve: Serve, submit: Submit, drain: Callable[..., None]
) -> None:
    checkpoint = Checkpoint.objects.get(slug="tiny")
    checkpoint.source = Checkpoint.Source.REMOTE
    checkpoint.save()
    server = serve("openai", checkpoint=checkpoint)

    job = submit(count=4)
    drain()

    renders = list(job.renders.all())
    assert {render.state for render in renders} == {"rendered"}
    assert {render.provider for render in renders} == {"openai"}
    assert len({render.sha256 for render in renders}) == len(server.charges) == 4
    for render in renders:
        assert storages["originals"].exists(render.file)
        assert storages["originals"].exists(render.thumbnail)


def test_a_lost_doorbell_is_rung_again(
    serve: Serve, order: Order, drain: Callable[..., None]
) -> None:
    serve("openai")
    render = order()

    ring_remote.send()
    drain()

    render.refresh_from_db()
    assert render.state == "rendered"


def test_without_work_nobody_is_rung(serve: Serve, broker: Any) -> None:
    serve("openai")
    ring_remote()
    assert broker.queues["remote"].qsize() == 0


def failing(times: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the storage of originals fail some times."""
    complete, left = queue.complete, [None] * times

    def broken(**arguments: Any) -> bool:
        if left:
            left.pop()
            raise OSError("the bucket does not answer")
        return complete(**arguments)

    monkeypatch.setattr(queue, "complete", broken)


@pytest.mark.parametrize("kind", ["openai", "runpod"])
def test_a_storage_that_fails_for_a_while_costs_nothing(
    kind: str, serve: Serve, order: Order, monkeypatch: pytest.MonkeyPatch, briefly: None
) -> None:
    server = serve(kind)
    failing(2, monkeypatch)

    render = drive(order())

    assert render.state == "rendered"
    assert ledger_of(render).states == ["done"]
    assert len(server.charges) == 1


def test_what_could_not_be_stored_is_fetched_again_where_that_is_possible(
    serve: Serve, order: Order, monkeypatch: pytest.MonkeyPatch, briefly: None
) -> None:
    server, render = serve("runpod", timeout_seconds=30), order()
    failing(7, monkeypatch)

    for _round in range(4):
        drive(render)
        lease_runs_out(render)

    render.refresh_from_db()
    assert render.state == "rendered"
    assert ledger_of(render).states == ["done"]
    assert len(server.charges) == 1


def test_a_fault_of_ours_is_booked_as_paid(
    serve: Serve, order: Order, monkeypatch: pytest.MonkeyPatch, briefly: None
) -> None:
    serve("openai")

    def broken(*arguments: Any) -> None:
        raise KeyError("a fault of ours")

    with monkeypatch.context() as patch:
        patch.setattr(outcome, "verified", broken)
        render = order()
        loop.work_until_empty()

    ledger = ledger_of(render)
    assert ledger.states[0] == "unknown"
    assert ledger.booked[0] == 4
    assert "KeyError" in ledger.errors[0]


def test_an_order_that_cannot_be_made_is_not_sent(
    serve: Serve, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = serve("openai")
    render = order()
    monkeypatch.setattr(errand, "order_of", lambda *_arguments: 1 / 0)

    loop.work_until_empty()

    render.refresh_from_db()
    assert server.seen == []
    assert (render.state, render.attempts) == ("failed", queue.MAX_ATTEMPTS)
    assert not any(ledger_of(render).booked)


def test_a_job_that_is_tried_again_is_asked_for_again(serve: Serve, order: Order) -> None:
    server, render = serve("openai", "broken", times=3), order()
    assert drive(render).state == "failed"
    assert "server had an error" in render.error

    services.retry_job(job_id=render.job_id)

    assert drive(render).state == "rendered"
    assert len(server.charges) == 1


@pytest.mark.parametrize("kind", ["openai", "runpod"])
def test_no_database_connection_is_held_while_a_provider_works(
    kind: str, serve: Serve, order: Order
) -> None:
    server = serve(kind, timeout_seconds=30)
    render = order()
    server.hold.set()
    held: list[bool] = []
    mine = connections["default"]  # this thread's, looked at from another

    def look() -> None:
        while len(held) < 200 and server.hold.is_set():
            held.append(mine.connection is not None)
            time.sleep(0.005)
        server.hold.clear()

    wrapper = threading.Thread(target=look)
    wrapper.start()
    loop.work_until_empty()
    wrapper.join()

    render.refresh_from_db()
    assert render.state == "rendered"
    assert held[-20:].count(False) >= 10


def test_a_paused_job_waits(serve: Serve, order: Order) -> None:
    serve("openai")
    render = order()
    services.pause_job(job_id=render.job_id)
    loop.work_until_empty()
    assert not RemoteCall.objects.exists()
    services.resume_job(job_id=render.job_id)
    assert drive(render).state == "rendered"


def test_runpod_books_what_a_called_off_order_took(serve: Serve, order: Order) -> None:
    serve("runpod", "too_slow", options={"cents_per_second": 100})

    render = drive(order())

    first = RemoteCall.objects.filter(render=render).order_by("created_at").first()
    assert first is not None
    assert (first.state, float(first.cost_cents)) == ("failed", 5.0)  # 50 ms, says RunPod
    assert "was not ready after 2 s" in first.error
    assert render.cost_cents == sum(call.cost_cents for call in render.remote_calls.all())


def test_the_breaker_hears_of_failures_and_pictures(serve: Serve, order: Order) -> None:
    serve("openai", "unavailable", times=1)
    render = order()

    loop.work_until_empty()
    render.refresh_from_db()

    provider = Provider.objects.get()
    assert render.state == Render.State.RENDERED
    assert provider.failures == 0
    assert provider.latency_seconds
