"""Every write about demand that a page, an actor or another part asks for.

Signals are written by `demand/noting.py` and `demand/storing.py`, sums by `demand/folding.py`.
"""

from catalog.demand.services.finding import find_gaps
from catalog.demand.services.gaps import (
    check_gaps,
    dismiss_gap,
    fill_gap,
    gap_for,
    propose_gap,
    reopen_gap,
)
from catalog.demand.services.wishes import (
    confirm_wish,
    drop_guest_wish,
    drop_wish,
    forget_wishes,
    make_wish,
    see_wishes,
    send_confirmation,
    tell_wishes,
)

__all__ = [
    "check_gaps",
    "confirm_wish",
    "dismiss_gap",
    "drop_guest_wish",
    "drop_wish",
    "fill_gap",
    "find_gaps",
    "forget_wishes",
    "gap_for",
    "make_wish",
    "propose_gap",
    "reopen_gap",
    "see_wishes",
    "send_confirmation",
    "tell_wishes",
]
