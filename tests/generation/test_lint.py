"""What is refused at submit, with field and remedy; and what is only warned of."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from genart.lib.errors import InvalidInput
from generation import defaults
from generation.models import (
    Checkpoint,
    ControlImage,
    Offer,
    Provider,
    Style,
    StyleEmbedding,
)
from generation.outlook import outlook_of
from generation.services import submit_job
from tests.factories import make_palette
from tests.factories import make_style as make_house_style
from tests.generation.specs import SMALL

pytestmark = pytest.mark.django_db
IMAGE = "a" * 64
DATA = Path(defaults.__file__).parent / "data"
CONTROL = {"kind": "canny", "image": IMAGE}


def refused(**changes: Any) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        outlook_of(SMALL | {"version": 2} | changes)
    details = refusal.value.as_dict()["detail"]
    return [(".".join(str(part) for part in fault["loc"]), fault["msg"]) for fault in details]


def warned(**changes: Any) -> list[tuple[str, str]]:
    outlook = outlook_of(SMALL | {"version": 2} | changes)
    return [
        (".".join(str(part) for part in warning["loc"]), warning["msg"])
        for warning in outlook.warnings
    ]


@pytest.fixture
def able(style: Style, checkpoint: Checkpoint) -> Checkpoint:
    """A checkpoint that follows outlines and looks, and a picture to follow."""
    checkpoint.capabilities |= {"controls": ["canny"], "references": ["embedding"]}
    checkpoint.save()
    ControlImage.objects.create(
        sha256=IMAGE, name="Lines", file="x", width_px=64, height_px=64, rights="own"
    )
    StyleEmbedding.objects.create(slug="look", name="Look", encoder="e", vector=[1.0])
    return checkpoint


CONTRADICTIONS = [
    (
        {"subject": "a poster with text", "avoid": ["Text"]},
        ("avoid", "The subject asks for “Text”: take it out of one of the two."),
    ),
    (
        {"mood": ["very calm"], "avoid": ["calm"]},
        ("avoid", "The mood asks for “calm”: take it out of one of the two."),
    ),
]


@pytest.mark.parametrize(("changes", "fault"), CONTRADICTIONS)
def test_what_contradicts_itself_is_refused(
    style: Style, changes: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert fault in refused(**changes)


def test_parts_of_words_are_no_contradiction(style: Style) -> None:
    outlook_of(SMALL | {"subject": "a textured small picture", "avoid": ["text", "red small"]})


def test_a_minimal_layout_is_not_full(style: Style, checkpoint: Checkpoint) -> None:
    checkpoint.capabilities["layouts"] = ["minimal", "all-over"]
    checkpoint.save()

    for layout, density in (("minimal", 0.9), ("all-over", 0.1)):
        faults = refused(composition={"layout": layout, "density": density})
        assert [place for place, _text in faults] == ["composition.density"]
    outlook_of(SMALL | {"composition": {"layout": "minimal", "density": 0.3}})


def test_a_control_that_is_not_supported_is_refused(style: Style) -> None:
    faults = dict(refused(control=CONTROL, reference={"embedding": "look@1"}))

    assert faults["control"].startswith("Tiny follows no control image: leave control out")
    assert "upload it first" in faults["control.image"]
    assert "leave reference out" in faults["reference.embedding"]


def test_what_is_supported_reaches_the_render_and_parts_the_groups(
    able: Checkpoint, curator: Any
) -> None:
    spec = SMALL | {
        "version": 2,
        "control": CONTROL,
        "reference": {"embedding": "look@1", "strength": 0.7},
        "vary": {"control.strength": [0.5, 1.5]},
        "count": None,
    }

    job, _new = submit_job(spec=spec, owner=curator)

    renders = list(job.renders.order_by("index"))
    assert [render.control for render in renders] == [
        CONTROL | {"strength": 0.5},
        CONTROL | {"strength": 1.5},
    ]
    assert renders[0].reference == {"embedding": "look@1", "strength": 0.7}
    assert len({render.group_key for render in renders}) == 2


def test_another_kind_or_an_unknown_look_is_refused(able: Checkpoint) -> None:
    faults = dict(
        refused(control=CONTROL | {"kind": "pose"}, vary={"reference": [{"embedding": "no@1"}]})
    )

    assert faults["control.kind"] == ("Tiny knows no control of the kind pose. Choose from canny.")
    assert faults["vary.reference.0.embedding"] == "There is no style embedding no@1."
    assert "use an embedding" in dict(refused(reference={"image": IMAGE}))["reference.image"]


def test_what_somebody_offers_is_supported(style: Style, checkpoint: Checkpoint) -> None:
    Checkpoint.objects.update(source=Checkpoint.Source.REMOTE)
    assert dict(refused())["style"].startswith("Nobody offers Tiny at present")

    provider = Provider.objects.create(slug="p", name="P", kind="openai", base_url="http://p")
    Offer.objects.create(provider=provider, checkpoint=checkpoint, price_cents=Decimal("3.5"))

    outlook = outlook_of(SMALL | {"version": 2, "budget_cents": 1, "count": 2})
    assert (outlook.estimate.cents, outlook.estimate.remote) == (7.0, 2)
    assert [place for place, _text in warned(budget_cents=1, count=2)] == ["budget_cents"]


def test_a_price_that_is_within_the_budget_is_no_warning(style: Style) -> None:
    assert warned(budget_cents=1) == []


WARNINGS = [
    ({"count": 1, "vary": {"palette.name": ["sage", "terracotta"]}}, "count"),
    ({"seed_policy": "fixed", "count": 3}, "seed_policy"),
    ({"sampling": "pairwise", "count": None}, "sampling"),
    ({"mood": ["calm", "energetic"]}, "mood"),
    ({"mood": ["minimal"], "composition": {"density": 0.9}}, "composition.density"),
    ({"mood": ["busy"], "composition": {"density": 0.1}}, "composition.density"),
    ({"vary": {"subject": ["a", "a"]}, "count": None}, "vary.subject"),
    (
        {
            "palette": {
                "colors": [{"hex": "#777777", "weight": 0.99}, {"hex": "#888888", "weight": 0.01}]
            }
        },
        "palette.colors",
    ),
]


@pytest.mark.parametrize(("changes", "place"), WARNINGS)
def test_what_is_hardly_meant_so_is_told(style: Style, changes: dict[str, Any], place: str) -> None:
    assert place in [where for where, _text in warned(**changes)]


def test_a_plain_spec_has_no_warnings(style: Style) -> None:
    assert warned() == []


def test_the_house_model_says_which_words_it_is_not_told() -> None:
    make_house_style(slug="arches")
    make_palette(slug="sage")
    size = {"width_px": 512, "height_px": 512}

    told = dict(
        warned(
            style="arches",
            subject="arches over hills with a dragon",
            mood=["calm", "sinister"],
            size=size,
        )
    )

    assert told["subject"].endswith("it is not told: dragon.")
    assert told["mood"] == "The house model does not know: sinister."


def test_what_a_checkpoint_cannot_avoid_is_told(style: Style, checkpoint: Checkpoint) -> None:
    checkpoint.capabilities["negative_prompt"] = False
    checkpoint.save()

    assert [place for place, _text in warned(avoid=["text"])] == ["avoid"]


def test_the_warnings_are_kept_with_the_job(style: Style, curator: Any) -> None:
    spec = SMALL | {"version": 2, "seed_policy": "fixed", "count": 3, "priority": 2}

    job, _new = submit_job(spec=spec, owner=curator, budget_cents=40)

    assert job.renders.count() == 1
    assert job.outlook["duplicates"] == 2
    assert [warning["loc"] for warning in job.outlook["warnings"]] == [["seed_policy"]]
    assert (job.priority, job.budget_cents) == (2, 40)


def test_linked_pictures_are_one_drawing_in_two_palettes(style: Style, curator: Any) -> None:
    assert style.current_version is not None
    style.current_version.seed_policy = "linked"
    style.current_version.save()
    vary = {"palette.name": ["sage", "terracotta"], "subject": ["a", "b"]}

    job, _new = submit_job(spec=SMALL | {"version": 2, "vary": vary, "count": None}, owner=curator)

    seeds = {(render.subject, render.palette_name): render.seed for render in job.renders.all()}
    assert seeds["a", "sage"] == seeds["a", "terracotta"]
    assert seeds["b", "sage"] == seeds["b", "terracotta"]
    assert seeds["a", "sage"] != seeds["b", "sage"]


def test_every_shipped_series_can_be_rendered_without_a_warning() -> None:
    defaults.load()

    shipped = sorted(DATA.rglob("*.json"))
    odd = {path.stem: outlook_of(json.loads(path.read_text())).warnings for path in shipped}

    assert len(shipped) > 5
    assert {name: warnings for name, warnings in odd.items() if warnings} == {}
