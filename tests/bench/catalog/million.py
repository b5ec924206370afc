"""The shop with a million works: browse, search, similar, deep pages, recall, exact filters.

The works are made up by `manage.py load_synthetic_artworks` and stay in a folder of their own
(`BENCH_MILLION_DIR`, else `var/bench-million` of the checkout), since loading and building the
vector index takes half an hour of one core; `BENCH_MILLION_COUNT` takes fewer. Measured in a
process of its own that has that folder's database open (`million_inside.py`).
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Figure

ROOT = Path(__file__).parents[3]
FOLDER = Path(os.environ.get("BENCH_MILLION_DIR") or ROOT / "var" / "bench-million")


def figures() -> Iterator[Figure]:
    """Yield the figures that the inner process prints."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    inner = subprocess.Popen(
        [sys.executable, "-m", "tests.bench", "--inside", "catalog.million_inside"],
        cwd=ROOT,
        env=os.environ | {"GENART_DATA_DIR": str(FOLDER)},
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in inner.stdout or ():
        parts = line.split()
        try:
            name, value, unit, goal = parts[:4]
            figure = Figure(f"million_{name}", float(value), unit, "" if goal == "-" else goal)
            float(figure.goal[2:] or 0)  # what the loader says is no figure
        except ValueError:
            print(f"# {line.strip()}", flush=True)
            continue
        yield figure
    if inner.wait() > 1:
        raise RuntimeError("Measuring the million ended in an error.")
