"""Render workers hear of new work at once, without the broker."""

import threading
import time

import pytest
from django.db import transaction

from generation import doorbell
from tests.generation.conftest import Submit

pytestmark = pytest.mark.django_db(transaction=True)


class Rings:
    """A listener that counts, until the block ends."""

    def __init__(self) -> None:
        self.count = 0
        self.heard = threading.Event()
        self.listener = doorbell.Listener(self.ring)

    def ring(self) -> None:
        self.count += 1
        self.heard.set()

    def __enter__(self) -> "Rings":
        self.listener.start()
        assert self.listener.listening.wait(10)
        return self

    def __exit__(self, *_error: object) -> None:
        self.listener.stop()
        doorbell.notify()  # ends its wait
        self.listener.join(10)


def test_a_submitted_job_is_heard_of(submit: Submit) -> None:
    with Rings() as rings:
        submit()

        assert rings.heard.wait(10)


def test_nothing_is_heard_of_what_is_not_committed(db: None) -> None:
    with Rings() as rings:
        with transaction.atomic():
            doorbell.notify()
            time.sleep(0.2)
            assert not rings.heard.is_set()

        assert rings.heard.wait(10)


def test_an_error_in_an_answer_does_not_end_the_listening() -> None:
    with Rings() as rings:
        ring, rings.listener.on_ring = rings.listener.on_ring, lambda: 1 / 0
        doorbell.notify()
        time.sleep(0.2)
        rings.listener.on_ring = ring

        doorbell.notify()

        assert rings.heard.wait(10)
