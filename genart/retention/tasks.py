"""Retention's work beside the answers. Safe to repeat and beside itself."""

import dramatiq
from django.utils import timezone

from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.retention.services.holding import hold_to_rules
from genart.retention.services.sweeping import sweep_storage as sweep


@dramatiq.actor(queue_name="default", max_retries=0)
def forget_old() -> None:
    """Remove rows and files whose time is over."""
    hold_to_rules(now=timezone.now())


@dramatiq.actor(queue_name="default", max_retries=0)
def sweep_storage() -> None:
    """Notice, park and delete files that belong to nothing."""
    sweep(now=timezone.now())
