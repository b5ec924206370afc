"""What the present work belongs to: the ids that logs, messages, traces and errors share.

Ids stand in a context variable: of this thread, or of this task in the event loop. `bind` adds some
for a block; a message takes them along (`carried`) and its worker binds them again. Spans cost
nothing until `genart/observability/telemetry.py` installs a recorder.
"""

import contextvars
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Literal, ParamSpec, Protocol, TypeVar
from uuid import uuid4

P = ParamSpec("P")
R = TypeVar("R")
Kind = Literal["server", "client", "producer", "consumer", "internal"]
TRACEPARENT = "traceparent"
"""Name of the trace context among carried ids: a header of W3C's Trace Context."""
CARRIED = ("request_id", "user_id")
"""What goes along with messages and rows; whatever else they are about, they name themselves."""
LONGEST = 200
"""Characters of an id that came from elsewhere."""

_bound: contextvars.ContextVar[Mapping[str, object]] = contextvars.ContextVar("ids")


class Recorder(Protocol):
    """Whoever keeps spans."""

    def span(
        self,
        name: str,
        kind: Kind,
        parent: str,
        links: Collection[str],
        attributes: Mapping[str, object],
    ) -> AbstractContextManager[object]:
        """Return a block that is recorded; an exception that leaves it marks it as failed."""

    def describe(self, name: str, attributes: Mapping[str, object]) -> None:
        """Name the present span anew, and add what is known by now."""

    def traceparent(self) -> str:
        """Return the present span as a `traceparent` header; empty outside of any."""


_recorder: Recorder | None = None


def record_with(recorder: Recorder | None) -> None:
    """Install whoever keeps spans; `None`: nobody."""
    global _recorder
    _recorder = recorder


@contextmanager
def bind(**ids: object) -> Iterator[None]:
    """Add ids for a block; a value that can be called is asked whenever the ids are read."""
    given = {name: value for name, value in ids.items() if value not in (None, "")}
    before = _bound.set({**_bound.get({}), **given})
    try:
        yield
    finally:
        _bound.reset(before)


@contextmanager
def apart() -> Iterator[None]:
    """Forget every id for a block: what begins here belongs to nothing."""
    before = _bound.set({})
    try:
        yield
    finally:
        _bound.reset(before)


def current() -> dict[str, str]:
    """Return the ids of the present work."""
    found = {}
    for name, value in _bound.get({}).items():
        known = value() if callable(value) else value
        if known not in (None, ""):
            found[name] = str(known)[:LONGEST]
    return found


def carried() -> dict[str, str]:
    """Return what a message or a row takes along, to be bound again where it is worked on."""
    ids = {name: value for name, value in current().items() if name in CARRIED}
    traceparent = _recorder.traceparent() if _recorder else ""
    return ids | ({TRACEPARENT: traceparent} if traceparent else {})


def within(function: Callable[P, R]) -> Callable[P, R]:
    """Return the function as it runs in another thread with the ids and the span of now."""
    context = contextvars.copy_context()

    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        return context.run(function, *args, **kwargs)

    return run


def span(
    name: str,
    kind: Kind = "internal",
    *,
    parent: str = "",
    links: Collection[str] = (),
    **attributes: object,
) -> AbstractContextManager[object]:
    """Return a block that is recorded as a span, where traces are kept.

    Args:
        name: what happens, from few words: ids go into `attributes`.
        kind: as OpenTelemetry has it.
        parent: `traceparent` of what asked for it; the present span where left out.
        links: `traceparent`s of others that it serves.
        attributes: more about it; the ids of the present work are added.
    """
    if _recorder is None:
        return nullcontext()
    return _recorder.span(name, kind, parent, links, {**current(), **attributes})


def describe(name: str, **attributes: object) -> None:
    """Name the present span anew, and add what is known by now."""
    if _recorder is not None:
        _recorder.describe(name, attributes)


def new_id() -> str:
    """Return a new id for a request."""
    return uuid4().hex
