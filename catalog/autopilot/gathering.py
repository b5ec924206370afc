"""Reads what a cycle begins with: signals, what can be made, gaps, and what was used and made.

Reads only. What it returns is plain JSON, kept in the cycle, so that everything after it can be
replayed without the database.
"""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django.db.models import Max

from catalog.autopilot import past
from catalog.autopilot.documents import arm_row, facts_document, history_document
from catalog.autopilot.drawable import drawable
from catalog.autopilot.history import History
from catalog.autopilot.menu import Menu, candidates, menu_of
from catalog.autopilot.rules import limits_of
from catalog.autopilot.types import Arm
from catalog.demand import aggregates, gaps
from catalog.models import Artwork, AutopilotCycle, AutopilotRules
from genart.lib.errors import Unavailable
from generation.models import Palette


def gather(
    rules: AutopilotRules, *, today: date, seed: int, themes: Iterable[Arm] = ()
) -> dict[str, Any]:
    """Return the inputs of a cycle.

    Args:
        rules: in force.
        today: the cycle's day; signals up to the day before are looked at.
        seed: of the arms taken by chance.
        themes: arms that a writer proposed.
    """
    menu = menu_of(rules)
    since = today - timedelta(days=rules.look_back_days)
    facts = aggregates.arm_days(since=since, until=today)
    arms = candidates(menu, facts, seed=seed, themes=themes)
    return {
        "today": str(today),
        "seed": seed,
        "limits": asdict(limits_of(rules)),
        "facts": facts_document(facts),
        "candidates": [arm_row(arm) for arm in arms],
        "gaps": gap_rows(menu),
        "history": history_document(history_of_now(today)),
    }


def gap_rows(menu: Menu) -> list[dict[str, Any]]:
    """Return the open gaps, the largest loss first, each with the arm that is nearest to it."""
    colors = {row.slug: row.slots for row in Palette.objects.all()}
    rows = []
    for gap in gaps.open_gaps():
        found = drawable(gap.phrase, menu, colors, encode=_encode)
        rows.append(
            {
                "id": str(gap.pk),
                "phrase": gap.phrase,
                "searches": gap.searches,
                "visitors": gap.visitors,
                "lost_cents": round(gap.lost_cents, 2),
                "arm": arm_row(found.arm) if found else None,
                "near": found.near if found else "",
            }
        )
    return rows


def _encode(texts: Any) -> Any:
    """Return unit vectors of texts; without an encoder zeros, which are near to nothing."""
    import numpy as np

    from genart.ml.text import encode_texts

    try:
        return encode_texts(list(texts))
    except Unavailable:
        return np.zeros((len(texts), 1))


def history_of_now(today: date) -> History:
    """Return what came before a cycle, but for near-duplicates, which only a plan's arms need."""
    judged, approved = past.judged_of_late(today)
    sold, paid_back, largest = past.sales_of_late(today)
    last = AutopilotCycle.objects.exclude(state="failed").aggregate(day=Max("today"))["day"]
    return History(
        used=past.used_on(today),
        recent=past.recent_styles(today),
        previous=past.previous_shares(),
        seconds=past.seconds_by_style(),
        cents=past.cents_by_style(),
        usual_seconds=past.usual_seconds(),
        judged=judged,
        approved=approved,
        sold=sold,
        paid_back=paid_back,
        largest_buyer=largest,
        days_with_signals=past.days_with_signals(today),
        newest_work=past.day_of(Artwork.objects.aggregate(at=Max("published_at"))["at"]),
        last_cycle=last,
    )
