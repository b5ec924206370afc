"""Processor time of a running factory: its render worker, and its scoring worker beside it.

Both are the factory's own processes on the embedded servers. First the detectors are left out,
then they look too; the difference is what they cost. A process tree's time is read from `/proc`,
so that what else the machine does counts for nothing.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

from curation.models import Candidate
from genart.factory import parts
from genart.factory.supervisor import Supervisor
from generation import defaults as generation_defaults
from generation import services
from tests.bench import Figure

PICTURES, WARM = 48, 4
TICKS = os.sysconf("SC_CLK_TCK")
UNJUDGED = ("scoring",)
SPEC: dict[str, Any] = {
    "version": 1,
    "style": "boho-arches",
    "subject": "arches over low hills",
    "palette": {"name": "terracotta"},
    "size": {"width_px": 512, "height_px": 512},
    "vary": {"palette": [{"name": "terracotta"}, {"name": "sage"}]},
}


def figures() -> Iterator[Figure]:
    """Yield what scoring and checking take of a running factory's render time."""
    generation_defaults.load()
    owner = get_user_model().objects.create_user("factory")
    supervisor = Supervisor(lambda _line: None)
    try:
        render = supervisor.start(
            parts.worker("bench-render", ["render"], threads=1, cores=parts.cores(), prefetch=1)
        )
        rendering, scoring = measured(supervisor, render, owner, seed=10, checked=False)
        again, checked = measured(supervisor, render, owner, seed=500, checked=True)
    finally:
        supervisor.stop()
    both = (rendering + again) / 2
    yield Figure("render_cpu_per_image", 1000 * both, "ms")
    yield Figure("score_cpu_per_image", 1000 * scoring, "ms")
    yield Figure("scoring_share_running", scoring / rendering, "share", "<=0.10")
    yield Figure("checks_share_running", max(0.0, checked - scoring) / both, "share")
    yield Figure("judging_share_running", checked / again, "share")


def measured(
    supervisor: Supervisor, render: Any, owner: Any, *, seed: int, checked: bool
) -> tuple[float, float]:
    """Return processor seconds for each picture of the render and of the scoring worker."""
    modules = () if checked else ("tests.bench.curation.unchecked",)
    name = f"bench-score-{seed}"
    score = supervisor.start(
        parts.worker(name, ["score"], threads=2, cores=1, prefetch=4, modules=modules)
    )
    make(owner, WARM, seed)  # loads models and, where they look, the detectors
    before = [tree_seconds(child.process.pid) for child in (render, score)]
    make(owner, PICTURES, seed + 100)
    after = [tree_seconds(child.process.pid) for child in (render, score)]
    score.process.terminate()
    score.process.wait(20)
    rendered, judged = (last - first for first, last in zip(before, after, strict=True))
    return rendered / PICTURES, judged / PICTURES


def make(owner: Any, count: int, seed: int) -> None:
    """Have pictures rendered and judged, and wait for it."""
    job = services.submit_job(spec=SPEC | {"count": count, "seed": seed}, owner=owner)[0]
    deadline = time.monotonic() + 600
    candidates = Candidate.objects.filter(render__job=job)
    while candidates.count() < count or candidates.filter(state__in=UNJUDGED).exists():
        if time.monotonic() > deadline:
            raise RuntimeError("The workers did not finish in ten minutes.")
        time.sleep(0.25)


def tree_seconds(pid: int) -> float:
    """Return the processor seconds of a process and everything below it."""
    spent: dict[int, tuple[int, int]] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:  # it has just ended
            continue
        spent[int(folder.name)] = int(fields[1]), int(fields[11]) + int(fields[12])
    wanted, total = [pid], 0
    while wanted:
        current = wanted.pop()
        total += spent.get(current, (0, 0))[1]
        wanted += [child for child, (parent, _ticks) in spent.items() if parent == current]
    return total / TICKS
