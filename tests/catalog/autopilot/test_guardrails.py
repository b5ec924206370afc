"""Guardrails hold whatever is wanted; the checker notices when one is taken away."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.autopilot.guardrails import effective_styles, enforce
from catalog.autopilot.history import History, Spent
from catalog.autopilot.types import Arm, Choice, Limits, Plan
from tests.bench.autopilot import guardrails as bench
from tests.bench.autopilot.checking import violations
from tests.bench.autopilot.worlds import FIRST_DAY, make_world

LOOSE = Limits(
    renders_per_day=100, gpu_seconds_per_day=1e9, cents_per_day=1e9, exploration_floor=0.0,
    diversity_floor=1.0, step_limit=1.0, near_duplicate_cap=100, arm_cap=100,
)  # fmt: skip


def arm(style: str = "waves", palette: str = "sage") -> Arm:
    return Arm(style, palette, "centered", "waves")


def plan(*choices: tuple[Arm, int, str]) -> Plan:
    whole = sum(n for _arm, n, _kind in choices)
    return Plan(tuple(Choice(a, n, n / whole, kind) for a, n, kind in choices))


def made(result: Plan) -> dict[str, int]:
    return {choice.arm.style: choice.renders for choice in result.choices}


def test_a_plan_within_limits_is_left_as_it_is():
    asked = plan((arm("a"), 4, "exploit"), (arm("b"), 4, "explore"))
    assert enforce(asked, LOOSE, History()) == asked


def test_sixty_worlds_break_nothing():
    figures = {figure.name: figure for figure in bench.figures(60)}
    assert figures["guardrail_violations"].value == 0
    assert figures["hostile_worlds_frozen"].value == 1
    assert figures["friendly_worlds_frozen"].value == 0


@pytest.mark.parametrize(
    ("loosened", "word"),
    [
        ({"renders_per_day": 10**6}, "renders-per-day"),
        ({"gpu_seconds_per_day": 1e9}, "gpu-seconds"),
        ({"cents_per_day": 1e9}, "cents"),
        ({"exploration_floor": 0.0}, "exploration"),
        ({"diversity_floor": 1.0}, "diversity"),
        ({"step_limit": 1.0}, "step"),
        ({"near_duplicate_cap": 10**6}, "near-duplicates"),
        ({"arm_cap": 10**6}, "arm-cap"),
    ],
)
def test_the_checker_misses_none_of_the_guardrails(loosened, word):
    found = Counter()
    for seed in range(60):
        world = make_world(seed)
        for _turn in range(4):
            history, asked = world.history(FIRST_DAY), world.greedy_plan()
            kept = enforce(asked, replace(world.limits, **loosened), history)
            found.update(violations(asked, kept, world.limits, history))
            whole = sum(choice.renders for choice in kept.choices)
            world.previous = {c.arm: c.renders / whole for c in kept.choices}
            world.made += [(FIRST_DAY, choice) for choice in kept.choices]
    assert any(word in broken for broken in found)


shares = st.floats(0, 1)
arms = st.builds(Arm, st.sampled_from("abcdef"), st.sampled_from("xy"), st.just("l"), st.just("t"))
choices = st.builds(
    Choice, arms, st.integers(-2, 40), st.floats(allow_nan=True),
    st.sampled_from(("exploit", "explore", "gap")),
)  # fmt: skip
limits_of_any_kind = st.builds(
    Limits, st.integers(0, 60), st.floats(0, 4000), st.floats(0, 90), shares, st.floats(1, 6),
    shares, st.integers(0, 20), st.just(0.3), st.just(0.15), st.integers(1, 20),
)  # fmt: skip
pasts = st.builds(
    History, st.builds(Spent, st.integers(0, 60), st.floats(0, 4000), st.floats(0, 90)),
    st.dictionaries(st.sampled_from("abcdefgh"), st.integers(0, 30)),
    st.dictionaries(arms, shares, max_size=5),
    st.dictionaries(st.sampled_from("abc"), st.floats(0, 200)),
    st.dictionaries(st.sampled_from("abc"), st.floats(0, 9)),
    st.dictionaries(arms, st.integers(0, 20)),
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(choices, max_size=8), limits_of_any_kind, pasts)
def test_no_plan_past_and_limits_break_a_guardrail(wanted, limits, history):
    asked = Plan(tuple(wanted))
    assert violations(asked, enforce(asked, limits, history), limits, history) == []


def test_propensities_follow_the_renders():
    asked = plan((arm("a"), 9, "exploit"), (arm("b"), 1, "explore"))
    result = enforce(asked, replace(LOOSE, arm_cap=3), History())
    assert made(result) == {"a": 3, "b": 1}
    assert [choice.propensity for choice in result.choices] == pytest.approx([0.75, 0.25])
    assert result.choices[0].evidence["wanted"] == 9


def test_what_other_cycles_of_the_day_used_counts():
    asked = plan((arm("a"), 9, "exploit"))
    history = History(used=Spent(96, 0.0, 0.0))
    result = enforce(asked, LOOSE, history)
    assert made(result) == {"a": 4}
    assert result.notes == (
        "5 of 9 renders were held back: the day allows 100 renders, 96 of them are used.",
    )


def test_money_binds_only_those_who_cost_any():
    asked = plan((arm("own"), 5, "exploit"), (arm("theirs"), 5, "exploit"))
    history = History(cents={"theirs": 4.0})
    result = enforce(asked, replace(LOOSE, cents_per_day=10.0), history)
    assert made(result) == {"own": 5, "theirs": 2}


def test_a_share_rises_step_by_step():
    first, second = arm("a"), arm("b")
    asked = plan((first, 20, "exploit"), (second, 20, "exploit"))
    history = History(previous={second: 0.9, arm("c"): 0.1})
    result = enforce(asked, replace(LOOSE, step_limit=0.25), history)
    assert made(result)["a"] <= 0.25 * sum(made(result).values())


def test_variety_counts_the_last_days():
    asked = plan((arm("a"), 6, "exploit"))
    varied = {"b": 6, "c": 6}
    assert made(enforce(asked, replace(LOOSE, diversity_floor=3.0), History(recent=varied)))
    assert not made(enforce(asked, replace(LOOSE, diversity_floor=3.0), History(recent={"a": 9})))


def test_an_impossible_floor_makes_nothing_and_says_why():
    asked = plan((arm("a"), 6, "exploit"), (arm("b"), 6, "explore"))
    result = enforce(asked, replace(LOOSE, diversity_floor=3.0), History())
    assert result.choices == ()
    assert "as varied as 3 equal styles, and 2 style(s)" in result.notes[-1]


def test_effective_styles_of_equal_shares_is_their_number():
    assert effective_styles([5, 5, 5]) == pytest.approx(3.0)
    assert effective_styles([9]) == pytest.approx(1.0)
    assert effective_styles([]) == 0.0


def test_worlds_are_the_same_each_time():
    assert make_world(7).greedy_plan() == make_world(7).greedy_plan()
    assert make_world(7).history(date(2026, 3, 1)) == make_world(7).history(date(2026, 3, 1))
