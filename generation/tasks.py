"""Doorbells of generation: each finds its work in the database and may ring twice."""

import threading

import dramatiq

from genart.lib.queue import on_worker_boot, on_worker_stop, ring, send_on_commit
from generation import doorbell, heartbeat, queue, work
from generation.consistency.tasks import embed_works, measure_series, sweep_series
from generation.golden.tasks import sweep_golden
from generation.models import Render
from generation.queued import has_queued
from generation.remote.tasks import ring_remote, work_remote
from generation.tasks_checkpoints import look_at_files, sweep_adding

__all__ = [
    "embed_works",
    "look_at_files",
    "measure_series",
    "reap_leases",
    "ring_queued",
    "ring_remote",
    "sweep_adding",
    "sweep_golden",
    "sweep_series",
    "work_lane",
    "work_remote",
]

DAY_MS = 86_400_000


@dramatiq.actor(queue_name="render", max_retries=0, time_limit=DAY_MS, notify_shutdown=True)
def work_lane() -> None:
    """Render what waits, until nothing does; at the end of a long turn, ring for the next one.

    One doorbell wakes one worker: each that finds work rings for the next, until all are at it.
    """
    if work.work_until_empty(on_first=_call_another):
        _call_another()


def call_workers() -> None:
    """Call the render workers once the transaction is committed, by message and by doorbell."""
    send_on_commit(work_lane)
    doorbell.notify()


def _call_another() -> None:
    if has_queued():
        ring(work_lane)


@dramatiq.actor(queue_name="default", max_retries=0)
def reap_leases() -> None:
    """Put renders of vanished workers back on the queue and forget the workers."""
    expired = queue.reap_expired()
    heartbeat.forget_the_gone()
    if expired:
        work.announce(expired)
        ring(work_lane)


@dramatiq.actor(queue_name="default", max_retries=0)
def ring_queued() -> None:
    """Ring again when renders wait and nobody renders here: a doorbell was lost."""
    here = Render.objects.filter(state=Render.State.RENDERING, provider="")
    if has_queued() and not here.exists():
        ring(work_lane)


@on_worker_boot
def begin(queues: set[str]) -> None:
    """Show that this process lives; where it renders, load the engine meanwhile."""
    heartbeat.start(queues)
    work.begin()
    if "render" in queues:
        threading.Thread(target=work.warm_up, name="warm-up", daemon=True).start()
        doorbell.Listener(work.work_until_empty).start()
        ring(work_lane)


@on_worker_stop
def end(queues: set[str]) -> None:
    """Give back what is being rendered, and take this process off the list of workers."""
    work.stop()
    heartbeat.stop()
