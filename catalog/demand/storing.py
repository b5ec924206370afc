"""Move events from the stream into the table, each exactly once.

The id of the last stored entry is in the same transaction as the rows, in `DemandCursor`. A flusher
that is killed before the commit has stored nothing; one that is killed after it has only left
entries behind, and the next one cuts them off. The stream's epoch tells a Redis that lost its
memory from one that kept it: the entries of a new one are counted from the beginning.
"""

import logging
import secrets
from datetime import date
from typing import Any

import redis
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from catalog.demand.rows import Row, copy_in, unpacked
from catalog.demand.shipping import FIELD, STREAM, stream_client, take_over
from catalog.models import DemandCursor, DemandFold

log = logging.getLogger(__name__)
ENTRIES = 2_000
EPOCH = f"{STREAM}:epoch"
FIRST = "0-0"


def flush(*, most: int = ENTRIES) -> int:
    """Store what waits in the stream; return how many entries were moved.

    Safe to repeat and to run beside itself: the second one finds the cursor taken and leaves.
    Where Redis is away nothing is done. What killed processes of this machine left is taken along.
    """
    take_over()
    client = stream_client(settings.REDIS_URL)
    DemandCursor.objects.get_or_create(name=STREAM)
    try:
        with transaction.atomic():
            cursor = _taken()
            if cursor is None:
                return 0
            moved = _move(client, cursor, most)
        client.xtrim(STREAM, minid=_after(cursor.last_id), approximate=False)
    except redis.RedisError as error:
        log.info("Events wait in the stream: %s", error)
        return 0
    return moved


def _taken() -> DemandCursor | None:
    """Return the cursor, locked; `None` while another flusher has it."""
    rows = DemandCursor.objects.select_for_update(skip_locked=True)
    return rows.filter(name=STREAM).first()


def _move(client: "redis.Redis", cursor: DemandCursor, most: int) -> int:
    """Store the entries after the cursor, and move it; the caller's transaction has its lock."""
    epoch = _epoch(client)
    begin = cursor.last_id if cursor.epoch == epoch else FIRST
    entries: Any = client.xrange(STREAM, min=f"({begin}", max="+", count=most)
    rows = [row for key, fields in entries for row in _read(key, fields)]
    stored = copy_in(rows) if rows else 0
    _reopen({row.at.date() for row in rows})
    cursor.epoch = epoch
    cursor.last_id = entries[-1][0].decode() if entries else begin
    DemandCursor.objects.filter(pk=cursor.pk).update(
        epoch=epoch, last_id=cursor.last_id, stored=F("stored") + stored, moved_at=timezone.now()
    )
    return len(entries)


def _epoch(client: "redis.Redis") -> str:
    """Return the mark of this memory of Redis, made where it has none."""
    client.set(EPOCH, secrets.token_hex(8), nx=True)
    found: Any = client.get(EPOCH)
    return found.decode() if found else ""


def _read(key: bytes, fields: dict[bytes, bytes]) -> list[Row]:
    """Return the rows of an entry; none of one that cannot be read, with a line in the log."""
    try:
        return unpacked(fields.get(FIELD, b""))
    except ValueError as error:
        log.error("Entry %s of %s is left out: %s", key.decode(), STREAM, error)
        return []


def _reopen(days: set[date]) -> None:
    """Have days that were summed up for good summed up again: events of theirs came late."""
    late = [day for day in days if day < timezone.now().date()]
    if late:
        DemandFold.objects.filter(day__in=late, is_final=True).update(is_final=False)


def _after(entry_id: str) -> str:
    """Return the smallest id that comes after an entry."""
    milliseconds, _dash, number = entry_id.partition("-")
    return f"{milliseconds}-{int(number or 0) + 1}"
