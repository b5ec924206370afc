"""Which days the sales page shows."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

DAYS = {7: "7 days", 30: "30 days", 90: "90 days", 365: "A year"}
DEFAULT_DAYS = 30
WEEKS_FROM_DAYS = 91


@dataclass(frozen=True, slots=True)
class Period:
    """The last days, today included.

    Attributes:
        days: a key of `DAYS`.
        now: when it ends, aware.
    """

    days: int
    now: datetime

    @property
    def since(self) -> datetime:
        """Return the beginning of the first day."""
        first = timezone.localtime(self.now) - timedelta(days=self.days - 1)
        return first.replace(hour=0, minute=0, second=0, microsecond=0)

    @property
    def by_week(self) -> bool:
        """Tell whether days are too many to be drawn one by one."""
        return self.days >= WEEKS_FROM_DAYS

    @property
    def steps(self) -> list[date]:
        """Return the days, or the Mondays of the weeks, in order."""
        first, last = self.since.date(), timezone.localtime(self.now).date()
        if self.by_week:
            first -= timedelta(days=first.weekday())
        step = 7 if self.by_week else 1
        count = (last - first).days // step + 1
        return [first + timedelta(days=step * number) for number in range(count)]


def period_of(text: str, *, now: datetime | None = None) -> Period:
    """Return the period that a parameter asks for; the usual one for anything else."""
    days = int(text) if text.isascii() and text.isdigit() and len(text) < 5 else DEFAULT_DAYS
    return Period(days if days in DAYS else DEFAULT_DAYS, now or timezone.now())
