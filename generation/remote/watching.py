"""What is seen of an exchange with a provider: a span, a time, and the ids that go along."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from genart.lib import tracing
from genart.observability.counters import PROVIDER_SECONDS

Note = Callable[[int], None]


@contextmanager
def exchange(provider: str, method: str) -> Iterator[tuple[dict[str, str], Note]]:
    """Watch one exchange; give the headers that go along, and what takes down the status.

    The provider learns the trace and no id of ours: a worker of our own there goes on with it.
    """
    began, outcome = time.monotonic(), "broken"

    def note(status: int) -> None:
        nonlocal outcome
        outcome = f"{status // 100}xx"
        tracing.describe(f"{method} {provider}", **{"http.response.status_code": status})

    about = {"http.request.method": method, "provider": provider}
    try:
        with tracing.span(f"{method} {provider}", "client", **about):
            parent = tracing.carried().get(tracing.TRACEPARENT, "")
            yield ({tracing.TRACEPARENT: parent} if parent else {}), note
    finally:
        PROVIDER_SECONDS.labels(provider, outcome).observe(time.monotonic() - began)
