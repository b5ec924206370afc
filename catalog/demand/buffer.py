"""Where pages put events: a stream in Redis, or the table itself where Redis is away.

A page adds one entry, whatever it shows; `storing.flush` moves entries into the table, each once.
What is in the stream outlives a killed web process and a killed worker. A stream that nobody
empties is not filled without end: beyond `MOST_ENTRIES` pages write to the table, as they do while
Redis does not answer. Where the table does not answer either, rows are kept in this process, up to
`MOST_KEPT`, and tried with the next ones.
"""

import logging
import time
from collections import deque
from collections.abc import Sequence
from functools import cache
from threading import Lock

import redis
from django.conf import settings
from django.db import Error
from redis.backoff import NoBackoff
from redis.retry import Retry

from catalog.demand.rows import Row, copy_in, packed

log = logging.getLogger(__name__)
STREAM = "genart:demand"
FIELD = b"e"
ANSWER_SECONDS = 0.25
REST_SECONDS = 5.0
"""After a failure Redis is left alone for so long, so that pages do not wait for it one by one."""
MOST_ENTRIES = 500_000
MOST_KEPT = 20_000
_kept: deque[Row] = deque(maxlen=MOST_KEPT)
_lock = Lock()
_rests_until = 0.0


@cache
def stream_client(url: str = "") -> "redis.Redis":
    """Return this process's client; it fails quickly, and never tries twice."""
    return redis.Redis.from_url(
        url or settings.REDIS_URL,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def append(rows: Sequence[Row]) -> None:
    """Keep events, in the stream or in the table; never raises for a server that is away."""
    if rows and not _streamed(rows):
        store(rows)


def _streamed(rows: Sequence[Row]) -> bool:
    """Put rows into the stream; False where it is away or full."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return False
    try:
        pipe = stream_client(settings.REDIS_URL).pipeline(transaction=False)
        pipe.xlen(STREAM)
        pipe.xadd(STREAM, {FIELD: packed(rows)})
        length = pipe.execute()[0]
    except redis.RedisError as error:
        _rests_until = time.monotonic() + REST_SECONDS
        log.info("No stream for events (%s): they are stored directly.", error)
        return False
    if length > MOST_ENTRIES:
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("%d entries wait in %s: is a worker running?", length, STREAM)
    return True


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
