"""Where pages put events: a stream in Redis, or the table itself where Redis is away.

A page adds one entry, whatever it shows, and does not wait for an answer (`pipe.py`);
`storing.flush` moves entries into the table, each once. What is in the stream outlives a killed web
process and a killed worker. A stream that nobody empties is not filled without end: beyond
`MOST_ENTRIES` pages write to the table, as they do while Redis does not answer. Where the table
does not answer either, rows are kept in this process, up to `MOST_KEPT`, and tried with the next.
"""

import logging
import os
import time
from collections import deque
from collections.abc import Sequence
from functools import cache
from threading import Lock
from typing import Any

import redis
from django.conf import settings
from django.db import Error
from redis.backoff import NoBackoff
from redis.retry import Retry

from catalog.demand.pipe import ANSWER_SECONDS, Broken, Pipe
from catalog.demand.rows import Row, copy_in, packed

log = logging.getLogger(__name__)
STREAM = "genart:demand"
FIELD = b"e"
REST_SECONDS = 5.0
"""After a failure Redis is left alone for so long, so that pages do not wait for it one by one."""
MOST_ENTRIES, CHECK_EVERY = 500_000, 256
MOST_KEPT = 20_000
_kept: deque[Row] = deque(maxlen=MOST_KEPT)
_lock = Lock()
_rests_until, _added = 0.0, 0


@cache
def stream_client(url: str) -> "redis.Redis":
    """Return this process's client of a Redis; it fails quickly, and never tries twice."""
    return redis.Redis.from_url(
        url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


@cache
def stream_pipe(url: str, process: int) -> Pipe:
    """Return the pipe of a process; one that was forked opens its own."""
    return Pipe(url, STREAM, FIELD)


def append(rows: Sequence[Row]) -> None:
    """Keep events, in the stream or in the table; never raises for a server that is away."""
    if not rows:
        return
    lost = list(rows) if time.monotonic() < _rests_until else _streamed(rows)
    if lost:
        store(lost)


def _streamed(rows: Sequence[Row]) -> list[Row]:
    """Put rows into the stream; return what must be stored another way.

    Where the connection breaks, rows on their way may have arrived: they are rather stored twice
    than lost.
    """
    global _rests_until, _added
    try:
        stream_pipe(settings.REDIS_URL, os.getpid()).add(rows, packed(rows))
    except Broken as broken:
        _rests_until = time.monotonic() + REST_SECONDS
        log.info("No stream for events (%s): they are stored directly.", broken)
        return [row for entry in broken.unanswered for row in entry]
    _added += 1
    if _added % CHECK_EVERY == 0 and _is_full():
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("The stream of events is full: is a worker running?")
    return []


def _is_full() -> bool:
    """Tell whether more entries wait than should."""
    try:
        length: Any = stream_client(settings.REDIS_URL).xlen(STREAM)
    except redis.RedisError:  # the next entry will tell
        return False
    return int(length) > MOST_ENTRIES


def store(rows: Sequence[Row]) -> int:
    """Write rows to the table, with those that were kept; return how many got there."""
    with _lock:
        waiting = [*_kept, *rows]
        _kept.clear()
    try:
        return copy_in(waiting)
    except Error as error:
        log.warning("%d events are kept until the database answers: %s", len(waiting), error)
        with _lock:
            _kept.extend(waiting)
        return 0
