"""Curation: the gate's promise, taste, what detectors find and cost, the queue, and scoring."""

from collections.abc import Iterator
from importlib import import_module

from django.core.management import call_command

from curation import defaults
from genart.accounts.services import ensure_roles
from tests.bench import Figure

PARTS = ("gate", "queue", "taste", "words", "eyes", "logos", "scoring")
"""Files of `tests/bench/curation/`; what loads torch comes after the queue: the web holds none."""


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    defaults.load()
    ensure_roles()
    for part in PARTS:
        yield from import_module(f"tests.bench.curation.{part}").figures()
