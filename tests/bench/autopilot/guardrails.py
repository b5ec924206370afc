"""No guardrail is broken in 1,000 worlds, whatever the policy wants and the signals claim."""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from catalog.autopilot.alarms import alarms
from catalog.autopilot.guardrails import enforce, room
from catalog.autopilot.history import History
from catalog.autopilot.policy import plan
from catalog.autopilot.types import Plan
from tests.bench import Figure
from tests.bench.autopilot.checking import violations
from tests.bench.autopilot.worlds import EXPECTED_ALARM, FIRST_DAY, World, make_world

WORLDS, DAYS = 1000, 5
LOOKED_AT = (0, DAYS - 1)
"""Days on which the signals are looked at: they are alike on all, and a look takes long."""


def figures(worlds: int = WORLDS) -> Iterator[Figure]:
    """Yield violations, and how often hostile signals froze the autopilot."""
    broken, frozen, hostile, renders, false_alarms = Counter[str](), 0, 0, 0, 0
    for seed in range(worlds):
        world = make_world(seed)
        expected = EXPECTED_ALARM.get(world.hostility)
        raised = live(world, broken)
        hostile += expected is not None
        frozen += expected in raised
        false_alarms += expected is None and bool(raised)
        renders += sum(choice.renders for _day, choice in world.made)
    yield Figure("guardrail_violations", broken.total(), f"in_{worlds}_worlds", "<=0")
    for word, times in broken.items():
        yield Figure(f"guardrail_violations_{word}", times, "times")
    yield Figure("hostile_worlds_frozen", frozen / max(hostile, 1), "share", ">=1")
    yield Figure("friendly_worlds_frozen", false_alarms, "worlds", "<=0")
    yield Figure("renders_made_in_the_worlds", renders, "renders", f">={worlds}")


def policy_plan(world: World, today: date, history: History) -> Plan:
    """Return what the real policy wants, from signals as they are, hostile ones included."""
    return plan(
        world.facts(today),
        world.arms,
        limits=world.limits,
        today=today,
        renders=room(world.limits, history),
        seed=world.chance.randrange(1 << 31),
        previous=history.previous,
    )


def live(world: World, broken: Counter[str]) -> set[str]:
    """Live some days of a world; return the kinds of alarms. Nothing is made from an alarm on.

    The first days are looked at as if no alarm had been raised, since guardrails must hold by
    themselves.
    """
    raised: set[str] = set()
    for number in range(DAYS):
        today = FIRST_DAY + timedelta(days=number)
        for _cycle in range(world.chance.choice((1, 1, 2, 3))):
            history = world.history(today)
            if number in LOOKED_AT:
                found = alarms(world.facts(today), world.limits, history, today=today)
                raised |= {alarm.kind for alarm in found}
            is_first = not number and not world.made
            steered = world.is_steered and is_first
            asked = policy_plan(world, today, history) if steered else world.greedy_plan()
            made = enforce(asked, world.limits, history)
            broken.update(violations(asked, made, world.limits, history))
            whole = sum(choice.renders for choice in made.choices)
            if whole:
                world.previous = {c.arm: c.renders / whole for c in made.choices}
            world.made += [(today, choice) for choice in made.choices]
    return raised
