"""Changes gates the only way there is: a new version beside the old, then its activation."""

from typing import Any

from django.db import transaction

from curation.gate import parse_rules
from curation.models import Brand, Gate
from curation.scorers import SCORERS
from genart.accounts.models import User
from genart.lib import audit
from genart.lib.errors import InvalidInput, StateConflict
from generation.models import Style

PROMISE = ("target", "confidence", "audit_share", "auto_promote")
"""What a version takes over from the one before unless it is given."""
LIMITS = {"target": (0.001, 0.5), "confidence": (0.5, 0.999), "audit_share": (0.0, 1.0)}


@transaction.atomic
def revise_gate(
    *,
    brand: Brand,
    tier: str,
    rules: dict[str, Any],
    user: User | None,
    note: str = "",
    style: Style | None = None,
    **promise: Any,
) -> Gate:
    """Write new rules as a further version, which judges nothing until it is activated.

    Args:
        brand: whose pictures it judges.
        tier: which of them.
        rules: two bounds for each scorer.
        user: who writes it.
        note: what is new.
        style: only this style's pictures; without one all that have no gate of their own.
        promise: any of `PROMISE`; what is not given is as in the version before.

    Raises:
        InvalidInput: the rules name an unknown scorer or bounds that do not rise, a number of the
            promise is out of its range, or the style belongs to another brand.
    """
    parse_rules(rules, SCORERS)
    _check(brand, style, promise)
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)  # versions are counted in turn
    last = brand.gates.filter(tier=tier, style=style).order_by("-version").first()
    before = {name: getattr(last, name) for name in PROMISE} if last else {}
    return Gate.objects.create(
        brand=brand,
        tier=tier,
        style=style,
        version=last.version + 1 if last else 1,
        rules=rules,
        note=note[:200],
        created_by=user,
        **before | promise,
    )


@transaction.atomic
def activate_gate(*, gate: Gate, anyway: bool = False) -> Gate:
    """Let a version judge from now on, instead of the one before. Safe to repeat.

    What was decided stays as it is. A version that never had a certificate learns first: it refuses
    by itself what is under its lower bounds, and everything else meets a person.

    Raises:
        StateConflict: on past decisions it is worse than the version that judges now, and `anyway`
            does not say that this is meant.
    """
    from curation.replay import compare

    Brand.objects.select_for_update(no_key=True).get(pk=gate.brand_id)
    same = Gate.objects.filter(brand=gate.brand_id, tier=gate.tier, style=gate.style_id)
    now = same.filter(is_active=True).exclude(pk=gate.pk).first()
    if now is not None and not anyway:
        objection = compare(gate, now).objection
        if objection:
            raise StateConflict(f"{objection} Activate it all the same only if that is meant.")
    same.filter(is_active=True).exclude(pk=gate.pk).update(is_active=False)
    Gate.objects.filter(pk=gate.pk).update(is_active=True)
    if not gate.is_active:
        before = {"version": now.version} if now else {}
        audit.note(
            verb="gate.activated", subject=gate, before=before, after={"version": gate.version}
        )
    gate.refresh_from_db()
    return gate


def _check(brand: Brand, style: Style | None, promise: dict[str, Any]) -> None:
    """Raise `InvalidInput` at the first thing that cannot be."""
    for name, (low, high) in LIMITS.items():
        if name in promise and not low <= promise[name] <= high:
            raise InvalidInput(f"Choose a number from {low} to {high}.", where=name)
    if style is not None and style.brand != brand.slug:
        raise InvalidInput(f"{style} belongs to the brand {style.brand}.", where="style")
