"""The switches as this process knows them: read at most every `FLAGS_FRESH_SECONDS`.

Where the database does not answer, what was known last goes on to hold.
"""

import hashlib
import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.aggregates import ArrayAgg
from django.db import Error
from django.db.models import Q

from genart.flags.declared import FLAGS
from genart.flags.models import Flag, Maintenance

logger = logging.getLogger(__name__)

STEPS = 10_000
"""Shares of people are told apart to a hundredth of a percent."""


@dataclass(frozen=True, slots=True)
class Rule:
    """How one feature is switched."""

    state: str
    percent: int = 0
    persons: frozenset[int] = frozenset()

    def holds_for(self, name: str, user: Any) -> bool:
        """Tell whether the feature is on for a person; who that is, is asked only if it matters."""
        if self.state != Flag.State.PARTLY:
            return self.state == Flag.State.ON
        person = getattr(user, "pk", None)
        if person is None:
            return self.percent >= 100
        return person in self.persons or place_of(name, person) < self.percent * STEPS // 100


@dataclass(frozen=True, slots=True)
class Notice:
    """What visitors are told of a maintenance that is on."""

    message: str
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All switches at one moment."""

    rules: Mapping[str, Rule] = field(default_factory=dict)
    maintenance: Notice | None = None

    def is_on(self, name: str, user: Any) -> bool:
        """Tell whether a feature is on."""
        if name not in FLAGS:
            raise LookupError(f"No flag is called {name}: declare it in genart/flags/declared.py.")
        rule = self.rules.get(name)
        return rule.holds_for(name, user) if rule else FLAGS[name].default

    def mark(self) -> str:
        """Return what tells apart the pages that guests get; empty where nothing is switched."""
        rules = [f"{name}={rule.state}{rule.percent}" for name, rule in sorted(self.rules.items())]
        return " ".join([*rules, *([f"closed {self.maintenance}"] if self.maintenance else [])])


_lock = threading.Lock()
_known = Snapshot()
_due: float | None = None
"""When to read anew, on the monotonic clock; `None`: at the next question."""


def present() -> Snapshot:
    """Return the switches, a few seconds old at most. Safe between threads."""
    global _known, _due
    if _due is not None and time.monotonic() < _due:
        return _known
    with _lock:
        if _due is None or time.monotonic() >= _due:
            _due = time.monotonic() + settings.FLAGS_FRESH_SECONDS
            _known = _read()
        return _known


def forget() -> None:
    """Let this process read anew at its next question."""
    global _due
    _due = None


def hold(snapshot: Snapshot) -> None:
    """Let these switches hold in this process until `forget`."""
    global _known, _due
    _known, _due = snapshot, float("inf")


def _read() -> Snapshot:
    """Return the rows of now; what was known, where the database does not answer. Two queries."""
    try:
        rows = Flag.objects.annotate(
            who=ArrayAgg("persons", filter=Q(persons__isnull=False), default=[])
        )
        rules = {row.name: Rule(row.state, row.percent, frozenset(row.who)) for row in rows}
        open_now = Maintenance.objects.filter(ended_at=None).first()
    except Error as error:
        logger.warning("Flags and maintenance could not be read: %s", error)
        return _known
    notice = Notice(open_now.message, open_now.until) if open_now else None
    return Snapshot(rules, notice)


def place_of(name: str, person: int) -> int:
    """Return where a person stands among `STEPS` for a flag: fixed, and another for each flag."""
    digest = hashlib.sha256(f"{name}:{person}".encode()).digest()
    return int.from_bytes(digest[:8]) % STEPS
