"""RabbitMQ as genart needs it: quorum queues on request, and no waiting for nodes that are away.

Dramatiq tries six times to connect before it says that a message cannot be sent. A page that rings
a doorbell must not wait so long: rows are the truth, and a sweep rings again. So after one failure
this process lets the broker rest for a while, and says so at once.

A queue's kind is fixed when it is made: where classic queues of the same names exist, RabbitMQ
refuses quorum queues, so drain and delete them first.
"""

import time
from typing import Any

import pika
from dramatiq.brokers.rabbitmq import DEAD_MESSAGE_TTL, RabbitmqBroker
from dramatiq.common import xq_name
from pika.exceptions import AMQPConnectionError

REST_SECONDS = 10.0
QUORUM = {"x-queue-type": "quorum"}


class RabbitBroker(RabbitmqBroker):
    """Dramatiq's broker with a rest after failures.

    Args:
        quorum: whether every queue, those of delayed and of dead messages too, is kept by most
            nodes of a cluster, and outlives the loss of one.
        options: dramatiq's own.
    """

    def __init__(self, *, quorum: bool = False, **options: Any) -> None:
        self.quorum = quorum
        self.rests_until = 0.0
        super().__init__(**options)

    @property
    def connection(self) -> pika.BlockingConnection:
        """The connection of this thread; one that fails makes all threads of the process rest."""
        if getattr(self.state, "connection", None) is not None:
            return self.state.connection
        if time.monotonic() < self.rests_until:
            raise AMQPConnectionError("The broker was away a moment ago.")
        try:
            return RabbitmqBroker.connection.fget(self)  # type: ignore[attr-defined]
        except AMQPConnectionError:
            self.rests_until = time.monotonic() + REST_SECONDS
            raise

    @connection.deleter
    def connection(self) -> None:
        RabbitmqBroker.connection.fdel(self)  # type: ignore[attr-defined]

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        arguments: dict[str, Any] = super()._build_queue_arguments(queue_name)
        return arguments | (QUORUM if self.quorum else {})

    def _declare_xq_queue(self, queue_name: str) -> Any:
        lives: dict[str, Any] = {"x-message-ttl": DEAD_MESSAGE_TTL}
        arguments = lives | (QUORUM if self.quorum else {})
        return self.channel.queue_declare(
            queue=xq_name(queue_name), durable=True, arguments=arguments
        )
