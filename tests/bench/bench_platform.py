"""How quick the machinery itself is: messages, live updates, start and stop of the factory."""

import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator

from channels_redis.pubsub import RedisPubSubChannelLayer
from django.conf import settings

from genart.factory import parts
from tests.bench import Figure, percentile
from tests.bench.echo import ANSWERS, client, echo


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    yield from message_latency()
    yield from push_latency()
    yield from start_and_stop()


def message_latency() -> Iterator[Figure]:
    """Time from sending a message to the start of its actor, on an idle worker process."""
    worker = parts.worker(
        "bench", ["default"], threads=1, cores=1, prefetch=1, modules=["tests.bench.echo"]
    )
    process = worker.launch()
    try:
        ask(60)  # the worker has started
        steady = []
        for _ in range(40):
            time.sleep(0.25)
            steady.append(ask())
        rested = []
        for _ in range(3):
            time.sleep(7)
            rested.append(ask())
    finally:
        process.terminate()
        process.wait(20)
    yield Figure("enqueue_to_start_p50", percentile(steady, 0.5) * 1000, "ms", "<=80")
    yield Figure("enqueue_to_start_p95", percentile(steady, 0.95) * 1000, "ms", "<=150")
    yield Figure("enqueue_to_start_after_7s_idle_max", max(rested) * 1000, "ms", "<=200")


def ask(seconds: int = 10) -> float:
    """Send one message; return the seconds until its actor started."""
    echo.send(time.time())
    answer = client.blpop([ANSWERS], timeout=seconds)
    assert answer is not None, "the worker did not answer"
    return float(answer[1])


def push_latency() -> Iterator[Figure]:
    """Time from `group_send` in one channel layer to its arrival in another."""
    seconds = asyncio.run(_pushes(200))
    yield Figure("group_send_p50", percentile(seconds, 0.5) * 1000, "ms", "<=3")
    yield Figure("group_send_p95", percentile(seconds, 0.95) * 1000, "ms", "<=10")


async def _pushes(count: int) -> list[float]:
    """Send `count` messages from one layer to another, one after the other."""
    sender, receiver = (RedisPubSubChannelLayer(hosts=[settings.REDIS_URL]) for _ in range(2))
    channel = await receiver.new_channel()
    await receiver.group_add("bench", channel)
    seconds = []
    for _ in range(count):
        sent_at = time.perf_counter()
        await sender.group_send("bench", {"type": "bench.message", "html": "x" * 2000})
        await receiver.receive(channel)
        seconds.append(time.perf_counter() - sent_at)
        await asyncio.sleep(0.005)
    await sender.flush()
    await receiver.flush()
    return seconds


def start_and_stop() -> Iterator[Figure]:
    """Seconds from the command to the printed address, with and without a database, and to stop."""
    with tempfile.TemporaryDirectory(prefix="genart-bench-") as folder:
        first, _stop = _run_factory(folder)
        second, stop = _run_factory(folder)
    yield Figure("factory_first_start", first, "s", "<=60")
    yield Figure("factory_second_start", second, "s", "<=12")
    yield Figure("factory_stop", stop, "s", "<=12")


def _run_factory(folder: str) -> tuple[float, float]:
    """Start the factory until it prints its address, and stop it; return both times in seconds."""
    started_at = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "manage.py", "run_factory"],
        env=os.environ | {"GENART_DATA_DIR": folder},
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if " is open at " in line:
            break
    else:
        raise RuntimeError(f"The factory did not start (status {process.wait()}).")
    opened_at = time.monotonic()
    process.terminate()
    process.communicate(timeout=60)
    return opened_at - started_at, time.monotonic() - opened_at
