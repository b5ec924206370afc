"""The timetable, and that one of several schedulers is active."""

import dramatiq
import psycopg
import pytest
from django.db import connection

from genart import scheduler
from genart.scheduler import LOCK, Scheduler, find_actor

pytestmark = pytest.mark.django_db(transaction=True)


@dramatiq.actor(queue_name="default", actor_name="tests.often")
def often() -> None:
    """Be called every second."""


@dramatiq.actor(queue_name="default", actor_name="tests.rarely")
def rarely() -> None:
    """Be called every ten seconds."""


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def one(broker, clock):
    made = Scheduler([(1, f"{__name__}:often"), (10, f"{__name__}:rarely")], clock)
    yield made
    made.release()


def waiting(broker) -> list[str]:
    queue = broker.queues["default"]
    return [dramatiq.Message.decode(data).actor_name for data in queue.queue]


def test_each_actor_is_called_when_its_time_has_come(one, clock, broker):
    assert one.tick() == 0
    clock.now += 1
    assert one.tick() == 1
    assert one.tick() == 0
    clock.now += 10
    assert one.tick() == 2
    assert waiting(broker) == ["tests.often", "tests.often", "tests.rarely"]


def test_what_is_called_seldom_does_not_wait_its_whole_time_after_a_start(clock, broker):
    made = Scheduler([(6 * 3600, f"{__name__}:often"), (6 * 3600, f"{__name__}:rarely")], clock)
    sent = []
    for _ in range(200):
        clock.now += 1
        if made.tick():
            sent.append(clock.now - 100)
    made.release()
    assert sent == [scheduler.FIRST_SECONDS, scheduler.FIRST_SECONDS + scheduler.APART_SECONDS]


def test_time_that_was_missed_is_not_made_up_for(one, clock):
    clock.now += 1000
    assert one.tick() == 2
    clock.now += 0.5
    assert one.tick() == 0


def test_nothing_is_sent_to_a_queue_that_nobody_empties(one, clock, broker, monkeypatch):
    monkeypatch.setattr(scheduler, "MOST_WAITING", 3)
    for _ in range(20):
        clock.now += 1
        one.tick()
    assert waiting(broker) == ["tests.often"] * 3

    broker.queues["default"].get_nowait()
    assert one.tick() == 2  # the rare one was not forgotten


def other_session() -> psycopg.Connection:
    parameters = connection.get_connection_params()
    for name in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(name, None)
    return psycopg.connect(**parameters, autocommit=True)


def test_only_the_holder_of_the_lock_sends(one, clock):
    with other_session() as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,)
        clock.now += 1
        assert one.tick() == 0
        other.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        assert one.tick() == 1
    with other_session() as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (False,)


def test_a_broken_connection_is_replaced(one, clock):
    one.tick()
    with other_session() as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    clock.now += 1
    assert one.tick() == 0
    assert one.tick() == 1


def test_the_whole_timetable_names_actors():
    made = Scheduler()
    assert len(made.timetable) == len(scheduler.PERIODIC)
    names = {path.partition(":")[2] for _seconds, path in scheduler.PERIODIC}
    assert {actor.actor_name for _seconds, actor in made.timetable} == names


def test_a_name_that_is_no_actor_is_refused():
    with pytest.raises(TypeError, match="is not an actor"):
        find_actor("genart.scheduler:Scheduler")
