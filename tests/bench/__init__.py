"""Measurements with goals: `make bench`, or `make bench ONLY=platform` for one subject, or
`make bench ONLY=curation.gate` for one part of it.

Each `bench_<subject>.py` has `figures()`, which yields a `Figure` per measured value. It runs in a
process of its own with Django set up, on an empty, migrated database and broker of its own, both
real. A figure is printed as `name value unit goal`; a missed goal makes the exit status 1.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured value.

    Attributes:
        name: what was measured, without spaces, such as `enqueue_to_start_p95`.
        value: the figure.
        unit: `ms`, `s`, `MB`, `per_s`, `share` …
        goal: `<=50` or `>=2`; empty where the figure only informs.
    """

    name: str
    value: float
    unit: str
    goal: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        if not self.goal:
            return True
        limit = float(self.goal[2:])
        return self.value <= limit if self.goal.startswith("<=") else self.value >= limit

    def __str__(self) -> str:
        """Return the line that is printed."""
        missed = "" if self.met else "  MISSED"
        return f"{self.name} {self.value:.4g} {self.unit} {self.goal or '-'}{missed}"


def percentile(values: list[float], share: float) -> float:
    """Return the value below which `share` (0 … 1) of `values` lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def timed_ms(work: Callable[..., object], *args: object, **kwargs: object) -> float:
    """Return the milliseconds that a call takes."""
    started = time.perf_counter()
    work(*args, **kwargs)
    return 1000 * (time.perf_counter() - started)
