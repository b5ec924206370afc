"""The facts as columns: what the works of each arm met, day by day and age by age.

For: everything in this package that counts. Not for: judging what is counted (`evidence.py`).
Facts come from outside and may be hostile: what is not a number, negative or in the future counts
as nothing here, and every reader may rely on that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from catalog.autopilot.types import Arm, ArmDay

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
COUNTS = (
    "works",
    "renders",
    "kept",
    "cost_cents",
    "impressions",
    "examined",
    "views",
    "saves",
    "comps",
    "carts",
    "sales",
    "refunds",
)
LARGEST = 1e9
"""No honest day counts more; larger figures are cut to it so that sums stay finite."""


@dataclass(frozen=True)
class Ledger:
    """Columns of equal length `n`, one row for the works of an arm's cohort on a day.

    Attributes:
        arms: what the rows' `arm` points into, sorted, so that the order of facts does not matter.
        arm: index into `arms`.
        ago: days before today, 0 or more.
        age: days since publication, 0 or more.
        counts: name in `COUNTS` → column.
        revenue_cents: paid less refunded; may be negative.
    """

    arms: tuple[Arm, ...]
    arm: Ints
    ago: Ints
    age: Ints
    counts: Mapping[str, Floats]
    revenue_cents: Floats

    def __getitem__(self, name: str) -> Floats:
        return self.counts[name]

    def __len__(self) -> int:
        return len(self.arm)

    def per_arm(self, values: Floats) -> Floats:
        """Return the sum of a column for each arm."""
        return np.bincount(self.arm, weights=values, minlength=len(self.arms))

    def recent(self, days: int) -> "Ledger":
        """Return the rows of the last `days` days."""
        kept = self.ago < days
        counts = {name: column[kept] for name, column in self.counts.items()}
        return Ledger(
            self.arms,
            self.arm[kept],
            self.ago[kept],
            self.age[kept],
            counts,
            self.revenue_cents[kept],
        )


def ledger_of(facts: Sequence[ArmDay], candidates: Sequence[Arm], today: date) -> Ledger:
    """Return facts and candidates as columns; facts of days after today are left out."""
    facts = [fact for fact in facts if fact.day <= today]
    arms = tuple(sorted({fact.arm for fact in facts} | set(candidates)))
    place = {arm: number for number, arm in enumerate(arms)}
    counts = {name: _counted([getattr(fact, name) for fact in facts]) for name in COUNTS}
    return Ledger(
        arms=arms,
        arm=np.array([place[fact.arm] for fact in facts], dtype=np.int64),
        ago=np.array([(today - fact.day).days for fact in facts], dtype=np.int64),
        age=np.array([max(0, (fact.day - fact.cohort).days) for fact in facts], dtype=np.int64),
        counts=counts,
        revenue_cents=_numbers([fact.revenue_cents for fact in facts]),
    )


def _numbers(values: list[Any]) -> Floats:
    column = np.array(values, dtype=np.float64)
    return np.clip(np.nan_to_num(column, nan=0.0, posinf=0.0, neginf=0.0), -LARGEST, LARGEST)


def _counted(values: list[Any]) -> Floats:
    return np.maximum(_numbers(values), 0.0)
