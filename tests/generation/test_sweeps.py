"""Sweeps: the same spec gives the same series, and every combination its due."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genart.lib.errors import InvalidInput
from generation.spec import DesignSpec, parse_spec
from generation.sweeps import SEED_BITS, combinations, expand
from tests.generation.specs import EXAMPLE

LAYOUTS = ["centered", "diagonal", "grid", "left", "right"]
axes = st.fixed_dictionaries(
    {},
    optional={
        "composition.layout": st.lists(st.sampled_from(LAYOUTS), min_size=1, max_size=4),
        "subject": st.lists(st.text("abc", min_size=1, max_size=5), min_size=1, max_size=3),
        "composition.density": st.lists(st.floats(0, 1), min_size=1, max_size=3),
        "mood": st.lists(
            st.lists(st.sampled_from(["calm", "bold"]), max_size=3), min_size=1, max_size=3
        ),
    },
)


def spec_with(**changes: Any) -> DesignSpec:
    return parse_spec(EXAMPLE | changes)


def pairs(spec: DesignSpec) -> list[tuple[str | None, str]]:
    return [(plan.spec.palette.name, plan.spec.composition.layout) for plan in expand(spec)]


def test_a_product_is_walked_and_repeated_up_to_the_count() -> None:
    once = [
        ("terracotta", "centered"),
        ("terracotta", "diagonal"),
        ("sage", "centered"),
        ("sage", "diagonal"),
    ]

    assert pairs(spec_with()) == once * 2
    assert pairs(spec_with(count=3)) == once[:3]
    assert (
        pairs(parse_spec({key: value for key, value in EXAMPLE.items() if key != "count"})) == once
    )


def test_the_seeds_of_the_example_never_change() -> None:
    seeds = [plan.seed for plan in expand(spec_with())]

    assert seeds[:4] == [4150757806864896, 7158499437728766, 4202142898490939, 4504867183686927]


def test_an_item_is_the_same_whatever_the_count() -> None:
    assert expand(spec_with(count=3)) == expand(spec_with(count=8))[:3]


@given(vary=axes, count=st.integers(1, 60), seed=st.integers(0, 2**53))
def test_all_serves_every_combination_evenly(vary: dict[str, Any], count: int, seed: int) -> None:
    spec = spec_with(vary=vary, count=count, seed=seed)

    plans = expand(spec)

    taken = Counter(tuple(plan.choices.values()) for plan in plans)
    assert len(plans) == count
    assert len(taken) == min(count, combinations(spec))
    assert max(taken.values()) - min(taken.values()) <= 1
    assert [list(plan.choices) for plan in plans] == [list(vary)] * count


@given(vary=axes, count=st.integers(1, 60), seed=st.integers(0, 2**53))
def test_random_draws_every_combination_before_any_again(
    vary: dict[str, Any], count: int, seed: int
) -> None:
    spec = spec_with(vary=vary, count=count, seed=seed, sampling="random")

    plans = expand(spec)

    taken = Counter(tuple(plan.choices.values()) for plan in plans)
    assert len(taken) == min(count, combinations(spec))
    assert expand(spec) == plans


@given(vary=axes, count=st.integers(1, 60), seed=st.integers(0, 2**53))
def test_every_plan_is_complete_and_has_its_own_seed(
    vary: dict[str, Any], count: int, seed: int
) -> None:
    plans = expand(spec_with(vary=vary, count=count, seed=seed))

    assert len({plan.seed for plan in plans}) == count
    assert all(0 <= plan.seed < 2**SEED_BITS for plan in plans)
    assert [plan.index for plan in plans] == list(range(count))
    assert all(plan.spec.vary == {} and plan.spec.count == 1 for plan in plans)


def test_more_than_the_limit_is_refused_with_its_place() -> None:
    moods = [[word] for word in "abcdefghij"]
    large = {"mood": moods, "subject": list("abcdefghij"), "composition.layout": LAYOUTS}

    for changes, place in [
        ({"count": None, "vary": large}, "vary"),
        ({"count": 8, "vary": large}, "vary"),
    ]:
        with pytest.raises(InvalidInput) as refusal:
            expand(spec_with(**changes), limit=400)
        assert refusal.value.where == place

    assert len(expand(spec_with(count=8, vary=large, sampling="random"), limit=400)) == 8


def test_a_whole_object_and_a_part_of_it_can_vary() -> None:
    whole = spec_with(vary={"composition": [{"layout": "grid", "density": 0.9}]}, count=1)
    part = spec_with(vary={"composition.density": [0.9]}, count=1)

    assert expand(whole)[0].spec.composition.model_dump() == {"layout": "grid", "density": 0.9}
    assert expand(part)[0].spec.composition.model_dump() == {"layout": "centered", "density": 0.9}


def test_pairwise_asks_for_as_many_as_it_takes() -> None:
    six = list("abcdef")
    vary = {"subject": six, "mood": [[word] for word in six], "composition.layout": LAYOUTS}

    plans = expand(spec_with(count=None, vary=vary, sampling="pairwise"))

    met = {(plan.spec.subject, plan.spec.mood[0]) for plan in plans}
    assert len(met) == 36 and 36 <= len(plans) < 60
    assert expand(spec_with(count=len(plans) + 5, vary=vary, sampling="pairwise"))[:-5] == plans
    with pytest.raises(InvalidInput, match=f"It takes {len(plans)} renders") as refusal:
        expand(spec_with(count=12, vary=vary, sampling="pairwise"))
    assert refusal.value.where == "count"
    large = {"subject": [f"s{n}" for n in range(50)], "mood": [[f"m{n}"] for n in range(50)]}
    with pytest.raises(InvalidInput, match="2,500 renders"):
        expand(spec_with(count=None, vary=large, sampling="pairwise"))


@given(vary=axes, seed=st.integers(0, 2**53))
def test_a_spread_serves_every_axis(vary: dict[str, Any], seed: int) -> None:
    plans = expand(spec_with(vary=vary, count=64, seed=seed, sampling="sobol"))

    for axis, values in vary.items():
        assert {plan.choices[axis] for plan in plans} == set(range(len(values)))


def spec_2(**changes: Any) -> DesignSpec:
    return parse_spec(EXAMPLE | {"version": 2, "count": None} | changes)


def test_what_varies_together_is_one_axis() -> None:
    vary = {"palette.name": ["sage", "ocean"], "subject": ["a", "b"], "mood": [["calm"], ["bold"]]}

    plans = expand(spec_2(vary=vary, zip=[["mood", "palette.name"]]))

    said = [(plan.spec.palette.name, plan.spec.subject, plan.spec.mood) for plan in plans]
    assert said == [
        ("sage", "a", ["calm"]),
        ("sage", "b", ["calm"]),
        ("ocean", "a", ["bold"]),
        ("ocean", "b", ["bold"]),
    ]


def test_a_word_list_is_an_axis_and_both_places_take_one_word() -> None:
    words = {"fruit": ["fig", "lemon"], "unused": ["x"]}
    spec = spec_2(subject="a {fruit} bowl", mood=["{fruit}-coloured"], vary={})

    plans = expand(spec, words=words)

    assert [plan.spec.subject for plan in plans] == ["a fig bowl", "a lemon bowl"]
    assert [plan.spec.mood for plan in plans] == [["fig-coloured"], ["lemon-coloured"]]
    assert [plan.words for plan in plans] == [{"fruit": "fig"}, {"fruit": "lemon"}]


def test_a_missing_list_is_named_at_each_place() -> None:
    with pytest.raises(InvalidInput) as refusal:
        expand(spec_2(subject="a {fruit} and {nut}", vary={}), words={"nut": []})

    assert [fault["loc"] for fault in refusal.value.details or []] == [["subject"], ["subject"]]


def test_a_text_that_its_words_make_too_long_is_refused_at_its_place() -> None:
    spec = spec_2(vary={"subject": ["short", "x" * 290 + " {fruit}"]})

    with pytest.raises(InvalidInput, match="302 characters") as refusal:
        expand(spec, words={"fruit": ["clementines"]})

    assert refusal.value.details == [
        {
            "loc": ["vary", "subject", 1],
            "msg": "With its words this has 302 characters; at most 300 are allowed.",
        }
    ]


def test_a_seed_that_varies_is_the_seed() -> None:
    plans = expand(spec_2(vary={"seed": [3, 5], "palette.name": ["sage", "ocean"]}))

    assert [plan.seed for plan in plans] == [3, 3, 5, 5]


def test_one_seed_for_all_is_the_seed_of_the_spec() -> None:
    assert {plan.seed for plan in expand(spec_2(seed_policy="fixed"))} == {20260101}


def test_pictures_that_differ_in_colours_share_a_linked_seed() -> None:
    plans = expand(spec_2(seed_policy="linked", count=8))

    seeds = {}
    for plan in plans[:4]:
        seeds.setdefault(plan.spec.composition.layout, set()).add(plan.seed)
    assert [len(found) for found in seeds.values()] == [1, 1]
    assert len({plan.seed for plan in plans}) == 4, "the second round is drawn anew"
    assert [plan.seed for plan in plans[:2]] == [plan.seed for plan in plans[2:4]]


def test_the_policy_of_a_style_holds_where_the_spec_has_none() -> None:
    plans = expand(spec_2(), policies={"boho-arches": "fixed"})
    own = expand(spec_2(seed_policy="item"), policies={"boho-arches": "fixed"})

    assert len({plan.seed for plan in plans}) == 1
    assert len({plan.seed for plan in own}) == 4


def test_own_colours_take_the_place_of_a_name() -> None:
    colors = [{"hex": "#FFFFFF", "weight": 0.5}, {"hex": "#000000", "weight": 0.5}]

    [plan] = expand(spec_2(vary={"palette.colors": [colors]}))

    assert plan.spec.palette.name is None
    assert [color.hex for color in plan.spec.palette.colors or []] == ["#FFFFFF", "#000000"]
