"""Work of demand that happens beside the answers: events stored and summed, gaps, notices."""

import dramatiq

from catalog.demand import folding, positions, services, storing, visitors
from catalog.demand.services import wishes
from genart.lib import queue as broker_setup  # noqa: F401  (actors need the broker first)
from genart.lib.queue import ring


@dramatiq.actor(queue_name="default", max_retries=0)
def flush_signals() -> None:
    """Move events from the stream into the table; again at once while there are very many."""
    if storing.flush() == storing.ENTRIES:
        flush_signals.send()


@dramatiq.actor(queue_name="default", max_retries=0)
def fold_demand() -> None:
    """Learn how places bias what is opened, then sum events up. Safe to repeat."""
    positions.learn_positions()
    folding.fold()


@dramatiq.actor(queue_name="default", max_retries=0)
def find_gaps() -> None:
    """Bring the gaps up to date with the searches that found nothing. Safe to repeat."""
    services.find_gaps()


@dramatiq.actor(queue_name="default", max_retries=0)
def check_gaps() -> None:
    """Fill gaps that new works fill, and tell who was not told yet. Safe to repeat."""
    services.check_gaps()
    services.tell_wishes()


@dramatiq.actor(queue_name="default", max_retries=5)
def ask_to_confirm(wish_id: int) -> None:
    """Mail a guest the link that makes his wish count. Safe to repeat."""
    services.send_confirmation(wish_id=wish_id)


@dramatiq.actor(queue_name="default", max_retries=0)
def forget_demand() -> None:
    """Delete what may be kept no longer: salts, events, addresses; ring for links not sent."""
    visitors.forget_salts()
    folding.forget_events()
    services.forget_wishes()
    for wish_id in wishes.unconfirmed_without_mail():
        ring(ask_to_confirm, wish_id)
