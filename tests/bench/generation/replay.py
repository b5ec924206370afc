"""Whether pictures can be made again: the archive lane whatever the load, others by fingerprint.

Fifty renders of the archive lane are made while two processes burn the processor and fifty of the
standard lane go through the same queue. Afterwards, in peace, each is rendered again as
`manage.py verify_render` does it. `BENCH_REPLAYS` makes it shorter.
"""

import multiprocessing
import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth import get_user_model

from generation import defaults, heartbeat, services, work
from generation.models import Job, Lane, Render
from generation.verify import verify_render
from tests.bench import Figure
from tests.bench.bench_generation import SPEC

RENDERS = int(os.environ.get("BENCH_REPLAYS", "50"))
BURNERS = 2


def figures() -> Iterator[Figure]:
    """Yield how many of each lane came out the same to the byte."""
    defaults.load()
    owner = get_user_model().objects.create_user("replay")
    with burning():
        jobs = {
            lane: services.submit_job(spec=SPEC | {"count": RENDERS}, owner=owner, lane=lane)[0]
            for lane in (Lane.ARCHIVE, Lane.STANDARD)
        }
        work.work_until_empty()
    for lane, name in ((Lane.ARCHIVE, "archive_R2"), (Lane.STANDARD, "standard_R1")):
        same = identical(jobs[lane])
        yield Figure(f"{name}_identical_of_{RENDERS}", same, "renders", f">={RENDERS}")
    heartbeat.stop()


def identical(job: Job) -> int:
    """Return how many renders of a job come out the same to the byte."""
    renders = list(job.renders.select_related("checkpoint"))
    if {render.state for render in renders} != {Render.State.RENDERED}:
        raise RuntimeError(next(render.error for render in renders if render.error))
    return sum(verify_render(render).equal for render in renders)


@contextmanager
def burning() -> Iterator[None]:
    """Keep every core busy meanwhile."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=burn, daemon=True) for _ in range(BURNERS)]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def burn() -> None:
    """Multiply for ever."""
    number = 1
    while True:
        number = number * 6364136223846793005 % 2**64
