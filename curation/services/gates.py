"""Changes gates the only way there is: a new version beside the old, then its activation."""

from typing import Any

from django.db import transaction

from curation.gate import parse_rules
from curation.models import Brand, Gate
from curation.scorers import SCORERS
from genart.accounts.models import User


@transaction.atomic
def revise_gate(
    *, brand: Brand, tier: str, rules: dict[str, Any], user: User | None, note: str = ""
) -> Gate:
    """Write new rules as a further version, which judges nothing until it is activated.

    Raises:
        InvalidInput: the rules name an unknown scorer or bounds that do not rise.
    """
    parse_rules(rules, SCORERS)
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)  # versions are counted in turn
    last = brand.gates.filter(tier=tier).order_by("-version").first()
    return Gate.objects.create(
        brand=brand,
        tier=tier,
        version=last.version + 1 if last else 1,
        rules=rules,
        note=note[:200],
        created_by=user,
    )


@transaction.atomic
def activate_gate(*, gate: Gate) -> Gate:
    """Let a version judge from now on, instead of the one before. Safe to repeat.

    What was decided stays as it is.
    """
    Brand.objects.select_for_update(no_key=True).get(pk=gate.brand_id)
    others = Gate.objects.filter(brand=gate.brand_id, tier=gate.tier, is_active=True)
    others.exclude(pk=gate.pk).update(is_active=False)
    Gate.objects.filter(pk=gate.pk).update(is_active=True)
    gate.refresh_from_db()
    return gate
