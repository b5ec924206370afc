"""How listings are sorted by a column: what decides each place, and how a cursor is read."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Order:
    """A sort of the shelf: two columns that decide every place, and how the first one is read.

    Attributes:
        number: the same column in memory, where it is there.
    """

    column: str
    read: Callable[[str], Any]
    descending: bool = True
    number: str = ""

    @property
    def tie(self) -> str:
        """The column that decides ties: the one beside the first in its index."""
        return "stats__artwork_id" if self.column.startswith("stats__") else "pk"


ORDERS = {
    "newest": Order("published_at", datetime.fromisoformat, number="published"),
    "popular": Order("stats__popularity", int),
    "undiscovered": Order("stats__undiscovered", float),
    "price": Order("price_cents", int, descending=False, number="price"),
    "price-down": Order("price_cents", int, number="price"),
}
