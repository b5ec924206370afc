"""A gate earns its certificate, keeps it, and loses it. Each change is a `GateEvent` first.

    learning ──labels show a threshold──► shadow ──promoted──► certified
        ▲                                   │                      │
        │                                   ▼                      ▼
        └─────labels gather anew────── suspended: drift, audits, a changed version, a person

Every verb locks its gate, may run twice and beside itself.
"""

from typing import Any

from django.db import transaction

from curation import autonomy
from curation.autonomy import certificate_of, change, locked_gate
from curation.campaigns import (
    Label,
    campaign_of,
    complete,
    judged_in,
    labels_of,
    looks_made,
    pool_of,
    versions_of,
)
from curation.certifying.drift import reference_of
from curation.certifying.looks import Look, look_at
from curation.certifying.promise import percent
from curation.certifying.sequence import Outcome, Step, certify
from curation.certifying.versions import changes
from curation.gate import parse_rules
from curation.models import Certificate, Decision, Gate, GateEvent, Head
from curation.ranking import head_of, rankings
from curation.scorers import SCORERS
from curation.watching import watch
from genart.accounts.models import User
from genart.lib.errors import InvalidInput, NotAllowed, StateConflict
from generation.models import Tier

Autonomy = Gate.Autonomy
TRIAL = 60
"""A gate promotes itself once so many pictures were judged in its trial."""


def reconsider_gates() -> int:
    """Look after every active gate that may publish by itself; return how many changed."""
    active = Gate.objects.filter(is_active=True, tier=Tier.COMMODITY)
    return sum(reconsider(gate_id=pk) for pk in list(active.values_list("pk", flat=True)))


@transaction.atomic
def reconsider(*, gate_id: int) -> bool:
    """Certify, promote or suspend a gate where that is due; return whether its autonomy changed."""
    gate = locked_gate(gate_id)
    before = gate.autonomy
    if before in (Autonomy.LEARNING, Autonomy.SUSPENDED):
        take_look(gate)
    elif not _ended(gate) and before == Autonomy.SHADOW and gate.auto_promote:
        _promote_by_itself(gate)
    return gate.autonomy != before


@transaction.atomic
def watch_gate(*, gate_id: int) -> bool:
    """Suspend a gate whose scores drifted, or whose audits speak against it; say whether it was."""
    gate = locked_gate(gate_id)
    return _ended(gate)


def _ended(gate: Gate) -> bool:
    """Suspend a locked gate if its certificate does not hold any more."""
    certificate = certificate_of(gate)
    if certificate is None:
        return False
    changed = changes(certificate.versions, versions_of(gate, head_of(gate.brand_id)))
    if changed:
        reason = f"Certificate {certificate.pk} does not hold any more. Changed: "
        return autonomy.suspend(gate, f"{reason}{'; '.join(changed)}.", evidence={"to": changed})
    seen = watch(certificate)
    evidence = {
        "gauges": [[g.window, round(g.distance, 4), round(g.limit, 4)] for g in seen.gauges],
        "audits": [seen.audits, seen.wrong],
        "wager": round(seen.wager, 3),
    }
    return bool(seen.alarm) and autonomy.suspend(gate, seen.alarm, evidence=evidence)


# -- earning it ----------------------------------------------------------------------------------


def take_look(gate: Gate) -> Certificate | None:
    """Look at a locked gate's labels if the next planned look is due, and certify what holds."""
    campaign = campaign_of(gate)
    number = looks_made(gate, campaign) + 1
    look = look_at(number, target=gate.target, confidence=gate.confidence)
    labels = complete(labels_of(gate, campaign))
    if len(labels) < look.labels:
        return None
    labels = labels[: look.labels]
    head = head_of(gate.brand_id)
    outcome, values = _tested(gate, campaign, labels, look, head)
    evidence = {"campaign": campaign, "look": number, "labels": look.labels}
    if outcome.step is None:
        again = look_at(number + 1, target=gate.target, confidence=gate.confidence).labels
        reason = (
            f"Look {number}, at {look.labels} labels: no threshold holds {percent(gate.target)} "
            f"yet. The next look is at {again}."
        )
        change(gate, gate.autonomy, reason, evidence=evidence | {"steps": table_of(outcome)})
        return None
    makers = sorted({label.maker for label in labels})
    reason = (
        f"Look {number}, at {look.labels} labels: {outcome.step.failures} of "
        f"{outcome.step.accepted} above the threshold were refused. On trial until it is promoted."
    )
    change(gate, Autonomy.SHADOW, reason, evidence=evidence)
    share = outcome.step.share * _passing(gate, campaign)
    return issue(gate, outcome, values=values, head=head, makers=makers, share=share)


