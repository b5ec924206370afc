"""The page about the design spec: its examples are valid, and it leaves out no field."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from generation.dialects import DIALECTS
from generation.spec import VARIABLE, DesignSpec, parse_spec
from generation.sweeps import expand

PAGE = (Path(__file__).parents[2] / "docs/design-spec.md").read_text(encoding="utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]
WORDS = {"fruit": ["fig", "lemon"], "colour": ["blue", "red"], "feeling": ["calm"]}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_is_valid_and_makes_pictures(example: dict[str, Any]) -> None:
    spec = parse_spec(EXAMPLES[0] | example)

    assert expand(spec.model_copy(update={"seed": 1}), words=WORDS)


def test_every_field_has_an_example() -> None:
    shown = {name for example in EXAMPLES for name in example}

    assert set(DesignSpec.model_fields) == shown


def test_every_path_and_dialect_is_named() -> None:
    assert all(f"`{name}`" in PAGE for name in [*VARIABLE, *DIALECTS])
