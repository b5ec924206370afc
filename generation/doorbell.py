"""Wakes idle render workers at once, beside the broker's message: PostgreSQL's NOTIFY.

An idle consumer of a broker looks for messages every so often (here every 100 ms); a notification
arrives in a millisecond or two, is heard by every worker, and costs an idle worker nothing. It is
a second doorbell, no more: where LISTEN does not work, as behind a pooler without
`DATABASE_DIRECT_URL`, the message comes all the same.
"""

import logging
import threading
from collections.abc import Callable
from typing import Any

import psycopg
from django.db import connection, connections

from genart.lib.session import session

logger = logging.getLogger(__name__)

CHANNEL = "genart_render"
LISTEN_SECONDS = 5.0
"""How long one wait lasts; a listener that is told to stop does so after it at the latest."""
PAUSE_SECONDS = 2.0
"""How long a listener waits before it connects anew."""


def notify() -> None:
    """Call every listener, once the transaction is committed; at once where there is none."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


class Listener(threading.Thread):
    """Calls `on_ring` for each notification, several at once as one, until `stop`."""

    def __init__(self, on_ring: Callable[[], object]) -> None:
        super().__init__(name="doorbell", daemon=True)
        self.on_ring = on_ring
        self.listening = threading.Event()
        self._over = threading.Event()

    def run(self) -> None:
        """Listen, and go on when the database was away for a while."""
        while not self._over.is_set():
            try:
                self._listen()
            except psycopg.Error as error:
                logger.warning("The doorbell is not heard (%s); trying again.", error)
                self._over.wait(PAUSE_SECONDS)

    def _listen(self) -> None:
        with psycopg.connect(**_parameters(), autocommit=True) as listening:
            listening.execute(f"LISTEN {CHANNEL}")
            self.listening.set()
            while not self._over.is_set():
                heard = list(listening.notifies(timeout=LISTEN_SECONDS, stop_after=1))
                if heard and not self._over.is_set():
                    self._answer()

    def _answer(self) -> None:
        """Do what is asked for; an error is logged, and the next ring is answered."""
        try:
            self.on_ring()
        except Exception:  # what waits is found by the broker's message or by a sweep
            logger.exception("A ring of the doorbell was not answered")
        finally:
            connections.close_all()

    def stop(self) -> None:
        """Answer no more rings."""
        self._over.set()


def _parameters() -> dict[str, Any]:
    """Return how to reach the database, without what only Django's own connections have."""
    parameters = session().get_connection_params()
    left_out = ("cursor_factory", "context", "prepare_threshold", "client_encoding")
    return {name: value for name, value in parameters.items() if name not in left_out}
