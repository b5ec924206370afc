"""Stand still and go on. While one alarm is not lifted, nothing is proposed or commissioned."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from catalog.autopilot.log import Kind, note
from catalog.autopilot.rules import open_alarms
from catalog.models import AutopilotAlarm, AutopilotCycle
from genart.accounts.models import User
from genart.lib.errors import InvalidInput

BY_HAND = "hand"


def freeze(
    *,
    reason: str,
    kind: str = BY_HAND,
    evidence: Mapping[str, Any] | None = None,
    cycle: AutopilotCycle | None = None,
    user: User | None = None,
) -> AutopilotAlarm:
    """Stop the autopilot at once; return the alarm. Safe to repeat: a kind alarms once at a time.

    Raises:
        InvalidInput: there is no reason; nothing was written.
    """
    reason = _reason(reason)
    try:
        with transaction.atomic():
            alarm = AutopilotAlarm.objects.create(
                kind=kind, reason=reason, evidence=dict(evidence or {}), cycle=cycle, raised_by=user
            )
            who = f" by {user}" if user else ""
            note(Kind.FROZEN, f"Frozen{who}: {reason}", cycle=cycle, by=user)
    except IntegrityError:
        return open_alarms().get(kind=kind)
    return alarm


@transaction.atomic
def unfreeze(*, reason: str, user: User | None = None) -> int:
    """Lift every alarm and return how many there were. Safe to repeat.

    The kinds that were lifted do not freeze again for a week (`catalog/autopilot/cycle.py`): who
    lifts an alarm has looked at its cause.

    Raises:
        InvalidInput: there is no reason; nothing was written.
    """
    reason = _reason(reason)
    found = list(open_alarms().select_for_update(of=("self",)).order_by("pk"))
    for alarm in found:
        alarm.lifted_at, alarm.lifted_by, alarm.lifted_reason = timezone.now(), user, reason
        alarm.save(update_fields=["lifted_at", "lifted_by", "lifted_reason"])
    if found:
        kinds = ", ".join(sorted(alarm.kind for alarm in found))
        note(Kind.FROZEN, f"Goes on ({kinds}): {reason}", by=user)
    return len(found)


def _reason(reason: str) -> str:
    """Return a reason that can be stored."""
    reason = " ".join(reason.split())[:300]
    if not reason:
        raise InvalidInput("Say why: it stands in the log.", where="reason")
    return reason
