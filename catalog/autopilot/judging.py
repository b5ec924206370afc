"""What a plan would have earned per render in the cycles so far, before anything of it is made.

By the off-policy estimates of `policy/offline.py`, over what earlier cycles made, with the chance
that each choice had. Only cycles whose works had time to sell are looked at. That there is not
enough to tell is an answer. Reads only.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from catalog.autopilot.documents import Document, plan_of
from catalog.autopilot.policy.offline import Logged, estimate
from catalog.autopilot.types import Arm
from catalog.models import AutopilotProposal, OrderLine
from generation.models import Render

RIPE = timedelta(days=14)
"""Works sell late: a cycle is looked at once it is so old."""
LOOKED_AT = 400
"""Proposals looked at, the newest."""


def judged(plan: Document, *, now: datetime | None = None) -> Document:
    """Return the estimates of a plan as JSON, with a sentence for the log under `said`."""
    target = {choice.arm: choice.propensity for choice in plan_of(plan).choices}
    made = _made((now or timezone.now()) - RIPE)
    rounds: dict[UUID, int] = {}
    log, chances = [], defaultdict[int, dict[Arm, float]](dict)
    rewards = _rewards(made)
    for proposal in made:
        number = rounds.setdefault(proposal.cycle_id, len(rounds))
        arm = Arm(proposal.style, proposal.palette, proposal.layout, proposal.theme)
        chances[number][arm] = proposal.propensity
        reward = rewards.get(proposal.job_id, 0.0) / proposal.renders
        log.append(Logged(number, arm, proposal.propensity, reward, float(proposal.renders)))
    found = estimate(log, target, chances=[chances[number] for number in sorted(chances)])
    document = asdict(found)
    document["by_method"] = {name: asdict(one) for name, one in found.by_method.items()}
    return document | {"said": _said(document)}


def _made(before: datetime) -> list[AutopilotProposal]:
    made = AutopilotProposal.objects.filter(
        state=AutopilotProposal.State.SUBMITTED, submitted_at__lt=before
    )
    return list(made.order_by("-submitted_at", "position")[:LOOKED_AT])


def _rewards(made: list[AutopilotProposal]) -> dict[Any, float]:
    """Return what the works of each job earned less what other people's compute cost, in cents."""
    jobs = [proposal.job_id for proposal in made]
    lines: QuerySet[Any] = OrderLine.objects.filter(
        artwork__render__job__in=jobs, order__paid_at__isnull=False
    )
    earned = lines.values_list("artwork__render__job").annotate(
        cents=Sum(F("price_cents") - F("refunded_cents"))
    )
    cost = Render.objects.filter(job__in=jobs).values_list("job").annotate(cents=Sum("cost_cents"))
    rewards: dict[Any, float] = defaultdict(float)
    for job, cents in earned.order_by():
        rewards[job] += float(cents)
    for job, cents in cost.order_by():
        rewards[job] -= float(cents)
    return rewards


def _said(document: Mapping[str, Any]) -> str:
    """Return the estimate in a sentence."""
    if not document["enough"]:
        return str(document["reason"])
    best = document["by_method"]["dr"]
    return (
        f"By what was made before, this plan would have earned {best['value']:.0f} cents a render "
        f"({best['low']:.0f} to {best['high']:.0f}, 95 %)."
    )
