"""How a gate's autonomy changes: the event is written first, then the row; never one alone.

Shared by the verbs and by judging; called within a transaction. A suspension ends the certificate
for good and sets its labels free for the brand's taste.
"""

from typing import Any

from django.db import transaction
from django.utils import timezone

from curation.models import Candidate, Certificate, Gate, GateEvent
from genart.accounts.models import User

CERTIFIED, SHADOW = Gate.Autonomy.CERTIFIED, Gate.Autonomy.SHADOW


def locked_gate(gate_id: int) -> Gate:
    """Return a gate that nobody else changes until the transaction ends."""
    rows = Gate.objects.select_related("brand", "style").filter(pk=gate_id)
    return rows.select_for_update(no_key=True, of=("self",)).get()


def certificate_of(gate: Gate) -> Certificate | None:
    """Return a gate's certificate in force."""
    return Certificate.objects.select_related("head").filter(gate=gate, ended_at=None).first()


def change(
    gate: Gate,
    after: str,
    reason: str,
    *,
    evidence: dict[str, Any] | None = None,
    user: User | None = None,
) -> GateEvent:
    """Write that a locked gate's autonomy changes (or stays, and why), then change it."""
    event = GateEvent.objects.create(
        gate=gate,
        before=gate.autonomy,
        after=after,
        reason=reason[:300],
        evidence=evidence or {},
        user=user,
    )
    if gate.autonomy != after:
        Gate.objects.filter(pk=gate.pk).update(autonomy=after)
        gate.autonomy = after
    return event


@transaction.atomic
def suspend(
    gate: Gate,
    reason: str,
    *,
    evidence: dict[str, Any] | None = None,
    user: User | None = None,
) -> bool:
    """End a gate's certificate; return whether it had one. Safe to repeat and beside itself."""
    fresh = locked_gate(gate.pk)
    gate.autonomy = fresh.autonomy
    if fresh.autonomy not in (CERTIFIED, SHADOW):
        return False
    certificate = certificate_of(fresh)
    named = {"certificate": certificate.pk} if certificate else {}
    change(fresh, Gate.Autonomy.SUSPENDED, reason, evidence=named | (evidence or {}), user=user)
    ended = {"ended_at": timezone.now(), "ended_because": reason[:300]}
    Certificate.objects.filter(gate=gate, ended_at=None).update(**ended)
    drawn = Candidate.objects.filter(decisions__gate=gate, sample_share__isnull=False)
    Candidate.objects.filter(pk__in=drawn.values("pk")).update(sample_share=None)
    gate.autonomy = fresh.autonomy
    return True
