"""Shows that a worker process lives, and keeps the leases it holds from running out.

One thread for each worker process, beside the one that renders: a denoising step may take longer
than a lease. When the process is killed, the beats stop, and the leases run out.
"""

import logging
import os
import socket
import threading
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.utils import timezone

from generation import queue
from generation.models import Worker

logger = logging.getLogger(__name__)

BEATS_PER_LEASE = 5
LONGEST_PAUSE_SECONDS = 5
ALIVE_FOR = timedelta(seconds=15)
"""A worker that was not seen for so long is taken for gone."""
FORGET_AFTER = timedelta(hours=1)


def worker_name() -> str:
    """Return the name of this process, unique among those that run; its label is at the end."""
    label = f"/{settings.WORKER_LABEL}" if settings.WORKER_LABEL else ""
    return f"{socket.gethostname()}:{os.getpid()}{label}"


class Heartbeat(threading.Thread):
    """Beats until `stop`; `device` and `resident` are shown in the list of workers."""

    def __init__(self, queues: Iterable[str] = ("render",)) -> None:
        super().__init__(name="heartbeat", daemon=True)
        self.worker = worker_name()
        self.queues = sorted(queues)
        self.device = ""
        self.resident: list[str] = []
        self.started_at = timezone.now()
        self._tokens: set[UUID] = set()
        self._over = threading.Event()

    def hold(self, token: UUID) -> None:
        """Renew a lease until it is let go."""
        self._tokens.add(token)

    def let_go(self, token: UUID) -> None:
        """Renew a lease no more."""
        self._tokens.discard(token)

    def run(self) -> None:
        """Beat, and go on when the database does not answer for a while."""
        pause = min(settings.RENDER_LEASE_SECONDS / BEATS_PER_LEASE, LONGEST_PAUSE_SECONDS)
        while True:
            try:
                self.beat()
            except Exception as error:  # whatever it is, a worker without a pulse is given up
                logger.warning("A heartbeat was missed: %s", error)
            with suppress(Exception):
                connection.close()
            if self._over.wait(pause):
                return

    def beat(self) -> None:
        """Renew the leases, then say that this worker lives."""
        for token in tuple(self._tokens):
            queue.renew_lease(token)
        Worker.objects.update_or_create(
            name=self.worker,
            defaults={
                "queues": self.queues,
                "device": self.device,
                "resident": self.resident,
                "started_at": self.started_at,
                "seen_at": timezone.now(),
            },
        )

    def silence(self) -> None:
        """End the thread; the worker's row grows stale by itself."""
        self._over.set()
        if self.is_alive():
            self.join(LONGEST_PAUSE_SECONDS)

    def stop(self) -> None:
        """End the thread and take the worker off the list."""
        self.silence()
        Worker.objects.filter(name=self.worker).delete()
        connection.close()


_current: Heartbeat | None = None
_lock = threading.Lock()


def start(queues: Iterable[str] = ("render",)) -> Heartbeat:
    """Start this process's heartbeat, or return the one that beats."""
    global _current
    with _lock:
        if _current is None or not _current.is_alive():
            _current = Heartbeat(queues)
            _current.start()
        return _current


def stop() -> None:
    """Stop this process's heartbeat."""
    global _current
    with _lock:
        if _current is not None:
            _current.stop()
        _current = None


def silence() -> None:
    """End this process's heartbeat without a word to the database."""
    global _current
    with _lock:
        if _current is not None:
            _current.silence()
        _current = None


def describe(*, device: str | None = None, resident: list[str] | None = None) -> None:
    """Tell the next beat what this process runs on and holds, where it beats at all."""
    with _lock:
        if _current is None:
            return
        _current.device = _current.device if device is None else device
        _current.resident = _current.resident if resident is None else resident


def forget_the_gone() -> int:
    """Delete workers that were not seen for long; return how many."""
    return Worker.objects.filter(seen_at__lt=timezone.now() - FORGET_AFTER).delete()[0]
