import os
import subprocess
import sys
import uuid

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from catalog.demand import buffer, shipping, storing
from catalog.demand import spool as spool_module
from catalog.demand.rows import Row, packed, unpacked
from catalog.demand.spool import Spool, orphans
from catalog.models import DemandCursor, DemandEvent

pytestmark = pytest.mark.django_db
NOW_MS = int(timezone.now().timestamp() * 1000)


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
        buffer.append(rows(3))
    assert DemandEvent.objects.count() == 0
    assert storing.flush(most=2) == 2
    assert (storing.flush(), storing.flush()) == (3, 0)
    assert DemandEvent.objects.count() == DemandCursor.objects.get().stored == 15
    assert stream.xlen(shipping.STREAM) == 0


def test_a_flusher_that_dies_after_its_commit_is_followed_without_a_double(stream, monkeypatch):
    buffer.append(rows(4))
    with monkeypatch.context() as dying:
        dying.setattr(storing, "_after", lambda entry_id: "0-0")  # died before it cut anything off
        assert storing.flush() == 1
    assert stream.xlen(shipping.STREAM) == 1
    buffer.append(rows(1))
    assert storing.flush() == 1
    assert DemandEvent.objects.count() == 5


def test_a_flusher_that_dies_before_its_commit_has_stored_nothing(stream, monkeypatch):
    buffer.append(rows(4))

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
    buffer.append(rows(1))
    storing.flush()
    DemandCursor.objects.update(last_id="9999999999999-0")  # a clock that was ahead
    stream.flushall()
    buffer.append(rows(2))
    assert storing.flush() == 1
    assert DemandEvent.objects.count() == 3


def test_an_entry_nobody_can_read_is_left_out(stream):
    stream.xadd(shipping.STREAM, {b"e": b"rubbish"})
    stream.xadd(shipping.STREAM, {b"other": b"1"})
    buffer.append(rows(2))
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
    assert len(shipping.own_spool().next(9)) == 1
    buffer.append(rows(1))
    assert DemandEvent.objects.count() == 3
    assert shipping.own_spool().next(9) == []


def killed(stream, pages, before_the_end=""):
    """Let a process note pages, and end it hard before a thread could send anything on."""
    script = (
        "import os, signal, django\n"
        "django.setup()\n"
        "from django.conf import settings\n"
        f"settings.REDIS_URL, settings.DEMAND_SHIP_SECONDS = {settings.REDIS_URL!r}, 3600\n"
        "from catalog.demand import buffer, shipping\n"
        "from catalog.demand.rows import Row\n"
        f"for page in range({pages}):\n"
        "    buffer.append([Row('view', 'artwork', None, n, '', '', 1) for n in range(25)])\n"
        f"{before_the_end}\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], env=os.environ, cwd=settings.BASE_DIR)
    assert done.returncode == -9


def test_what_a_killed_process_noted_is_taken_over_once(stream):
    killed(stream, 40)
    assert stream.xlen(shipping.STREAM) == 0
    assert storing.flush() == 40
    assert storing.flush() == 0
    assert DemandEvent.objects.count() == 1000
    assert stream.hlen(shipping.SENT) <= 1  # that of this process at most


def test_a_process_killed_between_sending_and_forgetting_is_taken_over_without_a_double(stream):
    killed(
        stream,
        10,
        "spool = shipping.own_spool(); entries = spool.next(4)\n"
        "assert shipping._streamed(spool.path.name, entries, sum(len(e) + 1 for e in entries))",
    )
    assert stream.xlen(shipping.STREAM) == 4
    assert storing.flush() == 10
    assert DemandEvent.objects.count() == 250


def test_the_spool_of_a_living_process_is_left_alone_and_a_torn_line_is_no_event(tmp_path, stream):
    spool = Spool(tmp_path)
    spool.add(packed(rows(1)))
    assert list(orphans(tmp_path)) == []
    os.write(spool._file, b"[[torn")
    spool.close()
    (orphan,) = orphans(tmp_path)
    assert orphan.path == spool.path
    with open(spool.path, "rb") as file:
        assert len(file.readlines()) == 2
    for one in orphans(tmp_path):
        assert [unpacked(entry)[0].kind for entry in one.entries(0)] == ["impression"]
        one.remove()
    assert list(orphans(tmp_path)) == []


def test_a_spool_does_not_grow_for_ever(stream, tmp_path):
    spool, marks = Spool(tmp_path), []
    for _ in range(5):
        spool.add(packed(rows(2)))
    assert not spool.cut(lambda: marks.append(0), least_bytes=1)  # nothing was sent on
    spool.sent(spool.next(5))
    assert not spool.cut(lambda: marks.append(0))
    assert spool.cut(lambda: marks.append(0), least_bytes=1)
    assert (spool.path.stat().st_size, marks) == (0, [0])


def test_beyond_all_bounds_entries_are_dropped(tmp_path, monkeypatch):
    monkeypatch.setattr(spool_module, "MOST_WAITING", 2)
    spool = Spool(tmp_path)
    assert [spool.add(b"x") for _ in range(3)] == [True, True, False]
    assert len(spool.next(9)) == 2
