"""The design spec: what it accepts, and how it says what is wrong."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from genart.lib.errors import InvalidInput
from generation.spec import (
    SEED_LIMIT,
    VARIABLE,
    as_json,
    axis_adapter,
    canonical_hash,
    design_spec_schema,
    parse_spec,
)
from generation.spec_versions import FIELDS_SINCE
from tests.generation.specs import EXAMPLE


def faults(document: Any, **limits: int) -> list[tuple[tuple[Any, ...], str]]:
    with pytest.raises(InvalidInput) as refusal:
        parse_spec(document, **limits)
    assert refusal.value.status == 422
    return [(tuple(fault["loc"]), fault["msg"]) for fault in refusal.value.as_dict()["detail"]]


def test_the_example_of_the_documentation_is_accepted() -> None:
    spec = parse_spec(EXAMPLE)

    assert as_json(spec) == EXAMPLE | {"version": 2, "zip": []}


def test_what_is_left_out_has_a_default() -> None:
    spec = parse_spec(
        {"version": 1, "style": "waves", "subject": "waves", "palette": {"name": "ocean"}}
    )

    assert (spec.size.width_px, spec.size.height_px) == (512, 512)
    assert (spec.composition.layout, spec.composition.density) == ("centered", 0.5)
    assert (spec.count, spec.seed, spec.tier, spec.vary) == (None, None, None, {})


BROKEN = [
    ({"x": 1}, ("x",), "There is no such field."),
    ({"version": 3}, ("version",), "Must be 1 or 2."),
    ({"version": True}, ("version",), "Must be 1 or 2."),
    ({"version": "2"}, ("version",), "Must be 1 or 2."),
    (
        {"priority": 2},
        ("priority",),
        'There is no such field in version 1: write "version": 2.',
    ),
    (
        {"style": "Boho Arches"},
        ("style",),
        "Use small letters, digits and single hyphens, for example boho-arches.",
    ),
    ({"subject": "  "}, ("subject",), "Must not be empty."),
    ({"subject": "a\x00b"}, ("subject",), "Must not contain line breaks or control characters."),
    ({"subject": 5}, ("subject",), "Must be text."),
    ({"palette": {}}, ("palette",), "Give either the name of a palette or its colors."),
    ({"palette": "sage"}, ("palette",), "Must be an object."),
    (
        {
            "palette": {
                "colors": [{"hex": "#fff", "weight": 0.5}, {"hex": "#000000", "weight": 0.5}]
            }
        },
        ("palette", "colors", 0, "hex"),
        "Write a colour as #RRGGBB.",
    ),
    (
        {
            "palette": {
                "colors": [{"hex": "#ffffff", "weight": 0.5}, {"hex": "#000000", "weight": 0.4}]
            }
        },
        ("palette", "colors"),
        "The weights must sum to 1; they sum to 0.9.",
    ),
    (
        {"palette": {"colors": [{"hex": "#ffffff", "weight": 1}]}},
        ("palette", "colors"),
        "Must have at least 2 entries.",
    ),
    (
        {"composition": {"layout": "centered", "density": 1.5}},
        ("composition", "density"),
        "Must be at most 1.",
    ),
    (
        {"composition": {"density": math.nan}},
        ("composition", "density"),
        "Must be a finite number.",
    ),
    (
        {"size": {"width_px": 513, "height_px": 512}},
        ("size", "width_px"),
        "Must be a multiple of 8.",
    ),
    ({"mood": "calm"}, ("mood",), "Must be a list."),
    (
        {"vary": {"seed": [1, 2]}},
        ("vary", "seed"),
        'This cannot vary in version 1: write "version": 2.',
    ),
    (
        {"version": 2, "vary": {"tier": ["premium"]}},
        ("vary", "tier"),
        f"This cannot vary. Choose from {', '.join(VARIABLE)}.",
    ),
    ({"version": 2, "vary": {"seed": [1, -2]}}, ("vary", "seed", 1), "Must be at least 0."),
    ({"version": 2, "vary": {"seed": [None]}}, ("vary", "seed", 0), "Must be a whole number."),
    (
        {"version": 2, "vary": {"control.strength": [1]}},
        ("vary", "control.strength"),
        "There is no control of which this could vary: give control, or vary it whole.",
    ),
    (
        {"version": 2, "vary": {"palette.name": ["sage"], "palette.colors": [[]]}},
        ("vary",),
        "palette.name and palette.colors cannot both vary: one replaces the other.",
    ),
    (
        {"version": 2, "zip": [["palette", "composition.layout", "mood"]]},
        ("zip", 0, 2),
        "This does not vary: give it values in vary, or take it out of zip.",
    ),
    (
        {"version": 2, "zip": [["palette", "palette"]]},
        ("zip", 0, 0),
        "palette may be in one group only, and there once.",
    ),
    (
        {
            "version": 2,
            "vary": {"palette.name": ["a", "b"], "mood": [[]]},
            "zip": [["mood", "palette.name"]],
        },
        ("zip", 0),
        "Axes that vary together must have equally many values; mood has 1, palette.name has 2.",
    ),
    (
        {"version": 2, "control": {"kind": "canny", "image": "x"}},
        ("control", "image"),
        "Give the SHA-256 of an uploaded picture: 64 digits and letters from a to f.",
    ),
    (
        {"version": 2, "reference": {"embedding": "look"}},
        ("reference", "embedding"),
        "Write an embedding as name@version, for example desert-look@2.",
    ),
    (
        {"version": 2, "reference": {"strength": 1}},
        ("reference",),
        "Give either an embedding or an image.",
    ),
    (
        {"version": 2, "tolerances": {"palette": 2}},
        ("tolerances", "palette"),
        "Must be at most 1.",
    ),
    ({"subject": "x" * 301}, ("subject",), "Must have at most 300 characters."),
    ({"vary": {"subject": []}}, ("vary", "subject"), "Must have at least 1 entries."),
    (
        {"vary": {"size.width_px": [512, 513]}},
        ("vary", "size.width_px", 1),
        "Must be a multiple of 8.",
    ),
    (
        {"vary": {"palette": [{"name": "sage"}, {"nome": "x"}]}},
        ("vary", "palette", 1, "nome"),
        "There is no such field.",
    ),
    (
        {"vary": {"size": [{}], "size.width_px": [512]}},
        ("vary",),
        "size and size.width_px cannot both vary: one contains the other.",
    ),
    ({"sampling": "some"}, ("sampling",), "Must be 'all', 'random', 'sobol' or 'pairwise'."),
    ({"count": 0}, ("count",), "Must be at least 1."),
    ({"count": 401}, ("count",), "Must be at most 400."),
    ({"seed": -1}, ("seed",), "Must be at least 0."),
    ({"seed": SEED_LIMIT + 1}, ("seed",), f"Must be at most {SEED_LIMIT}."),
    ({"tier": "luxury"}, ("tier",), "Must be 'commodity' or 'premium'."),
    (
        {"collection": "a b"},
        ("collection",),
        "Use small letters, digits and single hyphens, for example boho-arches.",
    ),
]


@pytest.mark.parametrize(("change", "place", "sentence"), BROKEN)
def test_a_fault_is_named_with_its_place(
    change: dict[str, Any], place: tuple[Any, ...], sentence: str
) -> None:
    assert (place, sentence) in faults(EXAMPLE | change)


def test_every_fault_is_named_at_once() -> None:
    places = [place for place, _sentence in faults(EXAMPLE | {"seed": -1, "x": 1, "mood": 3})]

    assert sorted(places) == [("mood",), ("seed",), ("x",)]


@pytest.mark.parametrize("document", [None, [], "spec", 3, {}])
def test_something_else_than_a_spec_is_refused(document: Any) -> None:
    assert faults(document)


def test_the_hash_ignores_spelling_and_sees_content() -> None:
    shuffled = json.loads(json.dumps(dict(reversed(EXAMPLE.items()))))
    longhand = EXAMPLE | {"composition": {"density": 0.4, "layout": "centered"}}

    same = canonical_hash(parse_spec(EXAMPLE))

    assert canonical_hash(parse_spec(shuffled)) == same
    assert canonical_hash(parse_spec(longhand)) == same
    assert canonical_hash(parse_spec(EXAMPLE | {"seed": 1})) != same


def test_colours_are_written_in_capitals() -> None:
    colors = [{"hex": "#c65d3b", "weight": 0.4}, {"hex": "#ffffff", "weight": 0.6}]

    spec = parse_spec(EXAMPLE | {"palette": {"colors": colors}, "vary": {}})

    assert [color.hex for color in spec.palette.colors or []] == ["#C65D3B", "#FFFFFF"]


@pytest.mark.parametrize("path", VARIABLE)
def test_every_variable_path_has_a_validator(path: str) -> None:
    assert axis_adapter(path).json_schema()


def test_the_schema_describes_every_field() -> None:
    schema = design_spec_schema()

    assert set(schema["properties"]) == set(EXAMPLE) | set(FIELDS_SINCE)
    assert schema["additionalProperties"] is False
    assert schema["properties"]["vary"]["propertyNames"]["enum"] == list(VARIABLE)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda children: (
        st.lists(children, max_size=4)
        | st.dictionaries(st.sampled_from([*EXAMPLE, *VARIABLE, "name", "colors"]), children)
    ),
    max_leaves=12,
)


@given(change=st.dictionaries(st.sampled_from([*EXAMPLE, "more"]), json_values, max_size=4))
def test_any_document_gives_a_spec_or_a_located_fault(change: dict[str, Any]) -> None:
    try:
        spec = parse_spec(EXAMPLE | change)
    except InvalidInput as refusal:
        for fault in refusal.as_dict()["detail"]:
            assert fault["msg"].endswith(".")
            assert isinstance(fault["loc"], list)
    else:
        assert parse_spec(as_json(spec)) == spec
