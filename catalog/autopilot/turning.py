"""The steps of a cycle as functions from documents to documents. They write nothing.

`cycle.py` keeps what they return; `manage.py autopilot --dry-run` prints it; a replay compares it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from catalog.autopilot import past
from catalog.autopilot.documents import (
    Document,
    arms_of,
    facts_of,
    history_of,
    limits_of,
    plan_document,
    plan_of,
)
from catalog.autopilot.drafts import Draft, draft, parents_of, seed_for
from catalog.autopilot.guardrails import enforce, room
from catalog.autopilot.menu import menu_of
from catalog.autopilot.policy import plan as policy_plan
from catalog.autopilot.reasons import Lifts, reason_of, series_of
from catalog.autopilot.rules import blocked_words_of
from catalog.autopilot.types import Arm, Choice, Plan
from catalog.models import AutopilotRules

GAP_RENDERS = 4
"""Renders for one demand gap: enough for curation to find one that is good."""
GAP_SHARE = 0.25
"""Most of a day's renders that go to demand gaps, but at least one gap is answered."""


def planned(inputs: Document) -> Document:
    """Return what the policy and the gaps want, from nothing but the inputs: it replays exactly."""
    limits, history = limits_of(inputs["limits"]), history_of(inputs["history"])
    renders = room(limits, history)
    gaps = _gap_choices(inputs["gaps"], renders)
    answered = {choice.arm for choice in gaps}
    taken = sum(choice.renders for choice in gaps)
    wanted = policy_plan(
        facts_of(inputs["facts"]),
        [arm for arm in arms_of(inputs["candidates"]) if arm not in answered],
        limits=limits,
        today=date.fromisoformat(inputs["today"]),
        renders=renders - taken,
        seed=inputs["seed"],
        previous=history.previous,
    )
    return plan_document(_with_gaps(wanted, gaps))


def _gap_choices(gaps: Sequence[dict[str, Any]], renders: int) -> list[Choice]:
    """Return a choice for each of the gravest gaps that can be drawn, as far as there is room."""
    most = max(GAP_RENDERS, math.floor(GAP_SHARE * renders))
    left, found = min(most, renders), dict[Arm, Choice]()
    for gap in gaps:
        if gap["arm"] is None or left < 1:
            continue
        arm, count = Arm(*gap["arm"]), min(GAP_RENDERS, left)
        if arm not in found:
            found[arm] = Choice(arm, count, 1.0, "gap", evidence=dict(gap))
            left -= count
    return list(found.values())


def _with_gaps(wanted: Plan, gaps: Sequence[Choice]) -> Plan:
    """Return a plan with the gaps before the rest, and propensities of the whole."""
    taken = sum(choice.renders for choice in gaps)
    whole = taken + sum(choice.renders for choice in wanted.choices)
    if not taken:
        return wanted
    before = [replace(choice, propensity=choice.renders / whole) for choice in gaps]
    rest = 1 - taken / whole
    after = [replace(one, propensity=one.propensity * rest) for one in wanted.choices]
    return replace(wanted, choices=(*before, *after))


def enforced(inputs: Document, wanted: Document) -> Document:
    """Return what the guardrails leave of a plan; reads how alike the works of its arms are."""
    plan = plan_of(wanted)
    alike = past.near_duplicates(choice.arm for choice in plan.choices)
    history = replace(history_of(inputs["history"]), near_duplicates=alike)
    kept = plan_document(enforce(plan, limits_of(inputs["limits"]), history))
    return kept | {"near_duplicates": [[list(arm.key.split("|")), n] for arm, n in alike.items()]}


@dataclass(frozen=True, slots=True)
class Proposed:
    """A draft with what the log says of it."""

    draft: Draft
    sentence: str
    evidence: dict[str, Any]
    gap: str = ""


def proposals_of(inputs: Document, kept: Document, rules: AutopilotRules) -> list[Proposed]:
    """Return a proposal for each choice of a plan; reads styles and earlier series."""
    choices = plan_of(kept).choices
    menu = menu_of(rules)
    parents = parents_of(dict.fromkeys(choice.arm.style for choice in choices), rules)
    lifts = Lifts(facts_of(inputs["facts"]), date.fromisoformat(inputs["today"]))
    before, cents = _made_before(inputs), history_of(inputs["history"])
    found = []
    for choice in choices:
        made = draft(
            choice, parents[choice.arm.style], menu,
            seed=seed_for(inputs["seed"], choice.arm), blocked=blocked_words_of(rules),
            cents=cents.cents_of(choice.arm.style) * choice.renders,
        )  # fmt: skip
        reason, numbers = reason_of(choice, lifts, made_before=before.get(choice.arm, 0))
        sentence = f"{series_of(choice)} {reason}"[:500]
        evidence = dict(choice.evidence) | numbers
        gap = str(choice.evidence.get("id", "")) if choice.kind == "gap" else ""
        found.append(Proposed(made, sentence, evidence, gap))
    return found


def _made_before(inputs: Document) -> dict[Arm, int]:
    made: dict[Arm, int] = {}
    for fact in facts_of(inputs["facts"]):
        made[fact.arm] = made.get(fact.arm, 0) + fact.renders
    return made
