"""Which rules are in force, and what they amount to at this moment. Reads only."""

from dataclasses import fields
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils import timezone

from catalog.autopilot.types import Limits
from catalog.models import AutopilotAlarm, AutopilotRules
from genart.accounts.models import User
from genart.lib.errors import StateConflict
from generation.models import Checkpoint, Offer, Style

LIMITS = tuple(one.name for one in fields(Limits))
"""Columns of the rules that are guardrails."""
Mode = AutopilotRules.Mode


def rules_in_force() -> AutopilotRules:
    """Return the active rules; those of a new factory, unsaved, where nobody has set any.

    A new factory suggests: it shows at once what it would make and why, and makes nothing until a
    person says yes.
    """
    rules = AutopilotRules.objects.filter(is_active=True).select_related("owner").first()
    return rules or AutopilotRules(version=0, mode=Mode.SUGGEST, is_active=True)


def mode_of(rules: AutopilotRules, *, now: datetime | None = None) -> Mode:
    """Return how far the autopilot may go now: expired rules suggest and do not act."""
    has_expired = rules.expires_at is not None and rules.expires_at <= (now or timezone.now())
    if rules.mode == Mode.AUTO and has_expired:
        return Mode.SUGGEST
    return Mode(rules.mode)


def limits_of(rules: AutopilotRules) -> Limits:
    """Return the guardrails of rules as numbers."""
    return Limits(**{name: getattr(rules, name) for name in LIMITS})


def open_alarms() -> QuerySet[AutopilotAlarm]:
    """Return the alarms that nobody has lifted; while there is one, nothing is made."""
    return AutopilotAlarm.objects.filter(lifted_at=None).select_related("raised_by")


def is_frozen() -> bool:
    """Tell whether the autopilot stands still."""
    return open_alarms().exists()


def styles_of(rules: AutopilotRules) -> QuerySet[Style]:
    """Return the active styles that rules allow, of their brand, which somebody can render."""
    styles = Style.objects.filter(
        is_active=True, brand=rules.brand, current_version__checkpoint__is_active=True
    )
    remote = Q(current_version__checkpoint__source=Checkpoint.Source.REMOTE)
    offered = Offer.objects.filter(is_active=True, provider__is_active=True)
    styles = styles.filter(
        ~remote | Q(current_version__checkpoint__in=offered.values("checkpoint"))
    )
    chosen = set(rules.styles.values_list("pk", flat=True)) if rules.pk else set()
    return styles.filter(pk__in=chosen) if chosen else styles


def blocked_words_of(rules: AutopilotRules) -> list[str]:
    """Return the words and phrases that no proposal may hold."""
    return [line.strip() for line in rules.blocked_words.splitlines() if line.strip()]


def owner_of(rules: AutopilotRules) -> User:
    """Return the account that commissions.

    Raises:
        StateConflict: the rules name none that is active, and there is no administrator.
    """
    admins = User.objects.filter(is_superuser=True, is_active=True).order_by("pk")
    owner = rules.owner or admins.first()
    if owner is None or not owner.is_active:
        raise StateConflict("Nobody commissions for the autopilot: name an active owner in it.")
    return owner
