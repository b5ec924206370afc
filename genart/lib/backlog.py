"""How many messages wait in a queue of the broker.

For whoever sends messages that need not be sent twice: where no worker takes them, sweeps that ring
every few seconds would heap up by thousands, and all be done in vain when one is back.
"""

import logging

import dramatiq
from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker
from dramatiq.brokers.stub import StubBroker

from genart.lib import queue

logger = logging.getLogger(__name__)


def waiting(queue_name: str, broker: dramatiq.Broker | None = None) -> int:
    """Return how many messages wait in a queue, of the one broker unless another is named.

    Where that cannot be told it is 0.
    """
    broker = broker or queue.broker
    try:
        if isinstance(broker, StubBroker):
            return broker.queues[queue_name].qsize()
        if isinstance(broker, RedisBroker):
            return int(broker.do_qsize(queue_name))
        if isinstance(broker, RabbitmqBroker):
            return int(broker.get_queue_message_counts(queue_name)[0])
    except Exception as error:  # each broker has errors of its own; sending tells more
        logger.debug("The queue %s cannot be counted: %s", queue_name, error)
    return 0
