"""The folder in which all processes of a machine keep their counters, so that one can tell all.

This is the multi-process mode of `prometheus_client`: a small memory-mapped file for each process.
The library looks at its variable when it is first imported, hence this runs from the settings.
"""

import contextlib
import os
import time
from pathlib import Path

VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
KEPT_SECONDS = 86_400
"""Counters of an ended process stay in the sums for so long."""


def share(folder: Path) -> None:
    """Let this process keep its counters in `folder`, unless the environment names another.

    Where nothing can be written, the process counts for itself alone.
    """
    chosen = Path(os.environ.get(VARIABLE) or folder)
    try:
        chosen.mkdir(parents=True, exist_ok=True)
    except OSError:
        os.environ.pop(VARIABLE, None)
        return
    os.environ[VARIABLE] = str(chosen)


def path() -> Path | None:
    """Return the folder, `None` where this process counts for itself."""
    chosen = os.environ.get(VARIABLE)
    return Path(chosen) if chosen else None


def forget_the_ended(*, kept_seconds: float = KEPT_SECONDS) -> int:
    """Remove what ended processes left: present states at once, sums later; return how many.

    Sums become smaller then, which Prometheus takes for a restart. Safe beside itself.
    """
    folder, removed = path(), 0
    for file in sorted(folder.glob("*.db")) if folder else []:
        number = file.stem.rpartition("_")[2]
        if not number.isdigit() or _lives(int(number)):
            continue
        with contextlib.suppress(FileNotFoundError):
            age_seconds = time.time() - file.stat().st_mtime
            if file.name.startswith("gauge_live") or age_seconds >= kept_seconds:
                file.unlink()
                removed += 1
    return removed


def _lives(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
