"""Messages take the ids of who sent them along, and their work is a span of the same trace.

Ids in an actor's arguments (`render_id`, `order_id` …) are bound as well. Part of
`genart/lib/queue.py`.
"""

import inspect
import threading
from contextlib import ExitStack
from functools import cache
from typing import Any

import dramatiq
from dramatiq.middleware import Middleware

from genart.lib import tracing

OPTION = "carried"
"""Name of the ids among a message's options."""


class Carrying(Middleware):
    """Bind for each message what it carries; outermost, so that whatever is logged has it."""

    def __init__(self) -> None:
        self._work = threading.local()

    def before_enqueue(self, broker: dramatiq.Broker, message: Any, delay: int | None) -> None:
        """Give the ids of now to a new message; one that is tried again keeps its own."""
        message.options.setdefault(OPTION, tracing.carried())

    def before_process_message(self, broker: dramatiq.Broker, message: Any) -> None:
        """Bind the ids, and begin the span."""
        self._end(None)
        ids = dict(message.options.get(OPTION) or {})
        parent = ids.pop(tracing.TRACEPARENT, "")
        work = self._work.stack = ExitStack()
        work.enter_context(tracing.apart())
        bound = {**ids, **_ids_of(broker, message)}
        about = {"actor": message.actor_name, "message_id": message.message_id}
        work.enter_context(tracing.bind(**bound, **about))
        queue = {"messaging.system": "dramatiq", "messaging.destination.name": message.queue_name}
        name = f"process {message.actor_name}"
        work.enter_context(tracing.span(name, "consumer", parent=parent, **queue))

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: Any,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """End the span, and forget the ids."""
        self._end(exception)

    def after_skip_message(self, broker: dramatiq.Broker, message: Any) -> None:
        """Forget the ids of a message that was not worked on."""
        self._end(None)

    def _end(self, error: BaseException | None) -> None:
        stack: ExitStack | None = getattr(self._work, "stack", None)
        self._work.stack = None
        if stack is not None:
            stack.__exit__(type(error) if error else None, error, None)


def _ids_of(broker: dramatiq.Broker, message: Any) -> dict[str, object]:
    """Return the arguments of a message that are ids, by their names in the actor."""
    if message.actor_name not in broker.get_declared_actors():
        return {}
    names = _parameters(broker.get_actor(message.actor_name).fn)
    given = {**dict(zip(names, message.args, strict=False)), **message.kwargs}
    return {name: value for name, value in given.items() if name.endswith("_id")}


@cache
def _parameters(function: Any) -> tuple[str, ...]:
    return tuple(inspect.signature(function).parameters)
