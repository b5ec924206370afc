"""How many messages wait in a queue of the broker.

For whoever sends messages that need not be sent twice: where no worker takes them, sweeps that ring
every few seconds would heap up by thousands, and all be done in vain when one is back.
"""

import logging

from dramatiq.brokers.rabbitmq import RabbitmqBroker
from dramatiq.brokers.redis import RedisBroker

from genart.lib.queue import broker

logger = logging.getLogger(__name__)


def waiting(queue_name: str) -> int:
    """Return how many messages wait in a queue; 0 where that cannot be told."""
    try:
        if isinstance(broker, RedisBroker):
            return int(broker.do_qsize(queue_name))
        if isinstance(broker, RabbitmqBroker):
            return int(broker.get_queue_message_counts(queue_name)[0])
    except Exception as error:  # each broker has errors of its own; sending tells more
        logger.debug("The queue %s cannot be counted: %s", queue_name, error)
    return 0
