"""The verbs: switch a feature, begin and end maintenance. Each may run twice."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from genart.flags import snapshot
from genart.flags.declared import FLAGS
from genart.flags.models import Flag, Maintenance
from genart.lib import audit
from genart.lib.errors import InvalidInput


@transaction.atomic
def switch(
    *,
    name: str,
    state: str,
    percent: int = 0,
    persons: Collection[int] = (),
    note: str = "",
    by: Any = None,
) -> Flag:
    """Switch a feature; every process follows within seconds.

    Args:
        name: of a declared flag.
        state: one of `Flag.State`.
        percent: 0 … 100 of people who are signed in, where the state is `partly`.
        persons: ids of people for whom it is on as well, where the state is `partly`.
        note: why.
        by: who switches.
    """
    if name not in FLAGS:
        raise InvalidInput(f"No flag is called {name}; there are {', '.join(FLAGS)}.", where="name")
    if state not in Flag.State.values:
        raise InvalidInput(f"Say {', '.join(Flag.State.values)}.", where="state")
    if not 0 <= percent <= 100:
        raise InvalidInput("A share is from 0 to 100 percent.", where="percent")
    before = _told(Flag.objects.select_for_update().filter(name=name).first())
    values = {"state": state, "percent": percent, "note": note}
    flag, _is_new = Flag.objects.update_or_create(name=name, defaults=values)
    flag.persons.set(persons)
    audit.note(verb="flag.switched", subject=flag, actor=by, before=before, after=_told(flag))
    _let_all_see()
    return flag


@transaction.atomic
def leave_to_default(*, name: str, by: Any = None) -> None:
    """Let a flag's default hold again."""
    flag = Flag.objects.select_for_update().filter(name=name).first()
    if flag is None:
        return
    audit.note(verb="flag.left", subject=flag, actor=by, before=_told(flag))
    flag.delete()
    _let_all_see()


def _told(flag: Flag | None) -> dict[str, Any]:
    """Return what the audit log keeps of a flag."""
    if flag is None:
        return {}
    persons = sorted(flag.persons.values_list("pk", flat=True))
    return {"state": flag.state, "percent": flag.percent, "persons": persons}


@transaction.atomic
def begin_maintenance(*, message: str = "", minutes: int | None = None, by: Any = None) -> bool:
    """Close the shop for writing; where it is closed already, only what is said changes.

    Args:
        message: a sentence for visitors.
        minutes: until it should be over; it ends only by `end_maintenance`.
        by: who closes it.

    Returns:
        Whether it was open before.
    """
    until = timezone.now() + timedelta(minutes=minutes) if minutes else None
    said = {"message": message, "until": until}
    _row, is_new = Maintenance.objects.update_or_create(ended_at=None, defaults=said)
    if is_new:
        audit.note(verb="maintenance.begun", actor=by, after={"message": message})
    _let_all_see()
    return is_new


@transaction.atomic
def end_maintenance(*, by: Any = None) -> bool:
    """Open the shop again; tell whether it was closed."""
    ended = Maintenance.objects.filter(ended_at=None).update(ended_at=timezone.now())
    if ended:
        audit.note(verb="maintenance.ended", actor=by)
    _let_all_see()
    return bool(ended)


def _let_all_see() -> None:
    """Let this process read anew: now, for what comes in this transaction, and after it."""
    snapshot.forget()
    transaction.on_commit(snapshot.forget)
