"""Older documents say the same in the newest version, and have the hash they always had."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.spec import as_json, canonical_hash, parse_spec
from generation.spec_versions import migrated, oldest
from generation.spec_words import escaped, length, references, resolved
from generation.sweeps import Plan, expand
from tests.generation.specs import EXAMPLE

HASH_OF_THE_EXAMPLE = "fc2b123f787d775168191392b044943658adc53ff341c18471d1bdc71ba33981"
"""As it was before there was a version 2."""
braced = st.text("ab{}-1 ", min_size=1, max_size=30).filter(lambda text: text.strip() != "")
old_documents = st.fixed_dictionaries(
    {"version": st.just(1), "subject": braced},
    optional={
        "mood": st.lists(braced, max_size=3),
        "vary": st.fixed_dictionaries(
            {},
            optional={
                "subject": st.lists(braced, min_size=1, max_size=3),
                "mood": st.lists(st.lists(braced, max_size=2), min_size=1, max_size=3),
                "composition.density": st.lists(st.floats(0, 1), min_size=1, max_size=3),
            },
        ),
        "sampling": st.sampled_from(["all", "random", "sobol"]),
        "count": st.integers(1, 20),
        "seed": st.integers(0, 2**53),
    },
)


def test_the_example_keeps_its_hash_in_either_version() -> None:
    assert canonical_hash(parse_spec(EXAMPLE)) == HASH_OF_THE_EXAMPLE
    assert canonical_hash(parse_spec(EXAMPLE | {"version": 2})) == HASH_OF_THE_EXAMPLE
    assert canonical_hash(parse_spec(migrated(EXAMPLE))) == HASH_OF_THE_EXAMPLE


def test_a_brace_of_version_one_stays_a_brace() -> None:
    old = EXAMPLE | {"subject": "a {fruit} bowl", "vary": {}, "count": 1}

    spec = parse_spec(old)

    assert spec.subject == "a {{fruit}} bowl"
    assert expand(spec)[0].spec.subject == "a {fruit} bowl"
    assert migrated(old)["subject"] == "a {{fruit}} bowl"
    assert old["subject"] == "a {fruit} bowl"


def test_what_is_no_spec_is_left_for_the_check() -> None:
    documents: tuple[Any, ...] = (None, [], "x", {}, {"version": 9}, {"version": 1, "vary": 4})
    for document in documents:
        again = migrated(document)
        assert again == document or again == document | {"version": 2}


@given(text=st.text("ab{}-1 "))
def test_an_escaped_text_reads_as_it_was(text: str) -> None:
    assert references(escaped(text)) == []
    assert resolved(escaped(text), {}) == text
    assert length(escaped(text)) == len(text)


def asked(plans: list[Plan]) -> list[tuple[Any, ...]]:
    """Return what a checkpoint is told of each picture."""
    return [(plan.index, plan.seed, plan.spec.subject, tuple(plan.spec.mood)) for plan in plans]


@given(change=old_documents)
def test_every_old_document_makes_the_same_plans_in_the_newest(change: dict[str, Any]) -> None:
    old = EXAMPLE | change
    spec = parse_spec(old)
    new = migrated(old)

    assert parse_spec(new) == spec
    assert parse_spec(as_json(spec)) == spec
    assert canonical_hash(parse_spec(new)) == canonical_hash(spec)
    assert asked(expand(parse_spec(new))) == asked(expand(spec))
    subjects = old["vary"].get("subject", [old["subject"]])
    assert {plan.spec.subject for plan in expand(spec)} <= {text.strip() for text in subjects}
    moods = old["vary"].get("mood", [old["mood"]])
    said = {tuple(word.strip() for word in mood) for mood in moods}
    assert {tuple(plan.spec.mood) for plan in expand(spec)} <= said


@given(change=old_documents)
def test_an_old_document_is_spelt_in_its_own_version(change: dict[str, Any]) -> None:
    spelling = oldest(as_json(parse_spec(EXAMPLE | change)))

    assert spelling["version"] == 1
    assert spelling["subject"] == (EXAMPLE | change)["subject"].strip()


@pytest.mark.parametrize(
    "change",
    [
        {"subject": "a {fruit}"},
        {"priority": 1},
        {"seed_policy": "fixed"},
        {"vary": {"seed": [1, 2]}},
        {"zip": [["palette", "composition.layout"]]},
    ],
)
def test_what_is_new_changes_the_hash(change: dict[str, Any]) -> None:
    spec = parse_spec(EXAMPLE | {"version": 2} | change)

    assert canonical_hash(spec) != HASH_OF_THE_EXAMPLE
    assert oldest(as_json(spec))["version"] == 2


def test_the_order_of_what_varies_together_means_nothing() -> None:
    one, other = (
        parse_spec(EXAMPLE | {"version": 2, "zip": [group]})
        for group in (["palette", "composition.layout"], ["composition.layout", "palette"])
    )

    assert canonical_hash(one) == canonical_hash(other)
    assert expand(one) != [] and asked(expand(one)) == asked(expand(other))
