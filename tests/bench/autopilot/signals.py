"""Signals: what they cost a page, and whether a minute of many of them is stored without loss.

The page is `/browse/` with 24 works, asked in one process with signals on and off by turns, so that
whatever else the machine does hits both alike; closing the response counts. Percentiles of whole
pages are noisy, so the writing is timed by itself: its 95th percentile in the quietest of five
rounds (a busy machine only adds), in all of them, and the processor's part of it.

Then 1,000 events a second for a minute are noted by a process of their own, while a flusher that is
killed and started again moves them into the table; rows are compared with what was sent.
"""

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.test import Client

from catalog import defaults
from catalog.demand import noting, shipping, storing
from catalog.demand.buffer import append
from catalog.demand.rows import Row, copy_in, packed
from catalog.models import DemandCursor, DemandEvent
from tests.bench import Figure, percentile, timed_ms
from tests.factories import make_listings

ROOT = Path(__file__).parents[3]
WORKS, WARM, PAGES, ROUNDS = 60, 30, 400, 5
CONTROL_SECONDS = 0.0003
EVENTS_PER_SECOND, SECONDS, PER_PAGE = 1000, 60, 25
KILLS_AT_SECONDS = (15, 30, 45)
PERSON = {"user-agent": "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0"}
SENDER = f"""
import time, uuid, django
django.setup()
from catalog.demand.buffer import append
from catalog.demand.rows import Row
work, sent, begun = uuid.uuid4().hex, 0, time.monotonic()
while sent < {EVENTS_PER_SECOND * SECONDS}:
    append([Row("impression", "browse", work, place, "sender", "", int(time.time() * 1000))
            for place in range({PER_PAGE})])
    sent += {PER_PAGE}
    time.sleep(max(0.0, begun + sent / {EVENTS_PER_SECOND} - time.monotonic()))
print(sent, time.monotonic() - begun)
"""
FLUSHER = """
import time, django
django.setup()
from catalog.demand.storing import flush
while True:
    flush(most=40)
    time.sleep(0.05)
"""


def figures() -> Iterator[Figure]:
    """Yield what a page pays, what each way of storing costs, and what a minute loses."""
    call_command("collectstatic", interactive=False, verbosity=0)
    defaults.load()
    make_listings(WORKS)
    with limits_off():
        yield from page_cost()
    yield from ways()
    yield from a_minute()


@contextmanager
def limits_off() -> Iterator[None]:
    """Let the test client in."""
    before = settings.ALLOWED_HOSTS
    settings.ALLOWED_HOSTS = ["testserver"]
    yield
    settings.ALLOWED_HOSTS = before


def page_cost() -> Iterator[Figure]:
    """Yield the cost of signals on a page, as a difference of pages and by itself.

    Beside it stands a control: as much plain work, done after pages without signals. Where that
    takes longer than it works the machine is busy, and so much of the figures is the machine's.
    """
    visitor = Client(headers=PERSON)
    rounds = [one_round(visitor, warm=WARM if number == 0 else 0) for number in range(ROUNDS)]
    settings.DEMAND_SIGNALS = True
    on, off, own, worked, control = (
        [value for one in rounds for value in one[name]]
        for name in ("on", "off", "own", "worked", "control")
    )
    differences = [with_ - without for with_, without in zip(on, off, strict=True)]
    quietest = min(percentile(one["own"], 0.95) for one in rounds)
    yield Figure("page_without_signals_p95", percentile(off, 0.95), "ms")
    yield Figure("page_with_signals_p95", percentile(on, 0.95), "ms")
    yield Figure("page_difference_median", statistics.median(differences), "ms", "<=2")
    yield Figure("signals_cost_of_a_page_p95", quietest, "ms", "<=2")
    yield Figure("signals_cost_of_a_page_p95_all_rounds", percentile(own, 0.95), "ms")
    yield Figure("signals_work_of_a_page_p95", percentile(worked, 0.95), "ms", "<=2")
    yield Figure("control_of_0.3_ms_work_p95", percentile(control, 0.95), "ms")


