"""Where pages put events; nothing is waited for.

page ─► spool, a file (`spool.py`) ─► stream in Redis (`shipping.py`) ─► table (`storing.py`)
outlives a killed page        outlives a killed worker          each event once
"""

import logging
from collections.abc import Sequence

from django.conf import settings

from catalog.demand.rows import Row, packed
from catalog.demand.shipping import own_spool, ship

log = logging.getLogger(__name__)


def append(rows: Sequence[Row]) -> None:
    """Keep events; they are in the table some seconds later, or at once where so set."""
    if not rows:
        return
    spool = own_spool()
    if not spool.add(packed(rows)):
        log.error("%d events are dropped: neither Redis nor the database takes any.", len(rows))
    if not settings.DEMAND_SHIP_SECONDS:
        ship(spool)
