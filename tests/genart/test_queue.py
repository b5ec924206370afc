"""The broker, its hooks and the sending of messages, on the stub broker with a real worker."""

import dramatiq
import pytest
from django.db import connection, transaction
from dramatiq.brokers.redis import RedisBroker

from genart.lib import queue
from genart.lib.queue import ring, send_on_commit

seen: list[object] = []


@dramatiq.actor(queue_name="default", actor_name="tests.remember")
def remember(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text", [value])
        seen.append(cursor.fetchone()[0])


@pytest.fixture(autouse=True)
def nothing_seen():
    seen.clear()


def test_a_message_sent_in_a_transaction_waits_for_its_commit(drain):
    with transaction.atomic():
        send_on_commit(remember, "late")
        drain()
        assert seen == []
    drain()
    assert seen == ["late"]


def test_a_message_of_a_rolled_back_transaction_is_never_sent(drain):
    with pytest.raises(RuntimeError), transaction.atomic():
        send_on_commit(remember, "never")
        raise RuntimeError
    drain()
    assert seen == []


def test_without_a_broker_the_caller_goes_on(settings, caplog):
    settings.TASK_BROKER = "redis"
    settings.REDIS_URL = "unix:///nonexistent/valkey.sock"
    away = queue.make_broker()
    assert isinstance(away, RedisBroker)
    assert away.heartbeat_timeout == 15_000
    assert away.maintenance_chance == 1_000_000
    actor = dramatiq.actor(remember.fn, broker=away, actor_name="tests.away")
    assert ring(actor, "lost") is False
    assert "a sweep will ring again" in caplog.text


def test_worker_hooks_get_the_queues(broker, monkeypatch):
    calls = []
    monkeypatch.setattr(queue, "_boot_hooks", [])
    monkeypatch.setattr(queue, "_stop_hooks", [])
    queue.on_worker_boot(lambda queues: calls.append(("boot", queues)))
    queue.on_worker_stop(lambda queues: calls.append(("stop", queues)))
    worker = dramatiq.Worker(broker, queues={"score"}, worker_timeout=20, worker_threads=1)
    worker.start()
    worker.stop()
    assert calls == [("boot", {"score"}), ("stop", {"score"})]


def test_a_failed_actor_fails_the_drain(broker, drain):
    @dramatiq.actor(queue_name="default", actor_name="tests.broken")
    def broken() -> None:
        raise ZeroDivisionError

    broken.send()
    with pytest.raises(ZeroDivisionError):
        drain()


def test_no_actor_is_put_before_or_behind_others():
    """Or four of them in hand keep the rest of their queue out while other queues have work."""
    own = [actor for name, actor in queue.broker.actors.items() if not name.startswith("tests.")]
    assert len(own) > 40
    assert {actor.priority for actor in own} == {0}
