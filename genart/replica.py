"""Reads that may be some seconds old, from a copy of the database; every other goes to the primary.

Only a visitor without a session, who looks at pages of the shop that anybody sees alike, is served
from the replica: whoever has changed anything has a session, and finds it on the next page. The
replica is left alone where it is away, late, or cut off from the primary, and within a transaction
or after a write; a query that it cannot finish is asked of the primary.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

import psycopg
from django.conf import settings
from django.db import OperationalError, connections
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

ALIAS = "replica"
LOOK_SECONDS = 2.0
STALE_VIEWS = frozenset(
    {
        "catalog:home",
        "catalog:browse",
        "catalog:browse_color",
        "catalog:browse_category",
        "catalog:browse_style",
        "catalog:artwork",
        "catalog:artwork_markdown",
        "catalog:collections",
        "catalog:collection",
        "catalog:licences",
        "catalog:licence",
        "catalog:feed",
        "catalog:style_feed",
        "catalog:sitemap_index",
        "catalog:sitemap",
        "catalog:llms",
    }
)
"""Pages that are the same for everybody and may be as old as `DATABASE_REPLICA_LAG_SECONDS`."""
LATENESS = """
SELECT CASE
    WHEN NOT pg_is_in_recovery() THEN 0
    WHEN NOT EXISTS (SELECT 1 FROM pg_stat_wal_receiver) THEN NULL
    WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
    ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp())
END
"""
"""Seconds that it lags behind; nothing where no primary sends to it."""
_may_be_stale: ContextVar[bool] = ContextVar("may_be_stale", default=False)


@contextmanager
def stale_reads() -> Iterator[None]:
    """Let reads within the block be some seconds old."""
    _may_be_stale.set(True)
    try:
        yield
    finally:
        _may_be_stale.set(False)


class ReplicaRouter:
    """Sends reads that may be old to the replica while it is fit."""

    def db_for_read(self, model: type, **hints: Any) -> str:
        """Return the replica for a read that may be old, outside transactions."""
        if not _may_be_stale.get() or connections["default"].in_atomic_block:
            return "default"
        return ALIAS if probe().fit else "default"

    def db_for_write(self, model: type, **hints: Any) -> str:
        """Return the primary; whoever writes reads there from now on, too."""
        _may_be_stale.set(False)
        return "default"

    def allow_relation(self, one: object, other: object, **hints: Any) -> bool:
        """Let rows of both meet: they are rows of one database."""
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        """Migrate the primary alone."""
        return db == "default"


class Probe(threading.Thread):
    """Looks at the replica every other second, so that no page waits for one that is away."""

    def __init__(self) -> None:
        super().__init__(name="replica", daemon=True)
        self.fit = False
        self.looked = threading.Event()

    def run(self) -> None:
        """Look for ever."""
        while True:
            self._note(self.lateness())
            self.looked.set()
            time.sleep(LOOK_SECONDS)

    def lateness(self) -> float | None:
        """Return how many seconds the replica lags behind; `None` where that cannot be said."""
        try:
            with psycopg.connect(**_parameters(), autocommit=True) as asked:
                [seconds] = asked.execute(LATENESS).fetchone() or [None]
        except psycopg.Error as error:
            logger.debug("The replica does not answer: %s", error)
            return None
        return None if seconds is None else float(seconds)

    def _note(self, seconds: float | None) -> None:
        fit = seconds is not None and seconds <= settings.DATABASE_REPLICA_LAG_SECONDS
        if fit != self.fit:
            logger.warning("The replica %s.", "serves" if fit else "is left alone: away or late")
        self.fit = fit


@cache
def probe() -> Probe:
    """Return this process's probe; it starts at the first need, and nothing waits for it."""
    started = Probe()
    started.start()
    return started


def _parameters() -> dict[str, Any]:
    known = connections[ALIAS].get_connection_params()
    left_out = ("cursor_factory", "context", "prepare_threshold", "client_encoding")
    return {name: value for name, value in known.items() if name not in left_out}


class StaleReadsMiddleware:
    """Lets pages that are alike for everybody be read from the replica."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, and leave nothing of it to the next one in this context."""
        try:
            return self.get_response(request)
        finally:
            _may_be_stale.set(False)

    def process_view(
        self, request: HttpRequest, view: object, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> None:
        """Allow it to a visitor without a session who looks at one of `STALE_VIEWS`."""
        match = request.resolver_match
        shown = match is not None and match.view_name in STALE_VIEWS
        known = settings.SESSION_COOKIE_NAME in request.COOKIES
        _may_be_stale.set(request.method in ("GET", "HEAD") and shown and not known)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Ask the primary what the replica could not finish: it went away, or removed old rows."""
        if not (_may_be_stale.get() and isinstance(error, OperationalError)):
            return None
        probe().fit = False
        _may_be_stale.set(False)
        match = request.resolver_match
        assert match is not None  # noqa: S101  (a view has run)
        return match.func(request, *match.args, **match.kwargs)  # type: ignore[no-any-return]
