"""Workers that vanish, jobs that are cancelled, answers that come late."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from generation import queue, services
from generation.models import Provider, RemoteCall, Render
from generation.remote import breaker, errand, loop, takeover
from generation.remote.clients import client_of
from generation.remote.types import RemoteError
from tests.generation.remote.conftest import Order, Serve, drive
from tests.generation.remote.servers import FaultServer
from tests.generation.remote.test_matrix import ledger_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick")]

KINDS = ("openai", "stability", "sagemaker", "sagemaker-async", "runpod")
ASKABLE = ("sagemaker-async", "runpod")


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours runs after it."""


def die_after_sending(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the next order be sent, and its worker vanish before it hears or writes anything."""
    client = type(client_of(Provider.objects.get(slug=kind)))
    submit = client.submit

    def send_and_die(self: object, *arguments: object) -> None:
        monkeypatch.setattr(client, "submit", submit)
        with suppress(RemoteError):
            submit(self, *arguments)
        raise Killed

    monkeypatch.setattr(client, "submit", send_and_die)


def lease_runs_out(render: Render) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Render.objects.filter(pk=render.pk).update(lease_expires_at=past)


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_that_dies_after_sending(
    kind: str, serve: Serve, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    server, render = serve(kind), order()
    die_after_sending(kind, monkeypatch)
    with pytest.raises(Killed):
        loop.work_until_empty()
    lease_runs_out(render)

    assert queue.reap_expired() == []  # it waits for whoever goes on with its call
    assert takeover.has_adrift()
    drive(render)

    assert render.state == "rendered"
    states = ["done"] if kind == "sagemaker-async" else ["unknown", "done"]
    assert ledger_of(render).states == states
    assert len(server.charges) == len(states)
    assert sum(map(bool, ledger_of(render).booked)) == len(states)
    assert render.events.filter(kind="lost").count() == 1


@pytest.mark.parametrize("kind", ASKABLE)
def test_what_runs_is_gone_on_with_by_another_worker(kind: str, serve: Serve, order: Order) -> None:
    server, render = serve(kind, timeout_seconds=30), order()
    server.hold.set()
    work_until_shut_down()
    call = RemoteCall.objects.get()
    assert (call.state, bool(call.remote_id)) == ("running", True)

    server.hold.clear()
    drive(render)

    assert render.state == "rendered"
    assert ledger_of(render).states == ["done"]
    assert server.charges == [str(call.pk)]


def work_until_shut_down() -> None:
    """Work in another thread, and end it while its order runs."""
    thread = threading.Thread(target=run_and_close)
    thread.start()
    wait_for(lambda: RemoteCall.objects.filter(state="running").exists())
    errand.stopping.set()
    thread.join()
    errand.stopping.clear()


def test_a_render_that_went_back_on_the_queue_is_gone_on_with_too(
    serve: Serve, order: Order
) -> None:
    server, render = serve("runpod", timeout_seconds=30), order()
    server.hold.set()
    work_until_shut_down()
    change = {"state": "queued", "lease_token": None, "lease_expires_at": None}
    Render.objects.filter(pk=render.pk).update(**change)
    server.hold.clear()

    drive(render)

    assert render.state == "rendered"
    assert ledger_of(render).states == ["done"]
    assert len(server.charges) == 1


def test_two_loops_share_out_what_drifts(serve: Serve, order: Order) -> None:
    serve("runpod", timeout_seconds=30)
    renders = [order() for _number in range(6)]
    loops = [threading.Thread(target=run_and_close) for _number in range(3)]
    for thread in loops:
        thread.start()
    for thread in loops:
        thread.join()

    assert set(Render.objects.values_list("state", flat=True)) == {"rendered"}
    assert RemoteCall.objects.count() == len(renders)


def run_and_close() -> None:
    loop.work_until_empty()
    connection.close()


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_that_is_cancelled_calls_its_order_off(kind: str, serve: Serve, order: Order) -> None:
    server, render = serve(kind, timeout_seconds=30), order()
    server.hold.set()
    thread = threading.Thread(target=run_and_close)
    thread.start()
    wait_for(lambda: bool(server.seen) and RemoteCall.objects.exists())
    if kind in ASKABLE:
        wait_for(lambda: RemoteCall.objects.get().state == "running")

    services.cancel_job(job_id=render.job_id)
    if kind in ASKABLE:
        wait_for(lambda: RemoteCall.objects.get().state == "cancelled")
    server.hold.clear()
    thread.join()

    render.refresh_from_db()
    call = RemoteCall.objects.get()
    assert render.state == "cancelled"
    assert call.ended_at is not None
    assert call.state == ("cancelled" if kind in ASKABLE else "done")
    if kind == "runpod":  # it had not begun, and RunPod says so
        assert (server.charges, call.cost_cents) == ([], 0)
    else:
        assert call.cost_cents == 4


def test_a_cancelled_job_whose_worker_vanished_is_called_off(serve: Serve, order: Order) -> None:
    server, render = serve("runpod", timeout_seconds=30), order()
    server.hold.set()
    work_until_shut_down()
    services.cancel_job(job_id=render.job_id)
    assert not takeover.has_adrift()  # whoever waits for it may hear of the end himself
    past = timezone.now() - timedelta(minutes=2)
    Render.objects.filter(pk=render.pk).update(finished_at=past)

    loop.work_until_empty()

    call = RemoteCall.objects.get()
    assert (call.state, call.cost_cents) == ("cancelled", 0)
    assert any("/cancel/" in path for path in server.seen)
    assert not takeover.has_adrift()


def test_an_answer_that_comes_late_is_taken_before_anything_is_paid_again(
    serve: Serve, order: Order
) -> None:
    server, render = serve("sagemaker-async"), order()
    server.hold.set()
    loop.carry(loop.router.next_assignment())
    assert ledger_of(render).states == ["unknown"]
    # Calling off took the order's input away; this endpoint had read it before that.
    server.objects.update(saved_input(server, render))
    server.hold.clear()
    wait_for(lambda: any(name.startswith("out/") for name in server.objects))
    breaker.reset(Provider.objects.get())

    drive(render)

    assert render.state == "rendered"
    assert ledger_of(render).states == ["done"]
    assert len(server.charges) == 1


def saved_input(server: FaultServer, render: Render) -> dict[str, bytes]:
    """Return the order as it lay in the bucket."""
    from generation.remote.orders import order_of
    from generation.remote.sagemaker import SageMakerAsyncClient
    from generation.remote.types import Assignment

    call = RemoteCall.objects.get()
    offer = call.provider.offers.get()
    made = order_of(Assignment(call.pk, render, offer), call.pk)
    return {f"in/{call.pk}.json": SageMakerAsyncClient(call.provider)._body(made)}


def wait_for(condition: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["openai", "sagemaker-async", "runpod"])
def test_a_real_process_that_is_killed(kind: str, serve: Serve, order: Order) -> None:
    server, render = serve(kind, timeout_seconds=120), order()
    server.hold.set()
    name = str(connection.settings_dict["NAME"])
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.generation.remote.remote_process", name],
        cwd=settings.BASE_DIR,
        env=os.environ | {"RENDER_LEASE_SECONDS": "2"},
        start_new_session=True,
    )
    try:
        wait_for(lambda: any("POST" in path for path in server.seen), 120)
        if kind in ASKABLE:
            wait_for(lambda: RemoteCall.objects.filter(state="running").exists())
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    server.hold.clear()
    wait_for(takeover.has_adrift)

    drive(render)

    assert render.state == "rendered"
    states = ["done"] if kind in ASKABLE else ["unknown", "done"]
    assert ledger_of(render).states == states
    assert len(server.charges) == len(states)
