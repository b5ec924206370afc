"""What was looked for in vain lately: searches without a result, by wording.

One visitor counts once a day for a wording, however often he asks. Searches by a picture have no
words; those with filters may have failed by these, so they count for a wording that failed without
any, and make none of their own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models.functions import TruncDate

from catalog.demand.phrases import normalised
from catalog.models import SearchRecord

MOST_ROWS = 200_000
Asker = tuple[str, date]


@dataclass(slots=True)
class Failure:
    """One wording that found nothing.

    Attributes:
        words: normalised.
        texts: how it was typed, with how often.
        askers: visitor and day, each once.
        plain: whether it failed without any filter.
        last_at: when it was last asked.
    """

    words: str
    texts: dict[str, int] = field(default_factory=dict)
    askers: set[Asker] = field(default_factory=set)
    plain: bool = False
    last_at: datetime | None = None

    @property
    def text(self) -> str:
        """How it was typed most often."""
        return min(self.texts, key=lambda text: (-self.texts[text], len(text), text))

    def since(self, moment: datetime) -> int:
        """Return how many asked on later days than a moment's."""
        return sum(day > moment.date() for _visitor, day in self.askers)


def failures(*, since: datetime) -> dict[str, Failure]:
    """Return every wording that found nothing since a moment, by its normalised words."""
    records = SearchRecord.objects.filter(found=0, by_picture=False, created_at__gte=since)
    rows = records.exclude(text="").order_by("-created_at").annotate(day=TruncDate("created_at"))
    return gathered(rows.values_list("text", "visitor", "day", "filters", "created_at")[:MOST_ROWS])


def gathered(rows: Iterable[tuple[str, str, date, Any, datetime]]) -> dict[str, Failure]:
    """Return failures by their words, from texts, visitors, days, filters and moments."""
    found: dict[str, Failure] = {}
    for text, visitor, day, filters, at in rows:
        words = normalised(text)
        if not words:
            continue
        one = found.setdefault(words, Failure(words))
        shown = " ".join(text.split())
        one.texts[shown] = one.texts.get(shown, 0) + 1
        one.askers.add((visitor, day))
        one.plain = one.plain or not filters
        one.last_at = max(one.last_at or at, at)
    return found
