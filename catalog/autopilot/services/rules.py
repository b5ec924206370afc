"""Change what the autopilot may do: every change is a new version, older ones stay as they were."""

from collections.abc import Iterable
from typing import Any

from django.db import connection, transaction
from django.db.models import Max

from catalog.autopilot.log import Kind, note
from catalog.autopilot.rules import LIMITS, rules_in_force
from catalog.models import AutopilotRules
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotFound
from generation.models import Style

CONTENT = (
    "mode", "expires_at", "owner", "brand", "blocked_words", "parent_specs", *LIMITS, "hour",
    "interval_hours", "look_back_days", "keep_days", "asks_writer",
)  # fmt: skip
"""Fields that a version carries over, besides its styles."""
RULES_LOCK = 0x72756C65  # any constant


@transaction.atomic
def revise_rules(
    *,
    user: User | None = None,
    why: str = "",
    styles: Iterable[Style] | None = None,
    **changes: Any,
) -> AutopilotRules:
    """Write a new version of the rules in force with `changes`, and put it in force.

    Args:
        user: who changes them.
        why: stands in the log.
        styles: those allowed; left out, as before.
        changes: fields of `CONTENT`.

    Raises:
        InvalidInput: limits that contradict each other, or an unknown field; nothing was written.
    """
    unknown = sorted(set(changes) - set(CONTENT))
    if unknown:
        raise InvalidInput(f"The rules have no field {unknown[0]}.", where=unknown[0])
    _lock()
    before = rules_in_force()
    allowed = list(before.styles.all() if before.pk else []) if styles is None else list(styles)
    content = {name: getattr(before, name) for name in CONTENT} | changes
    contradiction = contradiction_in(content, len(allowed))
    if contradiction:
        raise InvalidInput(contradiction[1], where=contradiction[0])
    AutopilotRules.objects.filter(is_active=True).update(is_active=False)
    number = (AutopilotRules.objects.aggregate(Max("version"))["version__max"] or 0) + 1
    rules = AutopilotRules.objects.create(
        version=number, is_active=True, created_by=user, note=why[:200], **content
    )
    rules.styles.set(allowed)
    who = f" by {user}" if user else ""
    because = f": {why}" if why else ""
    note(Kind.RULES, f"Rules v{number}{who}, {_difference(before, rules)}{because}", by=user)
    return rules


def roll_back_rules(*, version: int, user: User | None = None) -> AutopilotRules:
    """Put an earlier version's content in force again, as a new version.

    Raises:
        NotFound: there is no such version.
    """
    earlier = AutopilotRules.objects.filter(version=version).first()
    if earlier is None:
        raise NotFound(f"There are no rules v{version}.")
    content = {name: getattr(earlier, name) for name in CONTENT}
    return revise_rules(
        user=user, why=f"back to v{version}", styles=earlier.styles.all(), **content
    )


def contradiction_in(content: dict[str, Any], styles: int) -> tuple[str, str] | None:
    """Return the field and a sentence where limits could never all be kept, or `None`.

    Args:
        content: fields of the rules.
        styles: how many are chosen; 0: all of the brand.
    """
    floor = content["diversity_floor"]
    if styles and floor > styles:
        return "diversity_floor", f"{styles} style(s) can never be as varied as {floor:g}."
    if 0 < content["renders_per_day"] < floor:
        few = content["renders_per_day"]
        return "renders_per_day", f"{few} renders can never be as varied as {floor:g} styles."
    if not isinstance(content["parent_specs"], dict):
        return "parent_specs", 'Write an object: {"style": {"version": 1, …}}.'
    return None


def _difference(before: AutopilotRules, after: AutopilotRules) -> str:
    """Return which fields changed, from what to what."""
    changed = [
        f"{name.replace('_', ' ')} {getattr(before, name)} → {getattr(after, name)}"
        for name in CONTENT
        if name != "parent_specs" and getattr(before, name) != getattr(after, name)
    ]
    return "; ".join(changed) or "as before"


def _lock() -> None:
    """Let two changes at once follow one another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [RULES_LOCK])
