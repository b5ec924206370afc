"""The one message broker, chosen by the settings, and how messages are sent.

Rows are the truth, messages are doorbells: an actor gets ids, may run twice, and finds its work in
the database. A message that cannot be sent is logged and forgotten; a sweep rings again.

Actors are declared in each app's `tasks.py` with `dramatiq.actor`; `genart/apps.py` imports this
module first, so that they meet this broker. Processes that run them start at `genart/worker.py`.
"""

import logging
from collections.abc import Callable
from typing import Any

import dramatiq
from django.conf import settings
from django.db import close_old_connections, connections, transaction
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import (
    AgeLimit,
    Callbacks,
    Middleware,
    Pipelines,
    Retries,
    ShutdownNotifications,
    SkipMessage,
    TimeLimit,
)

from genart.lib.carrying import Carrying

logger = logging.getLogger(__name__)

HOUR_MS = 3_600_000
HEARTBEAT_TIMEOUT_MS = 15_000
"""A Redis worker unheard for so long is taken for dead, and its messages are given out again."""
MAINTENANCE_ALWAYS = 1_000_000
"""Look for dead workers at every command: by default an idle worker hardly ever would."""

PAUSE_MS = 5_000
"""A message that comes while work is paused is looked at again after so long."""

WorkerHook = Callable[[set[str]], None]
_boot_hooks: list[WorkerHook] = []
_stop_hooks: list[WorkerHook] = []
_reasons_to_pause: list[Callable[[], bool]] = []


def on_worker_boot(hook: WorkerHook) -> WorkerHook:
    """Call `hook(queues)` in each worker process when it starts; usable as a decorator."""
    _boot_hooks.append(hook)
    return hook


def on_worker_stop(hook: WorkerHook) -> WorkerHook:
    """Call `hook(queues)` in each worker process before it ends; usable as a decorator."""
    _stop_hooks.append(hook)
    return hook


def pause_while(reason: Callable[[], bool]) -> Callable[[], bool]:
    """Let workers begin nothing while `reason()`; usable as a decorator."""
    _reasons_to_pause.append(reason)
    return reason


def is_paused() -> bool:
    """Tell whether this process should begin no work now; long loops ask before each turn."""
    return any(reason() for reason in _reasons_to_pause)


class Pausing(Middleware):
    """Put messages off while work is paused: none is lost, and none is begun."""

    def before_process_message(self, broker: dramatiq.Broker, message: Any) -> None:
        """Send the message anew, for later."""
        if is_paused():
            original = getattr(message, "_message", message)
            broker.enqueue(original, delay=PAUSE_MS)
            raise SkipMessage(f"Work is paused; {message.actor_name} comes again.")


class WorkerHooks(Middleware):
    """Run what the apps registered with `on_worker_boot` and `on_worker_stop`."""

    def after_worker_boot(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Tell the apps that this process works now, and on which queues."""
        for hook in _boot_hooks:
            hook(self._queues(broker, worker))

    def before_worker_shutdown(self, broker: dramatiq.Broker, worker: dramatiq.Worker) -> None:
        """Tell the apps that this process is about to end."""
        for hook in _stop_hooks:
            hook(self._queues(broker, worker))

    @staticmethod
    def _queues(broker: dramatiq.Broker, worker: dramatiq.Worker) -> set[str]:
        return set(worker.consumer_whitelist or broker.get_declared_queues())


class DatabaseConnections(Middleware):
    """Give each message a database connection that works, and return it afterwards."""

    def before_process_message(self, broker: dramatiq.Broker, message: Any) -> None:
        """Drop a connection that a restart of the database has broken."""
        close_old_connections()

    def after_process_message(
        self,
        broker: dramatiq.Broker,
        message: Any,
        *,
        result: Any = None,
        exception: BaseException | None = None,
    ) -> None:
        """Return the connection, so that an idle worker holds none."""
        close_old_connections()

    def before_worker_thread_shutdown(self, broker: dramatiq.Broker, thread: Any) -> None:
        """Close what this thread still holds."""
        connections.close_all()


def middleware() -> list[Middleware]:
    """Return what wraps each message, outermost first."""
    return [
        Carrying(),
        DatabaseConnections(),
        Pausing(),
        AgeLimit(),
        TimeLimit(time_limit=HOUR_MS),
        ShutdownNotifications(),
        Callbacks(),
        Pipelines(),
        Retries(max_retries=settings.TASK_RETRIES, min_backoff=1_000, max_backoff=5 * 60_000),
        WorkerHooks(),
    ]


def make_broker() -> dramatiq.Broker:
    """Return a new broker: RabbitMQ where `RABBITMQ_URL` is set, else Redis; a stub in tests."""
    broker: dramatiq.Broker
    if settings.TASK_BROKER == "stub":
        broker = StubBroker(middleware=middleware())
    elif settings.TASK_BROKER == "rabbitmq":
        from genart.lib.rabbit import RabbitBroker

        broker = RabbitBroker(
            url=settings.RABBITMQ_URL,
            quorum=settings.RABBITMQ_QUORUM,
            confirm_delivery=True,
            middleware=middleware(),
        )
    else:
        from dramatiq.brokers.redis import RedisBroker

        broker = RedisBroker(
            url=settings.REDIS_URL,
            heartbeat_timeout=HEARTBEAT_TIMEOUT_MS,
            maintenance_chance=MAINTENANCE_ALWAYS,
            middleware=middleware(),
        )
    for name in settings.TASK_QUEUES:
        broker.declare_queue(name)
    return broker


def send_on_commit(actor: dramatiq.Actor[Any, Any], *args: Any) -> None:
    """Ring the doorbell once the transaction is committed; at once where there is none.

    Args:
        actor: whom to call.
        args: ids and plain values, such as `str(uuid)`.
    """
    transaction.on_commit(lambda: ring(actor, *args))


def ring(actor: dramatiq.Actor[Any, Any], *args: Any, delay_ms: int = 0) -> bool:
    """Send a message now, to be worked on after `delay_ms`.

    Return False, with a line in the log, where the broker is away.
    """
    try:
        actor.send_with_options(args=args, delay=delay_ms or None)
    except Exception as error:  # each broker has errors of its own
        logger.warning("No broker for %s (%s); a sweep will ring again.", actor.actor_name, error)
        return False
    return True


broker = make_broker()
dramatiq.set_broker(broker)
