"""What the guardrails must know besides the plan: what was used, made and shared out before. Pure.

`catalog/autopilot/gathering.py` reads it from the database; the simulator makes its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from catalog.autopilot.types import Arm

USUAL_SECONDS = 30.0
"""Taken for a render whose time nobody has measured yet; better too much than too little."""


@dataclass(frozen=True, slots=True)
class Spent:
    """Renders, seconds of our workers and cents that one day has used."""

    renders: int = 0
    gpu_seconds: float = 0.0
    cents: float = 0.0


@dataclass(frozen=True, slots=True)
class History:
    """What came before a cycle.

    Attributes:
        used: what earlier cycles of this day have used.
        recent: style → the autopilot's renders of the last days, this day's included.
        previous: arm → share of the renders in the cycle before; empty: there was none.
        seconds: style → seconds of one render here; a style that is missing takes `usual_seconds`.
        cents: style → cents of one render on other people's compute; missing: none.
        near_duplicates: arm → works on sale that look almost like another one of the arm.
        usual_seconds: of a render whose style was never measured.
        judged, approved: the autopilot's pictures that were decided on of late.
        sold, paid_back: licences of the last days.
        largest_buyer: licences that one buyer bought of those `sold`.
        days_with_signals: days of late on which anything was seen, oldest first.
        newest_work: day of the newest signal or work, to tell a clock that jumped.
        last_cycle: day of the cycle before.
    """

    used: Spent = Spent()
    recent: Mapping[str, int] = field(default_factory=dict)
    previous: Mapping[Arm, float] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    cents: Mapping[str, float] = field(default_factory=dict)
    near_duplicates: Mapping[Arm, int] = field(default_factory=dict)
    usual_seconds: float = USUAL_SECONDS
    judged: int = 0
    approved: int = 0
    sold: int = 0
    paid_back: int = 0
    largest_buyer: int = 0
    days_with_signals: tuple[date, ...] = ()
    newest_work: date | None = None
    last_cycle: date | None = None

    def seconds_of(self, style: str) -> float:
        """Return the seconds of one render of a style, never less than 0."""
        return max(0.0, self.seconds.get(style, self.usual_seconds))

    def cents_of(self, style: str) -> float:
        """Return the cents of one render of a style, never less than 0."""
        return max(0.0, self.cents.get(style, 0.0))
