"""Counts of messages and their work; a middleware of the broker in `genart/lib/queue.py`."""

import threading
import time
from typing import Any

import dramatiq
from dramatiq.middleware import Middleware

from genart.observability import counters, pools


class CountingMessages(Middleware):
    """Count each message, how long it waited and how long its work took."""

    def __init__(self) -> None:
        self._work = threading.local()

    def before_process_message(self, broker: dramatiq.Broker, message: Any) -> None:
        """Note how long a message has waited since it was due."""
        self._work.began = time.perf_counter()
        due_ms = message.options.get("eta") or message.message_timestamp
        waited_seconds = max(time.time() - due_ms / 1000, 0)
        counters.MESSAGE_WAIT_SECONDS.labels(message.queue_name).observe(waited_seconds)

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: Any,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Count a message that was worked on."""
        began = getattr(self._work, "began", None)
        if began is not None:
            seconds = time.perf_counter() - began
            counters.MESSAGE_SECONDS.labels(message.actor_name).observe(seconds)
        self._count(message, "failed" if exception else "done")

    def after_skip_message(self, broker: dramatiq.Broker, message: Any) -> None:
        """Count a message that was put off."""
        self._count(message, "skipped")

    def _count(self, message: Any, outcome: str) -> None:
        self._work.began = None
        counters.MESSAGES.labels(message.queue_name, message.actor_name, outcome).inc()
        pools.note()
