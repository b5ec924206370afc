"""Facts for tests of the policy: a few arms whose truth is known."""

from datetime import date, timedelta
from itertools import product

from catalog.autopilot.policy import plan
from catalog.autopilot.types import Arm, ArmDay, Limits

LIMITS = Limits()
TODAY = date(2026, 11, 30)
ARMS = [
    Arm(style, palette, layout, theme)
    for style, palette, layout, theme in product(
        ("arches", "mountains", "waves", "leaves"),
        ("sage", "clay", "night"),
        ("centered", "left"),
        ("hills",),
    )
]


def cohort(arm, *, days=20, ago=20, works=4, **daily):
    """Return the facts of a cohort that was published `ago` days ago, the same each day."""
    born = TODAY - timedelta(days=ago)
    seen = {"examined": 40.0, "impressions": 80.0, "views": 4.0, "saves": 0.4, "carts": 0.2}
    seen |= {"sales": 0.1, "revenue_cents": 160.0} | daily
    return [
        ArmDay(
            arm=arm,
            day=born + timedelta(days=n),
            cohort=born,
            works=works,
            renders=0 if n else 6,
            kept=0 if n else works,
            cost_cents=0.0 if n else 60.0,
            **seen,
        )
        for n in range(days)
    ]


def even_facts(**changes):
    """Return a cohort of every arm, all alike."""
    return [fact for arm in ARMS for fact in cohort(arm, **changes)]


def loved_facts(loved, times=4.0):
    """Return a cohort of every arm; those that `loved` picks are viewed and bought more often."""
    rows = []
    for arm in ARMS:
        more = times if loved(arm) else 1.0
        events = {"views": 4 * more**0.5, "saves": 0.4 * more, "carts": 0.2 * more}
        rows += cohort(arm, **events, sales=0.1 * more, revenue_cents=160 * more)
    return rows


def planned(facts, candidates=ARMS, *, seed=1, renders=48, limits=LIMITS, previous=None, gaps=()):
    return plan(
        facts,
        candidates,
        limits=limits,
        today=TODAY,
        renders=renders,
        seed=seed,
        previous=previous or {},
        gaps=gaps,
    )


def share_of(found, wanted):
    whole = sum(choice.renders for choice in found.choices)
    return sum(choice.renders for choice in found.choices if wanted(choice.arm)) / whole
