"""Send what pages left in a spool on: to the stream in Redis, else straight to the table.

The entries and how far the spool is sent are written to Redis in one transaction, so that a process
killed at any moment, and another that takes its spool over, send each entry once. Where Redis is
away rows go to the table; where that does not answer either they stay in the spool. (Killed just
between the commit and the cutting off of the spool while Redis is away, rows are stored twice: the
one case in which they can be.)
"""

import atexit
import logging
import os
import time
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from threading import Lock, Thread

import redis
from django.conf import settings
from django.db import Error, connections
from redis.backoff import NoBackoff
from redis.retry import Retry

from catalog.demand.rows import Row, copy_in, unpacked
from catalog.demand.spool import Spool, orphans

log = logging.getLogger(__name__)
STREAM = "genart:demand"
SENT = f"{STREAM}:sent"
"""Hash: name of a spool → how many bytes of it are in the stream."""
FIELD = b"e"
ANSWER_SECONDS = 1.0
REST_SECONDS = 5.0
"""After a failure Redis is left alone for so long."""
BATCH, MOST_ENTRIES = 200, 500_000
_sending = Lock()
_rests_until = 0.0


@cache
def stream_client(url: str) -> "redis.Redis":
    """Return this process's client of a Redis; it fails quickly, and never tries twice."""
    return redis.Redis.from_url(
        url,
        socket_timeout=ANSWER_SECONDS,
        socket_connect_timeout=ANSWER_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def folder() -> Path:
    """Return where the spools of this machine are."""
    return Path(settings.DATA_DIR) / "demand"


@cache
def spool_of(process: int) -> Spool:
    """Return the spool of this process, with a thread that sends on what is in it."""
    spool = Spool(folder())
    if settings.DEMAND_SHIP_SECONDS:
        Thread(target=_ship_on, args=(spool,), name="demand", daemon=True).start()
    atexit.register(ship, spool)
    return spool


def own_spool() -> Spool:
    """Return the spool of the process that asks; one that was forked gets its own."""
    return spool_of(os.getpid())


def _ship_on(spool: Spool) -> None:
    """Send on for ever, first of all what others left behind."""
    with suppress(Exception):
        take_over()
    while True:
        time.sleep(settings.DEMAND_SHIP_SECONDS)
        try:
            ship(spool)
        except Exception:  # a thread that ends would hold all later events back
            log.exception("Events wait in %s.", spool.path)
            connections.close_all()


def ship(spool: Spool) -> int:
    """Send on what waits in a spool; return how many entries. Safe to call from many threads."""
    shipped, name = 0, spool.path.name
    with _sending:
        while entries := spool.next(BATCH):
            upto = spool.sent_bytes + sum(len(entry) + 1 for entry in entries)
            streamed = _streamed(name, entries, upto)
            if not (streamed or _stored(entries)):
                break
            spool.sent(entries)
            shipped += len(entries)
            # What went to the table is noted nowhere else: nobody may take it over from the file.
            spool.cut(lambda: _mark(name, 0), **{} if streamed else {"least_bytes": 1})
    return shipped


def take_over() -> int:
    """Send on what processes that are gone left behind; return how many entries.

    Safe to repeat and beside itself. Where Redis is away the spools wait.
    """
    taken = 0
    for orphan in orphans(folder()):
        try:
            known = stream_client(settings.REDIS_URL).hget(SENT, orphan.path.name)
        except redis.RedisError:
            break
        entries = orphan.entries(int(known or 0))  # type: ignore[arg-type]
        if entries and not _streamed(orphan.path.name, entries, orphan.size()):
            break
        taken += len(entries)
        orphan.remove()
        _mark(orphan.path.name, None)
    return taken


def _streamed(name: str, entries: list[bytes], upto: int) -> bool:
    """Put entries into the stream and note how far their spool is sent; False where it is away."""
    global _rests_until
    if time.monotonic() < _rests_until:
        return False
    try:
        with stream_client(settings.REDIS_URL).pipeline(transaction=True) as pipe:
            for entry in entries:
                pipe.xadd(STREAM, {FIELD: entry})
            pipe.hset(SENT, name, str(upto))
            pipe.xlen(STREAM)
            length = pipe.execute()[-1]
    except redis.RedisError as error:
        _rests_until = time.monotonic() + REST_SECONDS
        log.info("No stream for events (%s): they are stored directly.", error)
        return False
    if length > MOST_ENTRIES:
        _rests_until = time.monotonic() + REST_SECONDS
        log.warning("%d entries wait in %s: is a worker running?", length, STREAM)
    return True


def _mark(name: str, sent_bytes: int | None) -> None:
    """Note how far a spool is sent; `None`: it is gone."""
    try:
        client = stream_client(settings.REDIS_URL)
        if sent_bytes is None:
            client.hdel(SENT, name)
        else:
            client.hset(SENT, name, str(sent_bytes))
    except redis.RedisError:
        return


def _stored(entries: Iterable[bytes]) -> bool:
    """Write entries to the table; False where it does not answer."""
    try:
        copy_in(row for entry in entries for row in _rows(entry))
    except Error as error:
        log.warning("Events wait in their spool until the database answers: %s", error)
        return False
    finally:
        if settings.DEMAND_SHIP_SECONDS:  # the connection of the thread that ships
            connections.close_all()
    return True


def _rows(entry: bytes) -> list[Row]:
    try:
        return unpacked(entry)
    except ValueError:  # torn by a full disk
        return []
