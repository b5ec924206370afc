"""Stores finished images while the next pass runs: encoding, files and rows have their own threads.

The lease of a claim is held until its last image is stored. A worker that dies before leaves
renders whose lease runs out, as at any other moment.
"""

import logging
import os
import sys
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from threading import BoundedSemaphore, Lock, get_native_id
from uuid import UUID

from django.db import connection

from genart.lib import tracing

logger = logging.getLogger(__name__)

THREADS = 2
NICENESS = 19
"""A pass on the processor waits for its slowest thread: one that stores must not hold it up."""
MOST_WAITING = 32
"""Images that wait to be stored; the next pass begins when there are fewer."""


class Storer:
    """Runs tasks of claims in a few threads, and tells when a claim has none left.

    For the one thread that renders. Where that is inside a transaction, tasks run at once in the
    same thread: another would not see rows that are not committed.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(
            THREADS, thread_name_prefix="store", initializer=step_back
        )
        self._room = BoundedSemaphore(MOST_WAITING)
        self._lock = Lock()
        self._open: dict[UUID, set[Future[None]]] = {}
        self._afterwards: dict[UUID, Callable[[], None]] = {}

    def put(self, token: UUID, task: Callable[[], None]) -> None:
        """Run a task of a claim soon; wait while too many wait already. Its errors are logged."""
        if connection.in_atomic_block:
            _logged(task)
            return
        self._room.acquire()
        future = self._threads.submit(self._run, tracing.within(task))
        with self._lock:
            self._open.setdefault(token, set()).add(future)
        future.add_done_callback(lambda done: self._done(token, done))

    def close(self, token: UUID, afterwards: Callable[[], None]) -> None:
        """Call `afterwards` once a claim that gets no more tasks has none left."""
        with self._lock:
            if self._open.get(token):
                self._afterwards[token] = afterwards
                return
        afterwards()

    def wait(self, token: UUID | None = None) -> bool:
        """Wait until a claim has no task left, or none has; return whether there was any."""
        with self._lock:
            futures = [
                future
                for key, tasks in self._open.items()
                if token in (None, key)
                for future in tasks
            ]
        wait(futures)
        return bool(futures)

    def _run(self, task: Callable[[], None]) -> None:
        try:
            _logged(task)
        finally:
            self._room.release()
            connection.close()

    def _done(self, token: UUID, future: Future[None]) -> None:
        with self._lock:
            left = self._open[token]
            left.discard(future)
            if left:
                return
            del self._open[token]
            afterwards = self._afterwards.pop(token, None)
        if afterwards:
            afterwards()


def step_back() -> None:
    """Let this thread run when others of this process leave a core free.

    On Linux each thread has a priority of its own; elsewhere nothing changes.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, get_native_id(), NICENESS)


def _logged(task: Callable[[], None]) -> None:
    try:
        task()
    except Exception:  # tasks answer for what they meant to catch; the thread goes on
        logger.exception("A finished image could not be dealt with")
