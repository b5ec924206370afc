"""Between fields and document nothing is lost, and a layout has a drawing of its own."""

import re
from random import Random
from typing import Any

import pytest

from genart.lib.errors import InvalidInput
from generation.house.families import FAMILIES
from generation.layout_drawings import PATTERNS, PLACES, SIDE, drawing
from generation.spec import as_json, parse_spec
from generation.spec_fields import document_of, values_of
from generation.style_drawings import DRAWINGS, style_drawing
from tests.generation.random_specs import valid

ROUNDS = 1000


def meaning(document: Any) -> dict[str, Any]:
    """Return a spec with its palettes in one spelling and its groups in one order."""
    spec = as_json(parse_spec(document))
    names = spec["vary"].pop("palette.name", None)
    if names:
        spec["vary"]["palette"] = [{"name": name} for name in names]
    for path, values in list(spec["vary"].items()):
        if len(values) == 1:  # an axis of one value is that value
            head, _dot, tail = path.partition(".")
            spec[head] = spec[head] | {tail: values[0]} if tail else values[0]
            del spec["vary"][path]
        elif path != "palette":  # what stands in its place before it varies is never read
            head, _dot, tail = path.partition(".")
            if head in spec and not tail:
                spec[head] = None
            elif head in spec:
                spec[head] = spec[head] | {tail: None}
    if "palette" in spec["vary"]:
        spec["palette"] = None
    groups = [["palette" if path == "palette.name" else path for path in g] for g in spec["zip"]]
    kept = [sorted(path for path in group if path in spec["vary"]) for group in groups]
    spec["zip"] = sorted(group for group in kept if len(group) > 1)
    return spec


def test_a_thousand_specs_come_back_from_the_fields_as_they_were() -> None:
    chance, seen = Random(5), 0
    for _ in range(ROUNDS):
        document = valid(chance)
        try:
            wanted = meaning(document)
        except InvalidInput:
            continue
        values = values_of(document)
        budget = values["budget"]
        again = document_of(values | {"budget": None if budget == "" else budget})
        assert meaning(again) == wanted, document
        seen += 1
    assert seen > ROUNDS / 2


@pytest.mark.parametrize("word", [*PLACES, *PATTERNS, "anything", "天空", ""])
def test_a_drawing_lies_within_its_sheet(word: str) -> None:
    shapes = drawing(word)

    assert shapes and any(shape.tone == "main" for shape in shapes)
    for shape in shapes:
        right, low = max(shape.width, shape.radius), max(shape.height, shape.radius)
        assert shape.x - shape.radius >= 0 and shape.x + right <= SIDE
        assert shape.y - shape.radius >= 0 and shape.y + low <= SIDE


def test_layouts_look_different() -> None:
    words = ["centered", "left", "right", "high", "low", "diagonal", "grid", "odd", "odder"]

    assert len({drawing(word) for word in words}) == len(words)


def test_a_second_group_is_kept_beside_the_one_that_is_shown() -> None:
    vary = {"palette.name": ["sage", "ocean"], "mood": [["calm"], ["bold"]]}
    vary |= {"subject": ["a", "b"], "composition.density": [0.1, 0.9]}
    groups = [["subject", "composition.density"], ["mood", "palette.name"]]
    base = {"version": 2, "style": "tiny", "subject": "x", "palette": {"name": "sage"}}
    document = base | {"vary": vary, "zip": groups}

    values = values_of(document)

    assert values["together"] == ["subject", "densities"]
    assert meaning(document_of(values | {"budget": None})) == meaning(document)


def test_every_style_of_the_house_has_a_drawing() -> None:
    sellable = {family.slug for family in FAMILIES.values() if family.sellable}

    assert sellable <= set(DRAWINGS)
    assert style_drawing("a-style-of-its-own") != style_drawing("another")
    for paths in [*DRAWINGS.values(), style_drawing("a-style-of-its-own")]:
        assert {tone for tone, _path in paths} <= {"main", "soft", "accent"}
        assert all(re.fullmatch(r"[MmLlHhVvQqTtAaZz0-9eE. -]+", path) for _tone, path in paths)
