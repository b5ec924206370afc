"""How much memory each process of a running factory holds, over time."""

import asyncio
import time
from dataclasses import dataclass, field
from statistics import median

import psutil

SAMPLE_SECONDS = 2.0


@dataclass(slots=True)
class Memory:
    """Samples of resident memory.

    Attributes:
        processes: name → id of the process that was started; its children are counted with it.
        samples: name → (seconds since the beginning, MB).
    """

    processes: dict[str, int]
    samples: dict[str, list[tuple[float, float]]] = field(default_factory=dict)

    async def watch(self, seconds: float) -> None:
        """Take samples for a while."""
        began_at = time.monotonic()
        while (passed := time.monotonic() - began_at) < seconds:
            for name, pid in self.processes.items():
                self.samples.setdefault(name, []).append((passed, resident_mb(pid)))
            await asyncio.sleep(SAMPLE_SECONDS)

    def growth(self, name: str) -> float:
        """Return by which share a process grew, from the second fifth of the time to the last.

        In the first fifth, code and pages are read for the first time.
        """
        samples = self.samples[name]
        whole = samples[-1][0] or 1.0
        early = [size for at, size in samples if 0.2 <= at / whole < 0.4]
        late = [size for at, size in samples if at / whole >= 0.8]
        return median(late) / median(early) - 1 if early and late and median(early) else 0.0

    def last(self, name: str) -> float:
        """Return the megabytes at the end."""
        return self.samples[name][-1][1]


def resident_mb(pid: int) -> float:
    """Return the resident memory of a process and its children; 0 where it is gone."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    sizes = []
    for member in family:
        try:
            sizes.append(member.memory_info().rss)
        except psutil.NoSuchProcess:
            continue
    return sum(sizes) / 1e6