def one_round(visitor: Client, *, warm: int) -> dict[str, list[float]]:
    """Ask for pages with and without signals by turns; return milliseconds by what they are of."""
    took: dict[str, list[float]] = {name: [] for name in ("on", "off", "own", "worked", "control")}
    real = noting.keep

    def watched(*arguments: object) -> None:
        busy = time.thread_time()
        took["own"].append(timed_ms(real, *arguments))
        took["worked"].append(1000 * (time.thread_time() - busy))

    noting.keep = watched  # type: ignore[assignment]
    try:
        for turn in range(2 * (PAGES // ROUNDS + warm)):
            settings.DEMAND_SIGNALS = turn % 2 == 0
            took["on" if turn % 2 == 0 else "off"].append(timed_ms(visitor.get, "/browse/"))
            if turn % 2:
                took["control"].append(timed_ms(work_of, CONTROL_SECONDS))
    finally:
        noting.keep = real
    return {name: values[warm:] for name, values in took.items()}


def work_of(seconds: float) -> None:
    """Keep the processor busy for so long, as it counts itself."""
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass


def ways() -> Iterator[Figure]:
    """Yield what the ways to keep one page's 25 events cost, by turns: why it is a stream."""
    rows = page_rows("ways")
    calls = {
        "spool": lambda: append(rows),
        "stream": lambda: shipping._streamed("bench", [packed(rows)], 0),
        "copy": lambda: copy_in(rows),
        "insert": lambda: DemandEvent.objects.bulk_create(
            DemandEvent(kind=row.kind, page=row.page, artwork_id=row.artwork, position=row.position,
                        visitor=row.visitor, day=row.at.date(), at=row.at) for row in rows
        ),
    }  # fmt: skip
    times: dict[str, list[float]] = {name: [] for name in calls}
    for _turn in range(200):
        for name, call in calls.items():
            times[name].append(timed_ms(call))
    shipping.ship(shipping.own_spool())
    while storing.flush():
        pass
    for name, took in times.items():
        yield Figure(f"keep_25_events_by_{name}_p95", percentile(took, 0.95), "ms")


def page_rows(visitor: str) -> list[Row]:
    """Return the events of one page."""
    now_ms = int(time.time() * 1000)
    return [
        Row("impression", "browse", "0" * 32, place, visitor, "", now_ms)
        for place in range(PER_PAGE)
    ]


def a_minute() -> Iterator[Figure]:
    """Yield what arrived of a minute of events, with the flusher killed hard in its middle."""
    sender = child(SENDER)
    flusher, kills, begun = child(FLUSHER), 0, time.monotonic()
    for after in KILLS_AT_SECONDS:
        time.sleep(max(0.0, begun + after - time.monotonic()))
        flusher.send_signal(signal.SIGKILL)
        flusher.wait()
        kills += 1
        flusher = child(FLUSHER)
    output, _errors = sender.communicate()
    sent, took = (float(part) for part in output.split())
    done = time.monotonic()
    deadline = done + 60
    while shipping.stream_client(settings.REDIS_URL).xlen(shipping.STREAM):
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    behind = time.monotonic() - done
    flusher.send_signal(signal.SIGKILL)
    flusher.wait()
    stored = DemandEvent.objects.filter(visitor="sender").count()
    yield Figure("events_sent_per_second", sent / took, "per_s", f">={0.97 * EVENTS_PER_SECOND:g}")
    yield Figure("flushers_killed", kills, "times", f">={len(KILLS_AT_SECONDS)}")
    yield Figure("events_sent", sent, "events")
    yield Figure("events_lost_or_doubled", abs(sent - stored), "events", "<=0")
    yield Figure("stored_after_the_last_was_sent", behind, "s", "<=5")
    yield Figure("cursor_agrees", float(cursor_agrees()), "yes", ">=1")


def cursor_agrees() -> bool:
    """Tell whether the cursor counted what the table holds of the stream."""
    copied = DemandEvent.objects.filter(visitor="ways").count() // 2  # by copy and by insert
    counted = DemandCursor.objects.get(name=shipping.STREAM).stored
    return counted == DemandEvent.objects.count() - copied


def child(script: str) -> "subprocess.Popen[str]":
    """Start a script in a process of its own, on the servers of this run."""
    return subprocess.Popen(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
    )
