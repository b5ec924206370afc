"""Golden tests of each dialect: the very words that a checkpoint is told."""

import json
from typing import Any

import pytest

from generation.dialects import DIALECTS, dialect_of, prompt_of
from generation.models import Adapter, Checkpoint, Style, StyleVersion
from generation.spec import DesignSpec, parse_spec
from tests.generation.specs import EXAMPLE, SMALL

COLORS = ["#F6EADB", "#C8553D", "#f6eadb", "#4A2C2A"]
TEMPLATE = "{subject}, {layout}, {density}, {mood}, {palette}, gouache on paper"


def spec_of(**changes: Any) -> DesignSpec:
    return parse_spec(EXAMPLE | {"mood": ["calm", "warm", "soft"], "vary": {}} | changes)


def said(dialect: str, spec: DesignSpec, **fields: Any) -> tuple[str, str]:
    checkpoint = Checkpoint(name="Any", family="sd", capabilities={"dialect": dialect})
    values = {"prompt_template": TEMPLATE, "negative_prompt": "frame"} | fields
    version = StyleVersion(checkpoint=checkpoint, motif="boho-arches", **values)
    prompt = prompt_of(spec, version, "Terracotta", COLORS)
    return prompt.text, prompt.negative


GOLDEN = {
    "plain": (
        "arches over low hills, centered composition, balanced detail, calm, warm, soft, "
        "Terracotta palette, gouache on paper",
        "frame, text",
    ),
    "weighted": (
        "(arches over low hills:1.15), centered composition, (balanced detail:1.04), (calm:1.2), "
        "(warm:1.1), soft, (Terracotta palette:1.1), gouache on paper",
        "frame, text",
    ),
    "compel": (
        "(arches over low hills)1.15, centered composition, (balanced detail)1.04, (calm)1.2, "
        "(warm)1.1, soft, (Terracotta palette)1.1, gouache on paper",
        "frame, text",
    ),
    "json": (
        '{"scene": "arches over low hills", "style": "gouache on paper", '
        '"mood": "calm, warm, soft", "composition": "centered, balanced", '
        '"color_palette": ["#F6EADB", "#C8553D", "#4A2C2A"], "avoid": "frame, text"}',
        "",
    ),
    "house": ("boho arches over low hills, centered, balanced, calm, warm, soft", ""),
}


@pytest.mark.parametrize("dialect", GOLDEN)
def test_a_dialect_says_exactly_this(dialect: str) -> None:
    assert said(dialect, spec_of()) == GOLDEN[dialect]


def test_every_dialect_has_its_golden_words() -> None:
    assert set(GOLDEN) == set(DIALECTS)


@pytest.mark.parametrize("dialect", ["weighted", "compel"])
def test_brackets_of_a_subject_are_no_weights(dialect: str) -> None:
    text, _negative = said(dialect, spec_of(subject="a (red) house [old]", mood=[]))

    assert text.startswith("(a \\(red\\) house \\[old\\]")


def test_a_fuller_picture_is_insisted_on_more() -> None:
    spec = spec_of(composition={"layout": "centered", "density": 1.0})

    assert "(dense detail:1.2)" in said("weighted", spec)[0]


def test_quotes_and_colours_survive_in_json() -> None:
    text, _negative = said("json", spec_of(subject='a "quoted" ünïcode \\ thing'))

    assert json.loads(text)["scene"] == 'a "quoted" ünïcode \\ thing'


@pytest.mark.parametrize(
    ("family", "capabilities", "dialect"),
    [
        ("house", {}, "house"),
        ("flux2", {}, "json"),
        ("sd", {}, "plain"),
        ("unheard-of", {}, "plain"),
        ("sdxl", {"dialect": "weighted"}, "weighted"),
        ("flux2", {"dialect": "plain"}, "plain"),
        ("sd", {"dialect": "klingon"}, "plain"),
    ],
)
def test_the_dialect_is_data(family: str, capabilities: dict[str, Any], dialect: str) -> None:
    assert dialect_of(Checkpoint(family=family, capabilities=capabilities)) == dialect


@pytest.mark.django_db
def test_trigger_words_of_a_style_s_adapters_are_said_once(style: Style) -> None:
    version = style.current_version
    assert version is not None
    for slug, kind, words in (
        ("paper", Adapter.Kind.LORA, "papercut look"),
        ("sunny", Adapter.Kind.EMBEDDING, ""),
        ("quiet", Adapter.Kind.LORA, ""),
        ("pink", Adapter.Kind.LORA, "a small picture"),
    ):
        adapter = Adapter.objects.create(
            slug=slug, name=slug, kind=kind, checkpoint=version.checkpoint, location="/none",
            trigger_words=words, licence="MIT", allows_commercial_use=True,
        )  # fmt: skip
        version.style_adapters.create(adapter=adapter)
    spec = parse_spec(SMALL)

    assert prompt_of(spec, version, "Sage").text.endswith(", papercut look, sunny")
    version.checkpoint.capabilities = {"dialect": "json"}
    said = json.loads(prompt_of(spec, version, "Sage").text)
    assert said["keywords"] == ["papercut look", "sunny"]
