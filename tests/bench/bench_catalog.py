"""Catalog: how quick the shop is, what is found and when, and whether its promises hold."""

from collections.abc import Iterator
from importlib import import_module

from django.core.management import call_command

from catalog import defaults
from tests.bench import Figure

PARTS = (
    "lighthouse", "small", "texts", "findable", "million", "provenance", "papers", "money",
    "outlets",
)  # fmt: skip
"""Files of `tests/bench/catalog/`, each with `figures()` and able to run alone on an empty base."""


def figures() -> Iterator[Figure]:
    """Yield every figure of this subject."""
    call_command("collectstatic", interactive=False, verbosity=0)  # pages name hashed files
    defaults.load()
    for part in PARTS:
        yield from import_module(f"tests.bench.catalog.{part}").figures()
