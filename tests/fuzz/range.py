"""Where shots are fired at the site and what each did is judged.

A shot is a request, a document or a message that nobody sane would send. It has missed when the
answer has a status under 500, came in time, and, where it was refused, nothing was written.
"""

import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from django.apps import apps
from django.core.signals import got_request_exception
from django.db import connection

PATIENCE_SECONDS = 30.0
"""Wall time after which a shot is cut off and counts as a hang."""
SLOW_SECONDS = 3.0
"""Processor time of this thread that no single input may take."""
MAY_GROW = {
    "django_session", "accounts_personsession",  # a visitor is remembered
    "accounts_signintry", "audit_auditentry",  # who failed to sign in, what was refused
    "catalog_demandevent", "catalog_demandsalt", "catalog_searchrecord",  # what was looked for
    "catalog_cart",  # an account's cart is made when it is first looked at, empty
}  # fmt: skip
"""Tables that a refused request may add to."""


class Hang(BaseException):
    """A shot was not over in time. No `Exception`: nothing on the way may catch it."""


@dataclass(slots=True)
class Tally:
    """What the shots did.

    Attributes:
        shots: kind → how many were fired.
        answers: kind and outcome → how many.
        hits: what went wrong, in words that tell how to repeat it, without doubles.
        worst_seconds: processor time of the slowest shot.
    """

    shots: Counter[str] = field(default_factory=Counter)
    answers: Counter[tuple[str, str]] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    hits: dict[str, str] = field(default_factory=dict)
    worst_seconds: float = 0.0
    worst: str = ""

    def fire(self, kind: str, told: str, shoot: Callable[[], str], *, writes: bool = False) -> None:
        """Fire one shot and judge it.

        Args:
            kind: `pages`, `forms`, `specs` …
            told: how to repeat it.
            shoot: fires; returns the outcome: a status, or a word.
            writes: whether a refusal is looked at for rows left behind.
        """
        self.shots[kind] += 1
        before = mark() if writes else None
        started = time.thread_time()
        try:
            with patience(), uncaught() as errors:
                outcome = shoot()
        except Hang:
            return self._hit("hang", kind, told, f"not over in {PATIENCE_SECONDS:.0f} s")
        except Exception as error:
            return self._hit("error", kind, told, f"{type(error).__name__}: {error}")
        seconds = time.thread_time() - started
        if seconds > self.worst_seconds:
            self.worst_seconds, self.worst = seconds, f"{kind}: {told[:300]}"
        self.answers[kind, outcome] += 1
        if outcome.isdigit() and int(outcome) >= 500:
            self._hit("5xx", kind, told, " ".join([outcome, *errors]))
        if seconds > SLOW_SECONDS:
            self._hit("slow", kind, told, f"{seconds:.1f} s of the processor")
        if before is not None and outcome.startswith("4"):
            left = before.left_behind()
            if left:
                self._hit("half-written", kind, told, f"{outcome}, and wrote {left}")
        return None

    def _hit(self, fault: str, kind: str, told: str, words: str) -> None:
        self.faults[fault] += 1
        self.answers[kind, fault] += 1
        self.hits.setdefault(f"{fault} {kind} {words[:120]}", f"{told[:600]} → {words[:600]}")


@contextmanager
def uncaught() -> Iterator[list[str]]:
    """Yield a list to which each error of a view that nobody caught in this block is added."""
    errors: list[str] = []

    def note(**_sent: Any) -> None:
        kind, error, trace = sys.exc_info()
        where = traceback.extract_tb(trace)[-1]
        name = kind.__name__ if kind else ""
        errors.append(f"{name} at {Path(where.filename).name}:{where.lineno}: {error}")

    got_request_exception.connect(note)
    try:
        yield errors
    finally:
        got_request_exception.disconnect(note)


@contextmanager
def patience() -> Iterator[None]:
    """Interrupt what runs in this block, which must be in the main thread, after a while."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise Hang

    before = signal.signal(signal.SIGALRM, interrupt)
    signal.setitimer(signal.ITIMER_REAL, PATIENCE_SECONDS)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


@dataclass(slots=True)
class Mark:
    """How much is in the database at a moment.

    Attributes:
        place: of the write-ahead log: where it did not move, nothing at all was written.
        rows: table → rows.
    """

    place: str
    rows: dict[str, int]

    def left_behind(self) -> str:
        """Return the tables that have more rows now, and how many; empty: nothing was written."""
        if log_place() == self.place:
            return ""
        now = _counts()
        grown = {
            table: now[table] - before
            for table, before in self.rows.items()
            if now[table] > before and table not in MAY_GROW
        }
        _known[:] = [Mark(log_place(), now)]
        return ", ".join(f"{more} × {table}" for table, more in grown.items())


_known: list[Mark] = []


def mark() -> Mark:
    """Return the mark of now; rows are counted only where something was written since the last."""
    place = log_place()
    if not _known or _known[0].place != place:
        _known[:] = [Mark(place, _counts())]
    return _known[0]


def log_place() -> str:
    """Return how far the write-ahead log is."""
    return str(_first("SELECT pg_current_wal_insert_lsn()"))


def _counts() -> dict[str, int]:
    tables = sorted({model._meta.db_table for model in apps.get_models() if model._meta.managed})
    counts = ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        row = cursor.fetchone()
    return dict(zip(tables, row or (), strict=True))


def _first(query: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return (cursor.fetchone() or [None])[0]
