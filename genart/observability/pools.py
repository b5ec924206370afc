"""How the pool of database connections of this process is, noted as it works."""

import threading
import time

from django.db import DEFAULT_DB_ALIAS, connections

from genart.observability import counters

EVERY_SECONDS = 1.0

_lock = threading.Lock()
_due = 0.0
_counted: dict[str, int] = {}


def note() -> None:
    """Note the pool's figures, at most once a second; nothing where there is no pool yet."""
    global _due
    if time.monotonic() < _due or not _lock.acquire(blocking=False):
        return
    try:
        _due = time.monotonic() + EVERY_SECONDS
        figures = _figures()
        if figures:
            _tell(figures)
    finally:
        _lock.release()


def _figures() -> dict[str, int]:
    """Return what psycopg's pool tells of itself."""
    wrapper = connections[DEFAULT_DB_ALIAS]
    pools = getattr(wrapper, "_connection_pools", {})
    pool = pools.get(wrapper.alias)
    return pool.get_stats() if pool is not None else {}


def _tell(figures: dict[str, int]) -> None:
    size, idle = figures.get("pool_size", 0), figures.get("pool_available", 0)
    counters.POOL_CONNECTIONS.labels("used").set(size - idle)
    counters.POOL_CONNECTIONS.labels("idle").set(idle)
    counters.POOL_CONNECTIONS.labels("most").set(figures.get("pool_max", 0))
    counters.POOL_WAITING.set(figures.get("requests_waiting", 0))
    counters.POOL_WAIT_SECONDS.inc(_risen(figures, "requests_wait_ms") / 1000)
    for kind in ("requests_errors", "connections_errors", "connections_lost"):
        counters.POOL_ERRORS.labels(kind).inc(_risen(figures, kind))


def _risen(figures: dict[str, int], name: str) -> int:
    """Return by how much a sum rose since it was last noted."""
    present = figures.get(name, 0)
    risen = present - _counted.get(name, 0)
    _counted[name] = present
    return max(risen, 0)
