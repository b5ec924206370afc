"""Give money back, for a whole order or for some of its lines."""

from collections.abc import Sequence

from catalog.models import Order, OrderLine, Refund
from genart.accounts.models import User


def refund_order(
    *, order: Order, lines: Sequence[OrderLine] | None = None, reason: str, by: User | None = None
) -> Refund:
    """Ask the gateway to pay an order back, or some lines of it; rights end when it is done.

    Raises:
        StateConflict: nothing of it is left to pay back.
    """
    raise NotImplementedError
