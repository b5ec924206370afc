"""Maintenance: the shop can be looked at, nothing is written, workers begin nothing.

Payments that were made meanwhile are still taken down. Begun and ended by `manage.py maintenance`.
"""

from django.utils import timezone

from genart.flags.snapshot import Notice, present

USUAL_SECONDS = 600
"""Whoever is turned away may come back then, where nobody said when it ends."""
SHORTEST_SECONDS = 30


def is_on() -> bool:
    """Tell whether there is maintenance; known within seconds in every process."""
    return present().maintenance is not None


def notice() -> Notice | None:
    """Return what visitors are told; `None` outside of maintenance."""
    return present().maintenance


def retry_seconds() -> int:
    """Return after how many seconds it is worth to try again."""
    told = notice()
    if told is None or told.until is None:
        return USUAL_SECONDS
    return max(int((told.until - timezone.now()).total_seconds()), SHORTEST_SECONDS)
