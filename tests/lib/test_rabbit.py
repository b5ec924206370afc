"""RabbitMQ that is away: said at once, and asked again after a rest."""

import socket
import threading
import time

import dramatiq
import pytest
from dramatiq.errors import ConnectionClosed

from genart.lib.rabbit import QUORUM, REST_SECONDS, RabbitBroker


class Silent:
    """A server that takes connections and closes each without a word; counts them."""

    def __init__(self) -> None:
        self.calls = 0
        self.server = socket.create_server(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"amqp://guest:guest@127.0.0.1:{self.server.getsockname()[1]}/"

    def _serve(self) -> None:
        while True:
            try:
                peer, _address = self.server.accept()
            except OSError:
                return
            self.calls += 1
            peer.close()


@pytest.fixture
def silent():
    made = Silent()
    yield made
    made.server.close()


def message() -> dramatiq.Message:
    return dramatiq.Message(
        queue_name="default", actor_name="nobody", args=(), kwargs={}, options={}
    )


def test_a_message_is_given_up_after_one_try_and_the_next_at_once(silent):
    broker = RabbitBroker(url=silent.url, middleware=[])
    for _ in range(3):
        with pytest.raises(ConnectionClosed):
            broker.enqueue(message())
    assert silent.calls == 1


def test_after_a_rest_it_is_asked_again(silent, monkeypatch):
    broker = RabbitBroker(url=silent.url, middleware=[])
    with pytest.raises(ConnectionClosed):
        broker.enqueue(message())
    later = time.monotonic() + REST_SECONDS + 1
    monkeypatch.setattr("genart.lib.rabbit.time.monotonic", lambda: later)
    with pytest.raises(ConnectionClosed):
        broker.enqueue(message())
    assert silent.calls == 2


@pytest.mark.parametrize("quorum", [True, False])
def test_queues_are_declared_of_the_kind_that_is_asked_for(silent, quorum):
    broker = RabbitBroker(url=silent.url, middleware=[], quorum=quorum)
    arguments = broker._build_queue_arguments("render")
    assert arguments["x-dead-letter-routing-key"] == "render.XQ"
    assert (QUORUM.items() <= arguments.items()) is quorum
