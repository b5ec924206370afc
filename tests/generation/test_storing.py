"""Images are stored beside the next pass; nothing of a claim is forgotten."""

import os
import threading
from errno import ENOSPC
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from botocore.exceptions import EndpointConnectionError
from django.db import IntegrityError, OperationalError

from genart.lib import outages
from generation import heartbeat, queue, work
from generation.models import RenderEvent
from generation.storing import Storer
from tests.generation.conftest import Submit

TOKEN = UUID(int=1)


@pytest.fixture
def storer(transactional_db: None) -> Storer:
    return Storer()


def test_a_claim_is_closed_when_its_last_task_is_done(storer: Storer) -> None:
    go, done = threading.Event(), threading.Event()
    ran: list[int] = []

    def task(number: int) -> None:
        go.wait(5)
        ran.append(number)

    for number in range(5):
        storer.put(TOKEN, partial(task, number))
    storer.close(TOKEN, done.set)

    assert not done.is_set()
    go.set()
    assert done.wait(5)
    assert sorted(ran) == [0, 1, 2, 3, 4]


def test_a_claim_without_tasks_is_closed_at_once(storer: Storer) -> None:
    closed: list[bool] = []

    storer.close(uuid4(), lambda: closed.append(True))

    assert closed == [True]


def test_an_error_of_one_task_stops_no_other(storer: Storer) -> None:
    ran: list[bool] = []

    storer.put(TOKEN, lambda: 1 / 0)  # type: ignore[arg-type, return-value]
    storer.put(TOKEN, lambda: ran.append(True))
    storer.wait(TOKEN)

    assert ran == [True]


@pytest.mark.django_db
def test_inside_a_transaction_a_task_runs_at_once() -> None:
    threads: list[threading.Thread] = []

    Storer().put(TOKEN, lambda: threads.append(threading.current_thread()))

    assert threads == [threading.current_thread()]


def fail_to_write(monkeypatch: Any, times: int, error: OSError) -> list[OSError]:
    """Let the disk refuse what is written to it so many times; return what it said."""
    fsync, said = os.fsync, []

    def write(handle: int) -> None:
        if len(said) < times:
            said.append(error)
            raise error
        fsync(handle)

    monkeypatch.setattr(os, "fsync", write)
    monkeypatch.setattr(outages, "FIRST_SECONDS", 0.01)
    return said


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("engine_of_the_test", "tiny_style")
def test_a_disk_that_stays_full_for_a_while_costs_no_picture_and_no_attempt(
    submit: Submit, monkeypatch: Any
) -> None:
    job = submit(count=2)
    said = fail_to_write(monkeypatch, 2 * (queue.MAX_ATTEMPTS + 1), OSError(ENOSPC, "full"))

    work.work_until_empty()

    assert len(said) == 2 * (queue.MAX_ATTEMPTS + 1)
    assert set(job.renders.values_list("state", "attempts")) == {("rendered", 0)}
    events = set(RenderEvent.objects.values_list("kind", flat=True))
    assert events == {RenderEvent.Kind.RELEASED}


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("engine_of_the_test", "tiny_style")
def test_an_error_that_is_not_of_the_world_counts(submit: Submit, monkeypatch: Any) -> None:
    job = submit(count=3)
    fail_to_write(monkeypatch, 1, OSError("this picture cannot be written"))

    work.work_until_empty()

    renders = list(job.renders.order_by("attempts"))
    assert [render.state for render in renders] == ["rendered"] * 3
    assert [render.attempts for render in renders] == [0, 0, 1]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (OperationalError("the database is starting up"), True),
        (ConnectionResetError(), True),
        (OSError(ENOSPC, "No space left on device"), True),
        (EndpointConnectionError(endpoint_url="http://s3"), True),
        (FileNotFoundError(2, "control.png"), False),
        (IntegrityError("a row that cannot be"), False),
        (RuntimeError("shapes do not match"), False),
    ],
)
def test_errors_of_the_world_are_told_from_those_of_a_picture(
    error: Exception, expected: bool
) -> None:
    assert outages.is_outage(error) is expected


def test_a_worker_rests_longer_each_time_and_not_at_all_when_all_is_well() -> None:
    rest, over = outages.Rest(), threading.Event()
    over.set()  # whoever is about to end does not wait
    lengths = []
    for _ in range(8):
        rest.lengthen()
        lengths.append(rest.seconds)
        rest.take(over)

    assert lengths == [0.5, 1, 2, 4, 8, 15, 15, 15]
    rest.end()
    assert rest.seconds == 0


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("engine_of_the_test", "tiny_style")
def test_a_lease_is_held_until_the_last_picture_is_stored(submit: Submit, monkeypatch: Any) -> None:
    submit(count=2)
    held: list[set[UUID]] = []
    complete = queue.complete

    def look(**arguments: Any) -> bool:
        held.append(set(heartbeat.start()._tokens))
        return complete(**arguments)

    monkeypatch.setattr(queue, "complete", look)
    work.work_until_empty()

    assert len(held) == 2
    assert all(len(tokens) == 1 for tokens in held)
    assert heartbeat.start()._tokens == set()
