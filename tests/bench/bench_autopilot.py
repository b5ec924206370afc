"""The autopilot: what it earns, what it can tell beforehand, its guardrails, and its signals."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec

from tests.bench import Figure

PARTS = ("signals", "guardrails", "offline", "planning", "market")
"""Files of `tests/bench/autopilot/`, the short ones first."""


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    for part in PARTS:
        name = f"tests.bench.autopilot.{part}"
        if find_spec(name):
            yield from import_module(name).figures()
