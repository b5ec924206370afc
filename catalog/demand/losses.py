"""What a gap costs: visitors who found nothing × how many of them would have bought × a price.

How many would have bought is taken from those who found something: the share of searching visitors
who put a work into a cart, times the share of carts that were paid. Both are uncertain, and so is
the number of visitors; the interval comes from draws of all three. Without any data the priors say
that one searcher in a hundred buys, and the interval is wide.
"""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Avg, Exists, Min, OuterRef

from catalog.models import DemandEvent, OrderLine, Price, SignalKind

DRAWS = 4_000
CART_PRIOR = (1.0, 49.0)
PAID_PRIOR = (2.0, 2.0)
COVERAGE = 0.9


@dataclass(frozen=True, slots=True)
class Conversion:
    """How a search becomes money in this shop, by what was counted lately.

    Attributes:
        searchers: visitors whose search found works.
        carted: those of them who put a work into a cart.
        carts: all carts that were filled, by visitor and day.
        sales: works sold in the same days.
        price_cents: what a work was sold for, on average; the lowest price where none was.
    """

    searchers: int
    carted: int
    carts: int
    sales: int
    price_cents: float

    @property
    def evidence(self) -> dict[str, Any]:
        """The same, to be stored."""
        return asdict(self)


def conversion(*, since: date) -> Conversion:
    """Count how searches become sales since a day."""
    events = DemandEvent.objects.filter(day__gte=since).exclude(visitor="")
    carted = events.filter(kind=SignalKind.CART)
    searchers = events.filter(kind=SignalKind.SEARCH)
    own = carted.filter(visitor=OuterRef("visitor"), day=OuterRef("day"))
    lines = OrderLine.objects.filter(artwork__isnull=False, order__paid_at__date__gte=since)
    paid = lines.aggregate(price=Avg("price_cents"))["price"]
    asked = Price.objects.filter(licence__is_active=True).aggregate(least=Min("amount_cents"))
    return Conversion(
        searchers=searchers.values("visitor").distinct().count(),
        carted=searchers.filter(Exists(own)).values("visitor").distinct().count(),
        carts=carted.values("visitor").distinct().count(),
        sales=lines.count(),
        price_cents=float(paid or asked["least"] or 0),
    )


def lost(visitors: int, known: Conversion) -> tuple[float, float, float]:
    """Return the cents that were missed, with a 90 % interval: mean, low, high."""
    if not visitors or not known.price_cents:
        return 0.0, 0.0, 0.0
    chance = np.random.default_rng(visitors)
    came = chance.gamma(visitors + 0.5, 1.0, DRAWS)
    carted = chance.beta(
        CART_PRIOR[0] + known.carted, CART_PRIOR[1] + known.searchers - known.carted, DRAWS
    )
    paid_of = min(known.sales, known.carts)
    paid = chance.beta(PAID_PRIOR[0] + paid_of, PAID_PRIOR[1] + known.carts - paid_of, DRAWS)
    cents = came * carted * paid * known.price_cents
    low, high = np.quantile(cents, [(1 - COVERAGE) / 2, (1 + COVERAGE) / 2])
    return float(cents.mean()), float(low), float(high)
