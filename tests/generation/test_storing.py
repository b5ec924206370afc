"""Images are stored beside the next pass; nothing of a claim is forgotten."""

import threading
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.storage import storages

from generation import heartbeat, queue, work
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("engine_of_the_test", "tiny_style")
def test_a_storage_that_fails_once_costs_no_picture(submit: Submit, monkeypatch: Any) -> None:
    job = submit(count=3)
    originals = storages["originals"]
    save, failed = originals.save, []

    def fail_once(name: str, content: Any, **options: Any) -> str:
        if not failed:
            failed.append(name)
            raise OSError("the disk is full")
        return save(name, content, **options)

    monkeypatch.setattr(originals, "save", fail_once)
    work.work_until_empty()

    renders = list(job.renders.order_by("attempts"))
    assert [render.state for render in renders] == ["rendered"] * 3
    assert [render.attempts for render in renders] == [0, 0, 1]


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
