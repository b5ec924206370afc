"""When cycles are due. Pure but for the time zone of the settings."""

from datetime import UTC, date, datetime, timedelta

from django.utils import timezone

from catalog.models import AutopilotRules


def due_slot(rules: AutopilotRules, now: datetime) -> str:
    """Return the latest moment up to now at which a cycle was due, in UTC.

    Counted from the rules' hour of each day, so that a restart, a late message or a clock that
    jumps leads to the same slots; a slot is run once.
    """
    local = timezone.localtime(now)
    day: date = local.date() if local.hour >= rules.hour else local.date() - timedelta(days=1)
    first = timezone.make_aware(datetime(day.year, day.month, day.day, rules.hour))
    turns = int((now - first) // timedelta(hours=rules.interval_hours))
    due = first + turns * timedelta(hours=rules.interval_hours)
    return due.astimezone(UTC).isoformat(timespec="minutes")
