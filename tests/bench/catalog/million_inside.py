"""What `million.py` measures, in the process that has the folder of the million open."""

import os
from collections.abc import Iterator

from django.core.management import call_command

from catalog.models import Artwork
from tests.bench import Figure

COUNT = int(os.environ.get("BENCH_MILLION_COUNT", "1000000"))


def figures() -> Iterator[Figure]:
    """Load the works once, then yield every figure."""
    if not Artwork.objects.exists():
        call_command("load_synthetic_artworks", count=COUNT)
    yield Figure("million_rows", Artwork.objects.count(), "rows")
