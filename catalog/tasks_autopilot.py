"""The autopilot's turn: rung every minute, run when it is due. Loaded by `catalog/tasks.py`."""

import dramatiq
from django.utils import timezone

from catalog.autopilot import services
from catalog.autopilot.rules import rules_in_force
from catalog.autopilot.schedule import due_slot
from catalog.models import Artwork, AutopilotCycle
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)


@dramatiq.actor(queue_name="default", max_retries=0)
def run_autopilot() -> None:
    """Run the cycle that is due, or go on with one that was cut off. Safe to repeat.

    A shop with nothing on sale has nothing to learn from yet, and is left alone.
    """
    services.expire_proposals()
    services.submit_approved()
    slot = due_slot(rules_in_force(), timezone.now())
    is_open = AutopilotCycle.objects.filter(state__in=AutopilotCycle.OPEN).exists()
    is_over = AutopilotCycle.objects.filter(slot=slot).exists()
    from catalog.autopilot.cycle import run_cycle  # brings scipy; pages import this file too

    if is_open or (not is_over and Artwork.objects.exists()):
        run_cycle(slot=slot)
