"""Doorbells of the queue `remote`; found through `generation/tasks.py`."""

import dramatiq

from genart.lib.queue import on_worker_boot, on_worker_stop, ring
from generation.remote import loop, router, takeover
from generation.remote.errand import stopping

DAY_MS = 86_400_000
LONGEST_DELAY_MS = 600_000


@dramatiq.actor(queue_name=loop.QUEUE, max_retries=0, time_limit=DAY_MS)
def work_remote() -> None:
    """Carry what providers are to make, until nothing is left; others are rung for more."""
    loop.work_until_empty(on_taken=lambda: ring(work_remote), on_wait=_ring_later)


def _ring_later(seconds: float) -> None:
    """Ring when a provider that had too much may be asked again."""
    ring(work_remote, delay_ms=min(int(seconds * 1000) + 100, LONGEST_DELAY_MS))


@dramatiq.actor(queue_name="default", max_retries=0)
def ring_remote() -> None:
    """Ring where a call drifts without its worker, or a render waits that some offer is for."""
    waiting = router.candidates()
    if takeover.has_adrift() or (waiting is not None and waiting.exists()):
        ring(work_remote)


@on_worker_boot
def begin(queues: set[str]) -> None:
    """Look for work at the start of a process that does such work."""
    stopping.clear()
    if loop.QUEUE in queues:
        ring(work_remote)


@on_worker_stop
def end(queues: set[str]) -> None:
    """Let go of what others can go on with."""
    stopping.set()
