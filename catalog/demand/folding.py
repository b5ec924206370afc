"""Sum events up by artwork, day, kind and page, and forget them after a month.

A day is summed up from its events as a whole, in one transaction: the result is the same however
often it is done and wherever it was cut off. Today and yesterday are done again each time; a day is
final when it was done after it had ended, unless events come late.

What one visitor can do is bounded, so that nobody makes a work look wanted: of one visitor, one
work and one day a kind counts up to `CAPS`, and who opens more than `MOST_VIEWS` works in a day is
taken for a program and does not count at all. What was cut is in `DemandFold.dropped`.
"""

import json
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from catalog.demand.positions import PLACES, Curve, curves
from catalog.models import DemandDay, DemandEvent, DemandFold

CAPS = {"impression": 5, "view": 2, "save": 1, "comp": 1, "cart": 1, "click": 2, "search": 3,
        "empty": 1}  # fmt: skip
"""How often one visitor counts, by kind, for one work and day; searches: for one wording."""
MOST_VIEWS = 300
LATE = timedelta(hours=2)
"""So long after its end a day is taken for complete."""
DELETE_BATCH = 50_000
LOCK = 0x67656E6172740011

FOLDED = """
WITH loud AS (
    SELECT visitor FROM catalog_demandevent
    WHERE day = %(day)s AND kind = 'view' AND visitor <> ''
    GROUP BY visitor HAVING count(DISTINCT artwork_id) > %(most)s
), numbered AS (
    SELECT artwork_id, kind, page, visitor, position, row_number() OVER (
        PARTITION BY kind, artwork_id, visitor, CASE WHEN artwork_id IS NULL THEN search END
        ORDER BY at, id
    ) AS turn
    FROM catalog_demandevent
    WHERE day = %(day)s AND visitor NOT IN (SELECT visitor FROM loud)
), counted AS (
    SELECT * FROM numbered
    WHERE (visitor = '' OR turn <= coalesce((%(caps)s::jsonb ->> kind)::int, turn))
      AND (artwork_id IS NULL OR EXISTS (SELECT FROM catalog_artwork a WHERE a.id = artwork_id))
)
INSERT INTO catalog_demandday (day, artwork_id, kind, page, count, visitors, examined)
SELECT %(day)s, artwork_id, kind, page, count(*),
       count(DISTINCT visitor) FILTER (WHERE visitor <> ''),
       coalesce(sum((%(curves)s::jsonb -> page
           ->> (width_bucket(coalesce(position, 0), %(places)s::int[]) - 1))::float)
           FILTER (WHERE kind = 'impression'), 0)
FROM counted GROUP BY artwork_id, kind, page
"""


def fold(*, now: datetime | None = None) -> list[date]:
    """Sum up every day that may have changed; return which. Safe to repeat; one at a time.

    Each day is a transaction of its own: cut off, it goes on with the next one.
    """
    moment = now or timezone.now()
    by_page = curves()
    return [day for day in due_days(moment) if fold_day(day=day, now=moment, by_page=by_page)]


def due_days(now: datetime) -> list[date]:
    """Return the days since the first event that are not summed up for good, oldest first.

    A clock that was wrong makes no work: days of long ago and days to come are left alone.
    """
    today = now.date()
    known = DemandEvent.objects.filter(day__range=(oldest(today), today)).aggregate(
        first=Min("day")
    )
    first = known["first"] or today
    over = DemandFold.objects.filter(day__gte=first, is_final=True)
    final = set(over.values_list("day", flat=True))
    every = [first + timedelta(days=place) for place in range((today - first).days + 1)]
    return [day for day in every if day not in final]


def oldest(today: date) -> date:
    """Return the first day that events are still taken for true."""
    return today - timedelta(days=2 * settings.DEMAND_EVENT_DAYS)


def fold_day(*, day: date, now: datetime, by_page: dict[str, Curve]) -> bool:
    """Sum one day up from its events; False where another is at it, or its events are deleted."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return False
        row, _made = DemandFold.objects.get_or_create(day=day)
        if row.forgotten_at is not None:  # what came later than that is lost
            DemandEvent.objects.filter(day=day).delete()
            return False
        DemandDay.objects.filter(day=day).delete()
        cursor.execute(FOLDED, _values(day, by_page))
        row.events = DemandEvent.objects.filter(day=day).count()
        row.dropped = row.events - _counted(day)
        row.curves = {page: curve.pk for page, curve in by_page.items() if curve.pk is not None}
        row.is_final = now.date() > day and (now - LATE).date() > day
        row.folded_at = now
        row.save()
    return True


def _values(day: date, by_page: dict[str, Curve]) -> dict[str, Any]:
    shares = {page: list(curve.shares) for page, curve in by_page.items()}
    return {
        "day": day,
        "most": MOST_VIEWS,
        "caps": json.dumps(CAPS),
        "curves": json.dumps(shares),
        "places": list(PLACES),
    }


def _counted(day: date) -> int:
    return sum(DemandDay.objects.filter(day=day).values_list("count", flat=True))


def forget_events(*, today: date | None = None) -> int:
    """Delete the events of days that are summed up and a month old; return how many days.

    Safe to repeat, and to be cut off: rows go in batches, and the day is marked first, so that it
    is never summed up from what is left of it.
    """
    day = today or timezone.now().date()
    before = day - timedelta(days=settings.DEMAND_EVENT_DAYS)
    over = DemandFold.objects.filter(day__lt=before, is_final=True, forgotten_at=None)
    over.update(forgotten_at=timezone.now())
    with connection.cursor() as cursor:
        deleted = DELETE_BATCH
        while deleted == DELETE_BATCH:
            cursor.execute(
                "DELETE FROM catalog_demandevent WHERE ctid = ANY(ARRAY(SELECT e.ctid FROM"
                " catalog_demandevent e LEFT JOIN catalog_demandfold f ON f.day = e.day WHERE"
                " e.day < %s AND (f.forgotten_at IS NOT NULL OR e.day < %s) LIMIT %s))",
                [before, oldest(day), DELETE_BATCH],
            )
            deleted = cursor.rowcount
    return DemandFold.objects.filter(day__lt=before, forgotten_at__isnull=False).count()
