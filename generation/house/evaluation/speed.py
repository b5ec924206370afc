"""Seconds a picture and peak memory at one batch size, in a process of its own.

For: `python -m generation.house.evaluation.speed 4`, which prints JSON. Not for: the engine's own
overhead (`make bench ONLY=generation`). Peak memory is the whole process's, torch included.
"""

import json
import resource
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BATCHES = (1, 4, 8)
SIZE_PX, PASSES = 512, 3


def measured(batch: int) -> dict[str, float]:
    """Return the median seconds a picture of three passes, CPU seconds, and peak MiB."""
    from generation.house.evaluation import making, requests

    pipeline = making.shipped_pipeline()
    asked = requests.held_out(batch, requests.taught())
    walls, works = [], []
    for _ in range(PASSES + 1):  # the first warms up
        started, worked = time.perf_counter(), time.process_time()
        pipeline(
            [request.prompt for request in asked], slots=[request.slots for request in asked],
            height=SIZE_PX, width=SIZE_PX, finish="paper",
        )  # fmt: skip
        walls.append((time.perf_counter() - started) / batch)
        works.append((time.process_time() - worked) / batch)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "seconds": round(sorted(walls[1:])[PASSES // 2], 3),
        "cpu_seconds": round(sorted(works[1:])[PASSES // 2], 3),
        "peak_mib": round(peak, 0),
    }


def apart(batch: int) -> dict[str, float]:
    """Measure in a fresh process, so that nothing else counts as its memory."""
    command = [sys.executable, "-m", "generation.house.evaluation.speed", str(batch)]
    answer = subprocess.run(  # noqa: S603
        command, check=True, capture_output=True, text=True, cwd=ROOT
    )
    found: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return found


if __name__ == "__main__":
    print(json.dumps(measured(int(sys.argv[1]))))