def issue(
    gate: Gate,
    outcome: Outcome,
    *,
    values: list[float],
    head: Head | None,
    makers: list[str],
    share: float,
) -> Certificate:
    """Write the certificate that an outcome supports; the event is there already."""
    step = outcome.step
    if step is None:
        raise InvalidInput("Nothing was shown that could be certified.")
    return Certificate.objects.create(
        gate=gate,
        head=head,
        threshold=step.threshold,
        target=gate.target,
        confidence=gate.confidence,
        labels=outcome.labels,
        accepted=step.accepted,
        failures=step.failures,
        upper_bound=step.upper_bound,
        share=round(share, 4),
        versions=versions_of(gate, head) | {"makers": makers},
        steps=table_of(outcome),
        reference=reference_of(values),
    )


def _tested(
    gate: Gate, campaign: str, labels: list[Label], look: Look, head: Head | None
) -> tuple[Outcome, list[float]]:
    """Return what the labels show, and their ranking values."""
    rules = parse_rules(gate.rules, SCORERS)
    values = rankings([label.candidate_id for label in labels], head, rules)
    ranked = [values[label.candidate_id] for label in labels]
    pool = list(rankings(pool_of(gate, campaign), head, rules).values())
    outcome = certify(
        pool or ranked,
        ranked,
        [bool(label.accepted) for label in labels],
        target=gate.target,
        confidence=look.confidence,
    )
    return outcome, ranked


def table_of(outcome: Outcome) -> list[dict[str, Any]]:
    """Return every threshold with what was seen of it, as JSON."""
    return [_row(step) for step in outcome.table]


def _row(step: Step) -> dict[str, Any]:
    return {
        "share": round(step.share, 4),
        "threshold": round(step.threshold, 6),
        "accepted": step.accepted,
        "failures": step.failures,
        "upper_bound": round(step.upper_bound, 5),
        "passed": list(step.passed),
    }


def _passing(gate: Gate, campaign: str) -> float:
    """Return which share of what a gate judged in a campaign passed its rules."""
    passed = judged_in(gate, campaign)
    first = passed.values_list("pk", flat=True).first()
    judged = Decision.objects.filter(gate=gate, pk__gte=first or 0).count()
    return passed.count() / judged if judged else 1.0


# -- promotion and suspension --------------------------------------------------------------------


@transaction.atomic
def promote_gate(*, gate: Gate, user: User | None = None) -> Gate:
    """Let a gate on trial publish by itself. Safe to repeat.

    Raises:
        NotAllowed: the user may not change gates.
        StateConflict: it is not on trial, its certificate has ended, or on past decisions it is
            worse than the gate that it replaces.
    """
    may_lead(user)
    fresh = locked_gate(gate.pk)
    if fresh.autonomy == Autonomy.CERTIFIED:
        return fresh
    if fresh.autonomy != Autonomy.SHADOW or _ended(fresh):
        raise StateConflict(f"{fresh} is not on trial: {fresh.get_autonomy_display().lower()}.")
    worse, compared = _worse(fresh)
    if worse:
        raise StateConflict(worse)
    who = "Promoted by hand." if user else "Promoted by itself after its trial."
    certificate = certificate_of(fresh)
    named = {"certificate": certificate.pk} if certificate else {}
    change(fresh, Autonomy.CERTIFIED, who, evidence=named | compared, user=user)
    return fresh


@transaction.atomic
def suspend_gate(*, gate: Gate, reason: str, user: User | None) -> bool:
    """Stop a gate from publishing by itself; return whether it did so. Safe to repeat.

    Raises:
        NotAllowed: the user may not change gates.
        InvalidInput: no reason is given.
    """
    may_lead(user)
    text = reason.strip()
    if not text:
        raise InvalidInput("Say why it is suspended.", where="reason")
    return autonomy.suspend(gate, text, user=user)


def may_lead(user: User | None) -> None:
    """Raise `NotAllowed` unless a user may change gates; nobody is the factory itself."""
    if user is not None and not user.has_perm("curation.change_gate"):
        raise NotAllowed("Only leads may change what a gate does by itself.")


def _promote_by_itself(gate: Gate) -> None:
    """Promote a locked gate whose trial is over and not worse; else it stays on trial."""
    certificate = certificate_of(gate)
    if certificate is None or watch(certificate).judged < TRIAL:
        return
    try:
        gate.autonomy = promote_gate(gate=gate).autonomy
    except StateConflict as conflict:
        last = GateEvent.objects.filter(gate=gate).first()
        if last is None or last.reason != conflict.message[:300]:
            change(gate, gate.autonomy, conflict.message)


def _worse(gate: Gate) -> tuple[str, dict[str, Any]]:
    """Return why a gate must not replace the one before, or nothing, and what was compared."""
    from curation.replay import compare, replaced_by

    before = replaced_by(gate)
    if before is None:
        return "", {}
    comparison = compare(gate, before)
    return comparison.objection, {"compared": comparison.as_json()}
