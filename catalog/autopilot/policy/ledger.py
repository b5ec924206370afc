"""The facts as columns: what the works of each arm met, day by day and age by age.

For: everything in this package that counts. Not for: judging what is counted (`evidence.py`).
Facts come from outside and may be hostile: what is not a number, negative or in the future counts
as nothing here, and every reader may rely on that.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from catalog.autopilot.types import Arm, ArmDay

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
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


def summed(kind: Ints, values: Floats, size: int = 0) -> Floats:
    """Return the sum of values of each kind, for at least `size` kinds."""
    return np.bincount(kind, weights=values, minlength=size).astype(np.float64)


_counts_of = attrgetter(*COUNTS, "revenue_cents")


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
        return summed(self.arm, values, len(self.arms))

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
    table = np.array([_counts_of(fact) for fact in facts], dtype=np.float64)
    table = np.clip(np.nan_to_num(table, nan=0, posinf=0, neginf=0), -LARGEST, LARGEST)
    table = table.reshape(len(facts), len(COUNTS) + 1)
    now, days = today.toordinal(), [fact.day.toordinal() for fact in facts]
    day = np.array(days, dtype=np.int64)
    cohort = np.array([fact.cohort.toordinal() for fact in facts], dtype=np.int64)
    return Ledger(
        arms=arms,
        arm=np.array([place[fact.arm] for fact in facts], dtype=np.int64),
        ago=now - day,
        age=np.maximum(0, day - cohort),
        counts={name: np.maximum(table[:, n], 0.0) for n, name in enumerate(COUNTS)},
        revenue_cents=table[:, -1].copy(),
    )
