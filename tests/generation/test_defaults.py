"""What a new factory can render from the start."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from generation import defaults
from generation.house import FAMILIES
from generation.models import Checkpoint, GoldenPrompt, Palette, Style
from generation.services import submit_job

pytestmark = pytest.mark.django_db

SPECS = sorted((Path(settings.BASE_DIR) / "generation" / "data").rglob("*.json"))


def test_loading_twice_makes_nothing_twice_and_keeps_what_an_admin_changed() -> None:
    defaults.load()
    Style.objects.filter(slug="boho-arches").update(name="Mine", is_active=False)
    Palette.objects.filter(slug="sage").update(background="#000000")
    before = Style.objects.count(), Palette.objects.count(), Checkpoint.objects.count()

    defaults.load()

    assert (Style.objects.count(), Palette.objects.count(), Checkpoint.objects.count()) == before
    assert before[0] == sum(family.sellable for family in FAMILIES.values()) >= 8
    assert Style.objects.get(slug="boho-arches").name == "Mine"
    assert Palette.objects.get(slug="sage").background == "#000000"


def test_new_weights_are_a_new_checkpoint_that_the_styles_use() -> None:
    defaults.load()
    Checkpoint.objects.update(slug="house-older", sha256="0" * 64)

    defaults.load()

    older, present = Checkpoint.objects.order_by("pk")
    assert (older.is_active, present.is_active) == (False, True)
    assert [(row.line, row.number, row.is_current) for row in (older, present)] == [
        ("house", 1, False),
        ("house", 2, True),
    ]
    for style in Style.objects.select_related("current_version"):
        assert style.current_version is not None
        assert style.current_version.checkpoint == present
        assert style.current_version.number == 2
        assert style.current_version.motif == style.slug


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.stem)
def test_every_spec_that_comes_along_can_be_rendered(path: Path, admin_user: Any) -> None:
    defaults.load()

    job, _created = submit_job(spec=json.loads(path.read_text()), owner=admin_user)

    assert job.renders.count() >= 4


def test_house_weights_that_an_admin_promoted_stay_current() -> None:
    defaults.load()
    Checkpoint.objects.update(slug="house-older", is_current=False)
    own = Checkpoint.objects.create(
        slug="own", name="Own", line="house", number=2, family="house", source="folder"
    )

    defaults.load()

    present = Checkpoint.objects.exclude(slug__in=["own", "house-older"]).get()
    own.refresh_from_db()
    assert (own.is_current, present.is_current, present.number) == (True, False, 3)


def test_every_golden_prompt_of_the_house_can_be_rendered(admin_user: Any) -> None:
    defaults.load()
    defaults.load()

    prompts = GoldenPrompt.objects.filter(line="house")
    assert prompts.count() == len(defaults.GOLDEN)
    for prompt in prompts:
        job, _created = submit_job(spec=prompt.spec, owner=admin_user, purpose="golden")
        assert job.renders.count() == 1
        assert job.outlook.get("warnings", []) == []


def test_house_weights_from_before_there_were_lines_join_one() -> None:
    defaults.load()
    Checkpoint.objects.update(line="", number=1)

    defaults.load()

    [present] = Checkpoint.objects.all()
    assert (present.line, present.number) == ("house", 1)
    assert len(present.tensor_sha256) == 64
