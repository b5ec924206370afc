import os
import subprocess
import sys
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog.demand import buffer, storing
from catalog.demand.rows import Row, packed, unpacked
from catalog.models import DemandCursor, DemandEvent

pytestmark = pytest.mark.django_db
NOW_MS = int(timezone.now().timestamp() * 1000)


def add(sent):
    """Add events as a page does, and wait until they are in the stream."""
    buffer.append(sent)
    buffer.stream_pipe(settings.REDIS_URL, os.getpid()).settle()


def rows(count, visitor="a" * 32):
    work = uuid.uuid4().hex
    return [Row("impression", "browse", work, n, visitor, "", NOW_MS) for n in range(count)]


def test_rows_come_out_as_they_went_in():
    sent = [*rows(2), Row("empty", "search", None, None, "", "f" * 16, NOW_MS)]
    assert unpacked(packed(sent)) == sent
    for odd in (b"", b"1", b"[1]", b'[["a"]]', b'[["a","b","no id",1,"","",1]]', b"\xff"):
        with pytest.raises(ValueError):
            unpacked(odd)


def test_what_pages_add_is_stored_once_however_often_it_is_flushed(stream):
    for _ in range(5):
        add(rows(3))
    assert DemandEvent.objects.count() == 0
    assert storing.flush(most=2) == 2
    assert (storing.flush(), storing.flush()) == (3, 0)
    assert DemandEvent.objects.count() == DemandCursor.objects.get().stored == 15
    assert stream.xlen(buffer.STREAM) == 0


def test_a_flusher_that_dies_after_its_commit_is_followed_without_a_double(stream, monkeypatch):
    add(rows(4))
    with monkeypatch.context() as dying:
        dying.setattr(storing, "_after", lambda entry_id: "0-0")  # died before it cut anything off
        assert storing.flush() == 1
    assert stream.xlen(buffer.STREAM) == 1
    add(rows(1))
    assert storing.flush() == 1
    assert DemandEvent.objects.count() == 5


def test_a_flusher_that_dies_before_its_commit_has_stored_nothing(stream, monkeypatch):
    add(rows(4))

    def die(days):
        raise SystemExit

    with monkeypatch.context() as dying:
        dying.setattr(storing, "_reopen", die)
        with pytest.raises(SystemExit):
            storing.flush()
    assert DemandEvent.objects.count() == 0
    assert storing.flush() == 1
    assert DemandEvent.objects.count() == 4


def test_a_stream_that_lost_its_memory_begins_anew(stream):
    add(rows(1))
    storing.flush()
    DemandCursor.objects.update(last_id="9999999999999-0")  # a clock that was ahead
    stream.flushall()
    add(rows(2))
    assert storing.flush() == 1
    assert DemandEvent.objects.count() == 3


def test_an_entry_nobody_can_read_is_left_out(stream):
    stream.xadd(buffer.STREAM, {b"e": b"rubbish"})
    stream.xadd(buffer.STREAM, {b"other": b"1"})
    add(rows(2))
    assert storing.flush() == 3
    assert DemandEvent.objects.count() == 2


def test_without_redis_events_go_to_the_table_at_once():
    buffer.append(rows(2))
    buffer.append(rows(1))
    assert DemandEvent.objects.count() == 3
    assert storing.flush() == 0


@pytest.mark.django_db(transaction=True)
def test_with_neither_rows_are_kept_and_written_with_the_next_ones():
    table = "catalog_demandevent"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO gone")
        try:
            buffer.append(rows(2))
        finally:
            cursor.execute(f"ALTER TABLE gone RENAME TO {table}")
    assert len(buffer._kept) == 2
    buffer.append(rows(1))
    assert DemandEvent.objects.count() == 3
    assert not buffer._kept


def test_what_a_killed_page_process_has_written_is_in_the_stream(stream):
    script = (
        "import os, signal, django\n"
        "django.setup()\n"
        "from django.conf import settings\n"
        f"settings.REDIS_URL = {settings.REDIS_URL!r}\n"
        "from catalog.demand.buffer import append\n"
        "from catalog.demand.rows import Row\n"
        "for page in range(40):\n"
        "    append([Row('view', 'artwork', None, n, '', '', 1) for n in range(25)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], env=os.environ, cwd=settings.BASE_DIR)
    assert done.returncode == -9
    assert stream.xlen(buffer.STREAM) == 40


def test_rows_on_their_way_when_redis_goes_are_stored_another_way(stream):
    add(rows(1))
    pipe = buffer.stream_pipe(settings.REDIS_URL, os.getpid())
    pipe._waiting.append(rows(2))  # written, and never answered
    pipe._connection._sock.close()
    buffer.append(rows(3))
    assert DemandEvent.objects.count() == 5
    assert len(pipe._waiting) == 0
    buffer._rests_until = 0.0
    add(rows(4))
    storing.flush()
    assert DemandEvent.objects.count() == 10
