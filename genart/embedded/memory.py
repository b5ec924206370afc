"""How much memory the embedded PostgreSQL may keep pages in: a share of what there is."""

import contextlib
import os
from pathlib import Path

LIMITS = ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes")
SHARE, LEAST_MB, MOST_MB = 8, 128, 2048


def total_mb(limits: tuple[str, ...] = LIMITS) -> int:
    """Return the memory of this machine, or of the container that it is, in megabytes."""
    found = [os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")]
    for path in limits:
        with contextlib.suppress(OSError, ValueError):  # "max" is no limit
            found.append(int(Path(path).read_text()))
    return min(found) >> 20


def shared_buffers(total: int | None = None) -> str:
    """Return PostgreSQL's setting: an eighth of the memory, 128 MB to 2 GB.

    Only pages that are used take memory: a small shop pays for none of it. The index of the
    vectors of a million works is some 800 MB, and a walk through it touches thousands of pages.
    """
    share = (total_mb() if total is None else total) // SHARE
    return f"{min(MOST_MB, max(LEAST_MB, share))}MB"
