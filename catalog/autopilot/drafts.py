"""From a choice to a design spec: a diff on a parent, held against the rules before it is shown.

The parent is the style's most successful series of those whose spec still stands, else the rules'
own, else the plainest spec of the style. What the spec says is screened after everything is
written, whoever wrote it: the autopilot, an earlier job, or a language model.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q, Sum

from catalog.autopilot.menu import Menu
from catalog.autopilot.reasons import spoken
from catalog.autopilot.types import Arm, Choice
from catalog.models import AutopilotRules
from genart.lib.errors import GenartError
from genart.lib.screens import objection
from generation.compile import compile_renders
from generation.models import Job, Lane
from generation.screens import screen_spec
from generation.spec import parse_spec
from generation.sweeps import expand, item_seeds

NOT_INHERITED = (
    "vary", "zip", "sampling", "seed", "seed_policy", "collection", "tier", "priority",
    "budget_cents",
)  # fmt: skip
"""Fields of a parent that say nothing of what its pictures look like."""
SAID = ("title", "subject", "mood", "avoid", "collection")
LOOKED_AT = 40
"""Series looked at for a style's parent, the newest."""
SOLD, ON_SALE = 10.0, 1.0
"""What a sold licence and a listed work count for in a series' success."""
LINKED = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Parent:
    """What a spec begins from; `job_id` is empty where it is no earlier series."""

    spec: dict[str, Any]
    job_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A spec for a choice, what it changes on its parent, and what is against it, if anything."""

    choice: Choice
    spec: dict[str, Any]
    parent: Parent
    changes: list[dict[str, Any]] = field(default_factory=list)
    objection: str = ""


def parents_of(styles: Iterable[str], rules: AutopilotRules) -> dict[str, Parent]:
    """Return the parent of each style, found in one query for each."""
    given = rules.parent_specs or {}
    found = {}
    for style in styles:
        parent = _series_of(style) or _given(given.get(style))
        found[style] = parent or Parent({"version": 1, "style": style})
    return found


def _series_of(style: str) -> Parent | None:
    """Return the most successful of a style's late series, by what it sold and what is listed."""
    on_sale = Q(renders__artwork__isnull=False, renders__artwork__withdrawn_at=None)
    jobs = (
        Job.objects.filter(spec__style=style, purpose=Job.Purpose.SERIES)
        .order_by("-created_at")
        .annotate(
            listed=Count("renders", filter=on_sale, distinct=True),
            sold=Sum("renders__artwork__stats__sales", default=0),
        )[:LOOKED_AT]
    )
    ranked = sorted(jobs, key=lambda job: -(SOLD * job.sold + ON_SALE * job.listed))
    return next((Parent(job.spec, job.pk) for job in ranked if _stands(job.spec)), None)


def _given(spec: Any) -> Parent | None:
    return Parent(spec) if isinstance(spec, dict) and _stands(spec) else None


def _stands(spec: dict[str, Any]) -> bool:
    """Tell whether a spec can still be read."""
    try:
        parse_spec(spec, limit=settings.SPEC_RENDER_LIMIT)
    except GenartError:
        return False
    return True


def draft(
    choice: Choice,
    parent: Parent,
    menu: Menu,
    *,
    seed: int,
    blocked: Sequence[str],
    cents: float = 0.0,
) -> Draft:
    """Return the spec of a choice, with everything that speaks against it.

    Args:
        choice: what to make.
        parent: what to begin from.
        menu: what can be made.
        seed: of the series.
        blocked: words and phrases that no spec may hold.
        cents: what it may cost on other people's compute.
    """
    spec = spec_of(choice, parent.spec, menu, seed=seed, cents=cents)
    against = refusal(spec, blocked)
    return Draft(choice, spec, parent, changes_between(parent.spec, spec), against)


def spec_of(
    choice: Choice, parent: Mapping[str, Any], menu: Menu, *, seed: int, cents: float = 0.0
) -> dict[str, Any]:
    """Return a parent's spec with the arm of a choice in place and nothing left to vary."""
    arm, name = choice.arm, menu[choice.arm.style].name if choice.arm.style in menu else ""
    composition = dict(parent.get("composition") or {})
    spec = {key: value for key, value in parent.items() if key not in NOT_INHERITED}
    return spec | {
        "version": 2,
        "title": f"{name or spoken(arm.style)} in {spoken(arm.palette)}"[:200],
        "style": arm.style,
        "subject": arm.theme,
        "palette": {"name": arm.palette},
        "composition": composition | {"layout": arm.layout},
        "count": choice.renders,
        "seed": seed,
        "seed_policy": "item",  # nothing varies: one seed for all would give one picture
        "budget_cents": math.ceil(cents),
    }


def changes_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fields in which two specs differ, each with what it was and is."""
    fields = dict.fromkeys([*after, *before])
    return [
        {"field": name, "before": before.get(name), "after": after.get(name)}
        for name in fields
        if before.get(name) != after.get(name) and name not in ("seed", "title", "version")
    ]


def refusal(spec: dict[str, Any], blocked: Sequence[str]) -> str:
    """Return what speaks against a spec: what it says, then whether it can be made."""
    against = words_against(spec, blocked)
    if against:
        return against
    try:
        parsed = parse_spec(spec, limit=settings.SPEC_RENDER_LIMIT)
        screen_spec(parsed)
        compile_renders(expand(parsed, limit=settings.SPEC_RENDER_LIMIT), lane=Lane.STANDARD)
    except GenartError as error:
        return error.message
    return ""


def words_against(spec: Mapping[str, Any], blocked: Sequence[str]) -> str:
    """Return what the rules or the register of names hold against what a spec says, or nothing."""
    for text in _said(spec):
        word = blocked_in(text, blocked)
        if word:
            return f"It says “{word}”, which the rules block."
        named = objection(text)
        if named:
            return named
    return ""


def blocked_in(text: str, blocked: Sequence[str]) -> str:
    """Return the first blocked word or phrase that a text holds, whole words only, or nothing."""
    said = f" {' '.join(LINKED.findall(text.casefold()))} "
    for phrase in blocked:
        wanted = " ".join(LINKED.findall(phrase.casefold()))
        if wanted and f" {wanted} " in said:
            return phrase
    return ""


def _said(spec: Mapping[str, Any]) -> Iterable[str]:
    """Yield everything that a spec says in words."""
    for name in SAID:
        value = spec.get(name) or ""
        yield from value if isinstance(value, list) else [str(value)]
    yield from (spoken(str(spec.get(name) or "")) for name in ("style",))
    yield spoken(str((spec.get("palette") or {}).get("name") or ""))


def seed_for(cycle_seed: int, arm: Arm) -> int:
    """Return the seed of an arm's series in a cycle: the same whenever it is asked for."""
    place = sum(ord(sign) * (31**n % 65_521) for n, sign in enumerate(arm.key))
    return next(item_seeds((cycle_seed + place) % 2**53))
