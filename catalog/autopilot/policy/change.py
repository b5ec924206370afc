"""Have tastes changed? Then evidence from before counts little."""

from catalog.autopilot.policy.design import Design
from catalog.autopilot.policy.evidence import Discount
from catalog.autopilot.policy.ledger import Ledger

HALF_LIFE_DAYS = 14.0


def discount_of(ledger: Ledger, design: Design) -> Discount:
    """Return how evidence ages."""
    return Discount(HALF_LIFE_DAYS)
