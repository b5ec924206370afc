"""Facts, plans and histories as plain JSON and back: a cycle can be kept and replayed. Pure.

Facts are rows that name their arm by its place in a list: the same arm stands in hundreds of rows.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, astuple, fields
from datetime import date
from typing import Any

from catalog.autopilot.history import History, Spent
from catalog.autopilot.types import Arm, ArmDay, Belief, Choice, Limits, Plan

COUNTS = tuple(one.name for one in fields(ArmDay) if one.name not in ("arm", "day", "cohort"))
Document = dict[str, Any]


def sha256_of(document: Mapping[str, Any]) -> str:
    """Return the hash of a document in one spelling."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def arm_row(arm: Arm) -> list[str]:
    """Return an arm as a list of its four attributes."""
    return list(astuple(arm))


def arms_of(rows: Iterable[Sequence[str]]) -> list[Arm]:
    """Return the arms of a document."""
    return [Arm(*row) for row in rows]


def facts_document(facts: Sequence[ArmDay]) -> Document:
    """Return facts as arms and rows; numbers that are none are left to the alarms before this."""
    arms = sorted({fact.arm for fact in facts})
    place = {arm: number for number, arm in enumerate(arms)}
    return {
        "arms": [arm_row(arm) for arm in arms],
        "columns": list(COUNTS),
        "rows": [
            [place[fact.arm], str(fact.day), str(fact.cohort)]
            + [round(float(getattr(fact, name)), 6) for name in COUNTS]
            for fact in facts
        ],
    }


def facts_of(document: Document) -> list[ArmDay]:
    """Return the facts of a document."""
    arms, columns = arms_of(document["arms"]), document["columns"]
    return [
        ArmDay(
            arms[place],
            date.fromisoformat(day),
            date.fromisoformat(cohort),
            **_counts(columns, counts),
        )
        for place, day, cohort, *counts in document["rows"]
    ]


def _counts(columns: Sequence[str], numbers: Sequence[float]) -> dict[str, Any]:
    whole = ("works", "renders", "kept")
    pairs = zip(columns, numbers, strict=True)
    return {name: int(value) if name in whole else value for name, value in pairs}


def limits_of(document: Document) -> Limits:
    """Return the limits of a document, which `dataclasses.asdict` made."""
    return Limits(**document)


def plan_document(plan: Plan) -> Document:
    """Return a plan as JSON."""
    return {
        "choices": [asdict(choice) | {"arm": arm_row(choice.arm)} for choice in plan.choices],
        "beliefs": [asdict(belief) | {"arm": arm_row(belief.arm)} for belief in plan.beliefs],
        "seed": plan.seed,
        "notes": list(plan.notes),
    }


def plan_of(document: Document) -> Plan:
    """Return the plan of a document."""
    return Plan(
        tuple(Choice(**row | {"arm": Arm(*row["arm"])}) for row in document["choices"]),
        tuple(Belief(**row | {"arm": Arm(*row["arm"])}) for row in document["beliefs"]),
        document["seed"],
        tuple(document["notes"]),
    )


def history_document(history: History) -> Document:
    """Return a history as JSON; maps by arm become pairs."""
    alike = sorted(history.near_duplicates.items())
    document = {one.name: getattr(history, one.name) for one in fields(history)}
    return document | {
        "used": asdict(history.used),
        "recent": dict(history.recent),
        "previous": [[arm_row(arm), share] for arm, share in sorted(history.previous.items())],
        "near_duplicates": [[arm_row(arm), n] for arm, n in alike],
        "days_with_signals": [str(day) for day in history.days_with_signals],
        "newest_work": _text(history.newest_work),
        "last_cycle": _text(history.last_cycle),
    }


def history_of(document: Document) -> History:
    """Return the history of a document."""
    days = tuple(date.fromisoformat(day) for day in document["days_with_signals"])
    return History(
        **document
        | {
            "used": Spent(**document["used"]),
            "previous": {Arm(*row): share for row, share in document["previous"]},
            "near_duplicates": {Arm(*row): n for row, n in document["near_duplicates"]},
            "days_with_signals": days,
            "newest_work": _day(document["newest_work"]),
            "last_cycle": _day(document["last_cycle"]),
        }
    )


def _text(day: date | None) -> str | None:
    return str(day) if day else None


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
