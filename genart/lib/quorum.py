"""RabbitMQ with quorum queues: each message is kept by most nodes, and outlives the loss of one.

A queue's kind is fixed when it is made: where classic queues of the same names exist, RabbitMQ
refuses, so drain and delete them first (messages are doorbells: the sweeps ring again).
"""

from typing import Any

from dramatiq.brokers.rabbitmq import DEAD_MESSAGE_TTL, RabbitmqBroker
from dramatiq.common import xq_name

QUORUM = {"x-queue-type": "quorum"}


class QuorumBroker(RabbitmqBroker):
    """Declares every queue, those of delayed and of dead messages too, as a quorum queue."""

    def _build_queue_arguments(self, queue_name: str) -> dict[str, Any]:
        return super()._build_queue_arguments(queue_name) | QUORUM

    def _declare_xq_queue(self, queue_name: str) -> Any:
        lives: dict[str, Any] = {"x-message-ttl": DEAD_MESSAGE_TTL}
        return self.channel.queue_declare(
            queue=xq_name(queue_name), durable=True, arguments=lives | QUORUM
        )
