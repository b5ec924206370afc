"""Whatever the facts, a plan is sound."""

import json
from dataclasses import asdict, replace
from datetime import timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.autopilot.policy.ledger import COUNTS
from catalog.autopilot.types import ArmDay
from tests.catalog.autopilot.policy.facts import (
    ARMS,
    LIMITS,
    TODAY,
    planned,
)

numbers = st.one_of(
    st.floats(0, 1e4),
    st.sampled_from([float("nan"), float("inf"), -float("inf"), -5.0, 1e300, 1e12]),
)
days = st.integers(-5, 80).map(lambda ago: TODAY - timedelta(days=ago))
hostile = st.builds(
    ArmDay,
    arm=st.sampled_from(ARMS),
    day=days,
    cohort=days,
    works=st.integers(-3, 10**9),
    renders=st.integers(-3, 10**9),
    kept=st.integers(-3, 10**9),
    **dict.fromkeys(
        (*sorted(set(COUNTS) - {"works", "renders", "kept"}), "revenue_cents"), numbers
    ),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    facts=st.lists(hostile, max_size=30),
    candidates=st.lists(st.sampled_from(ARMS), max_size=20, unique=True),
    renders=st.integers(-3, 60),
    seed=st.integers(0, 2**31),
    arm_cap=st.integers(1, 20),
    floors=st.tuples(st.floats(0, 1), st.floats(0, 9)),
    before=st.dictionaries(st.sampled_from(ARMS), numbers, max_size=5),
    gaps=st.lists(st.sampled_from(ARMS), max_size=3),
)
def test_whatever_the_facts_a_plan_is_sound(
    facts, candidates, renders, seed, arm_cap, floors, before, gaps
):
    limits = replace(
        LIMITS, arm_cap=arm_cap, exploration_floor=floors[0], diversity_floor=floors[1]
    )
    found = planned(
        facts,
        candidates,
        seed=seed,
        renders=renders,
        limits=limits,
        previous=before,
        gaps=gaps,
    )
    arms = [choice.arm for choice in found.choices]
    assert len(arms) == len(set(arms)) and set(arms) <= {*candidates, *gaps}
    assert sum(choice.renders for choice in found.choices) <= max(renders, 0)
    for choice in found.choices:
        assert 1 <= choice.renders <= arm_cap
        assert 0 < choice.propensity <= 1
        json.dumps(choice.evidence, allow_nan=False)
        json.dumps([choice.draw], allow_nan=False)
    assert sum(choice.propensity for choice in found.choices) <= 1 + 1e-9
    json.dumps([asdict(one) for one in found.beliefs], allow_nan=False)
