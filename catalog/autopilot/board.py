"""What the autopilot's page shows: its state, what it believes, what it proposes, what it did.

Reads only. Beliefs and trends are those of the last cycle, from what it kept: the page asks nothing
that the cycle has asked already.
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone

from catalog.autopilot import past
from catalog.autopilot.documents import facts_of, plan_of
from catalog.autopilot.guardrails import effective_styles
from catalog.autopilot.history import Spent
from catalog.autopilot.reasons import spoken
from catalog.autopilot.rules import limits_of, mode_of, open_alarms, rules_in_force
from catalog.autopilot.schedule import due_slot
from catalog.autopilot.types import ArmDay, Belief, Limits
from catalog.demand.trends import Trend, trends
from catalog.models import (
    AutopilotCycle,
    AutopilotEntry,
    AutopilotProposal,
    AutopilotRules,
    DemandGap,
)
from genart.lib.plots import percent, range_strip, stacked_strip

ARMS, TRENDS, GAPS, LINES, PAST_PROPOSALS = 15, 10, 12, 30, 8
TONES = ("first", "second")
ATTRIBUTES = ("style", "palette", "layout", "theme")
WAITING = AutopilotProposal.State.WAITING


def board() -> dict[str, Any]:
    """Return all that the page shows; as many queries whatever there is."""
    rules, today = rules_in_force(), timezone.localdate()
    cycle = AutopilotCycle.objects.exclude(planned={}).order_by("-begun_at").first()
    facts = facts_of(cycle.inputs["facts"]) if cycle else []
    return {
        **state_of(rules, today),
        "cycle": cycle,
        "arms": _arms(cycle),
        "trends": _trends(facts, cycle.today if cycle else today),
        "gaps": _gaps(),
        "waiting": _proposals(AutopilotProposal.objects.filter(state=WAITING)),
        "decided": _proposals(AutopilotProposal.objects.exclude(state=WAITING), PAST_PROPOSALS),
        "entries": AutopilotEntry.objects.select_related("proposal__job")[:LINES],
    }


def state_of(rules: AutopilotRules, today: date) -> dict[str, Any]:
    """Return how far it may go, whether it stands still, and what the day has left."""
    limits, mode = limits_of(rules), mode_of(rules)
    styles = past.recent_styles(today)
    return {
        "rules": rules,
        "mode": mode,
        "has_expired": mode != rules.mode,
        "alarms": list(open_alarms()),
        "budgets": budgets_of(limits, past.used_on(today)),
        "variety": _variety(styles, limits),
        "next_at": _next_at(rules),
    }


def budgets_of(limits: Limits, used: Spent) -> list[dict[str, Any]]:
    """Return the day's three budgets, each with what is used of it."""
    rows = (
        ("Renders", used.renders, limits.renders_per_day, ""),
        ("Time of our workers", used.gpu_seconds, limits.gpu_seconds_per_day, "s"),
        ("Other people's compute", used.cents, limits.cents_per_day, "cents"),
    )
    return [
        {
            "name": name,
            "used": spent,
            "limit": limit,
            "unit": unit,
            "share": min(1.0, spent / limit) if limit else 0.0,
        }
        for name, spent, limit, unit in rows
    ]


def _variety(styles: Mapping[str, int], limits: Limits) -> dict[str, Any]:
    """Return the styles of the last days as a strip, and how many equal ones they are worth."""
    ranked = sorted(styles.items(), key=lambda pair: (-pair[1], pair[0]))
    parts = [
        (spoken(style), TONES[place % len(TONES)], float(renders))
        for place, (style, renders) in enumerate(ranked)
    ]
    whole = sum(styles.values())
    return {
        "effective": effective_styles(styles.values()),
        "floor": limits.diversity_floor,
        "renders": whole,
        "svg": stacked_strip("Styles of the last seven days", parts, float(whole)) if whole else "",
        "styles": [(spoken(style), percent(count / whole)) for style, count in ranked[:6]],
    }


def _next_at(rules: AutopilotRules) -> datetime:
    """Return when the next cycle is due."""
    slot = datetime.fromisoformat(due_slot(rules, timezone.now()))
    return slot + timedelta(hours=rules.interval_hours)


def _arms(cycle: AutopilotCycle | None) -> list[dict[str, Any]]:
    """Return the arms that the policy thinks most of, those of the plan first, with intervals."""
    if cycle is None:
        return []
    plan = plan_of(cycle.planned)
    chosen = {choice.arm: choice for choice in plan.choices}
    beliefs = sorted(plan.beliefs, key=lambda one: (one.arm not in chosen, -one.mean, one.arm))
    ranked = beliefs[:ARMS]
    longest = max([belief.high for belief in ranked], default=1.0)
    return [_arm(belief, longest, chosen.get(belief.arm)) for belief in ranked]


def _arm(belief: Belief, longest: float, choice: Any) -> dict[str, Any]:
    said = f"{belief.mean:.1f} cents a render, between {belief.low:.1f} and {belief.high:.1f}"
    name = f"{spoken(belief.arm.style)} in {spoken(belief.arm.palette)}"
    sold = f"{belief.sales:.0f} of {belief.works}" if belief.works else "none on sale"
    return {
        "arm": belief.arm,
        "name": name.capitalize(),
        "svg": range_strip(name, belief.mean, belief.low, belief.high, longest, said),
        "mean_cents": round(belief.mean),
        "low_cents": round(belief.low),
        "high_cents": round(belief.high),
        "spend_cents": round(belief.spend_cents),
        "renders": belief.renders,
        "sold": sold,
        "choice": choice,
    }


def _trends(facts: list[ArmDay], today: date) -> list[dict[str, Any]]:
    """Return what rises or falls, the surest first."""
    found = [
        trend
        for trend in (trends(today=today, facts=facts, attributes=ATTRIBUTES) if facts else [])
        if trend.ratio is not None
    ]
    found.sort(key=lambda one: (one.direction == "steady", -abs((one.ratio or 1) - 1)))
    return [_trend(one) for one in found[:TRENDS]]


def _trend(trend: Trend) -> dict[str, Any]:
    ratio, low, high = trend.ratio or 0.0, trend.low or 0.0, trend.high or 0.0
    said = f"{ratio:.1f} times the rate of before, between {low:.1f} and {high:.1f}"
    name = f"{trend.attribute} {spoken(trend.value)}"
    return {
        "trend": trend,
        "name": spoken(trend.value).capitalize(),
        "svg": range_strip(name, ratio, low, high, 3.0, said),
        "ratio": f"{ratio:.1f} ×",
        "interval": f"{low:.1f}–{high:.1f}",
    }


def _gaps() -> list[dict[str, Any]]:
    """Return what is looked for in vain, the largest loss first."""
    live = DemandGap.objects.filter(state__in=["open", "proposed"]).select_related("job")
    rows = list(live.order_by("-lost_cents", "-searches", "pk")[:GAPS])
    longest = max([gap.lost_high_cents for gap in rows], default=0.0)
    return [
        {
            "gap": gap,
            "svg": range_strip(
                gap.phrase, gap.lost_cents, gap.lost_low_cents, gap.lost_high_cents,
                longest, f"{gap.lost_cents / 100:.2f} lost",
            ),
            "lost_cents": round(gap.lost_cents),
        }
        for gap in rows
    ]  # fmt: skip


def _proposals(rows: Any, limit: int | None = None) -> list[AutopilotProposal]:
    found = rows.select_related("job", "parent", "decided_by")
    return list(found.order_by("-cycle__begun_at", "position")[:limit])
