"""Sends the periodic messages: sweeps that find what a lost message left behind.

Any number of schedulers may run; an advisory lock in PostgreSQL lets one of them send. It goes on
after a restart of the database or the broker.
"""

import logging
import time
from collections.abc import Callable
from importlib import import_module

import dramatiq
from django.db import Error

from genart.lib.backlog import waiting
from genart.lib.queue import is_paused, ring
from genart.lib.session import free_lock, session, take_lock

logger = logging.getLogger(__name__)

PERIODIC: list[tuple[float, str]] = [
    (5, "generation.tasks:reap_leases"),
    (15, "generation.tasks:ring_queued"),
    (5, "generation.tasks:ring_remote"),
    (30, "generation.tasks:sweep_series"),
    (30, "generation.tasks:sweep_adding"),
    (10, "generation.tasks:sweep_golden"),
    (15, "curation.tasks:sweep_unscored"),
    (5, "curation.tasks:end_grace"),
    (10, "curation.tasks:sweep_taste"),
    (10, "curation.tasks:reconsider"),
    (600, "curation.tasks:refit_scales"),
    (30, "curation.tasks:sweep_appraisals"),
    (60, "curation.tasks:encode_logos"),
    (30, "catalog.tasks:sweep_payments"),
    (3600, "catalog.tasks:catch_up_payments"),
    (60, "catalog.tasks:refresh_prices"),
    (3600, "catalog.tasks:refresh_all_prices"),
    (60, "catalog.tasks:sweep_receipts"),
    (3600, "catalog.tasks:recheck_vat_ids"),
    (15, "genart.workflow:sweep"),
    (5, "catalog.tasks_finding:fold_facets"),
    (600, "catalog.tasks_finding:tell_new_works"),
    (60, "catalog.tasks:sweep_exports"),
    (600, "catalog.tasks_texts:sweep_texts"),
    (15, "catalog.tasks_provenance:sweep_seals"),
    (300, "catalog.tasks_provenance:sweep_terms"),
    (2, "catalog.tasks_demand:flush_signals"),
    (600, "catalog.tasks_demand:fold_demand"),
    (300, "catalog.tasks_demand:find_gaps"),
    (30, "catalog.tasks_demand:check_gaps"),
    (600, "catalog.tasks_demand:forget_demand"),
    (60, "catalog.tasks_autopilot:run_autopilot"),
    (3600, "genart.accounts.tasks:forget_old_tries"),
    (3600, "genart.retention.tasks:forget_old"),
    (6 * 3600, "genart.retention.tasks:sweep_storage"),
    (60, "genart.privacy.tasks:sweep_requests"),
]
"""Every how many seconds which actor is called."""
LOCK = 0x67656E6172740001  # "genart", first lock
TICK_SECONDS = 0.5
FIRST_SECONDS = 120.0
"""When what is called seldom is called first, or a machine that is on for an hour a day never would
sweep; the calls of one start are `APART_SECONDS` apart."""
APART_SECONDS = 5.0
MOST_WAITING = 100
"""Nothing is sent to a queue in which so much waits already: its workers are away, or behind."""


class Scheduler:
    """Calls each actor of a timetable when its time has come, while it holds the lock.

    Args:
        timetable: pairs of seconds and `module:actor`.
        clock: seconds that only rise.
    """

    def __init__(
        self,
        timetable: list[tuple[float, str]] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        entries = PERIODIC if timetable is None else timetable
        self.timetable = [(seconds, find_actor(path)) for seconds, path in entries]
        self.clock = clock
        self.due = [
            clock() + min(seconds, FIRST_SECONDS + number * APART_SECONDS)
            for number, (seconds, _actor) in enumerate(self.timetable)
        ]
        self.active = False

    def tick(self) -> int:
        """Send what is due, but nothing during maintenance; return how many messages that were."""
        if not self._hold_lock() or is_paused():
            return 0
        sent, now = 0, self.clock()
        full: dict[str, bool] = {}
        for index, (seconds, actor) in enumerate(self.timetable):
            if now < self.due[index]:
                continue
            name = actor.queue_name
            full[name] = full[name] if name in full else waiting(name) >= MOST_WAITING
            if not full[name]:  # else it stays due, and is sent when there is room
                self.due[index] = now + seconds
                sent += ring(actor)
        return sent

    def run(self, stopped: Callable[[], bool]) -> None:
        """Tick until `stopped()`."""
        while not stopped():
            self.tick()
            time.sleep(TICK_SECONDS)
        self.release()

    def release(self) -> None:
        """Let another scheduler take over."""
        if self.active:
            free_lock(LOCK)
        session().close()
        self.active = False

    def _hold_lock(self) -> bool:
        """Take the lock, or make sure that this connection still has it."""
        try:
            if self.active:
                with session().cursor() as cursor:
                    cursor.execute("SELECT 1")
            else:
                self.active = take_lock(LOCK)
        except Error as error:
            logger.warning("The database does not answer (%s); trying again.", error)
            session().close()
            self.active = False
        return self.active


def find_actor(path: str) -> dramatiq.Actor:
    """Return the actor that `module:name` names."""
    module, _colon, name = path.partition(":")
    actor = getattr(import_module(module), name)
    if not isinstance(actor, dramatiq.Actor):
        raise TypeError(f"{path} is not an actor.")
    return actor
