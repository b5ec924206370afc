"""Says who did what to things that matter, to whoever keeps it: in genart, `genart/audit/`.

A verb calls `note` inside the transaction of its change, so that both are written or neither. Who
acts is bound once for each request (`acting`), so that no verb has to be told. Rows that people
change by forms are watched without a call; `genart/audit/watched.py` names them.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HIDDEN = "•"
"""Stands for a value that the log must not hold: a secret, or something about a person."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that was done.

    Attributes:
        verb: `price.changed`: the thing, then what became of it.
        subject: the row it was done to; `None` for the factory itself.
        actor_id: key of the person who did it; `None` for a program.
        via: how: `web`, `api`, `command create_token`, `worker`.
        before: what was so, by field; empty for something new.
        after: what is so now; empty for something removed.
    """

    verb: str
    subject: Any
    actor_id: int | None
    via: str
    before: Mapping[str, Any]
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Actor:
    person: Callable[[], Any]
    via: str


_acting: ContextVar[_Actor | None] = ContextVar("genart_acting", default=None)
_keepers: list[Callable[[Note], Any]] = []


def keep_with(keeper: Callable[[Note], Any]) -> None:
    """Hand every note to `keeper` from now on. Safe to repeat."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def note(
    *,
    verb: str,
    subject: Any = None,
    actor: Any = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Write down what was done.

    Args:
        verb: `price.changed`.
        subject: the row it was done to.
        actor: the person who did it; without one, who is bound by `acting`.
        before: values that JSON can hold; nothing secret, nothing about a person.
        after: as `before`.
    """
    bound = _acting.get()
    person = actor if actor is not None else bound and bound.person()
    entry = Note(
        verb=verb,
        subject=subject,
        actor_id=getattr(person, "pk", None),
        via=bound.via if bound else _program(),
        before=before or {},
        after=after or {},
    )
    for keeper in _keepers:
        keeper(entry)


@contextmanager
def acting(person: Callable[[], Any], via: str) -> Iterator[None]:
    """Let notes within the block be of a person, who is asked for only when one is written."""
    token = _acting.set(_Actor(person, via))
    try:
        yield
    finally:
        _acting.reset(token)


def _program() -> str:
    """Return what kind of program this process is."""
    name = Path(sys.argv[0]).name if sys.argv else ""
    if name == "manage.py" and len(sys.argv) > 1:
        return f"command {sys.argv[1]}"[:60]
    return "worker" if "dramatiq" in " ".join(sys.argv[:2]) else (name or "python")[:60]
