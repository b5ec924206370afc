"""A new version of a checkpoint in the admin: its golden pictures, its licences, the decision."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from generation.models import Checkpoint, GoldenRun
from tests.factories import make_picture, make_render, make_style, make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]

SHOTS = os.environ.get("SHOTS", "")


def look(page, name):
    """Keep pictures of the page, where `SHOTS` names a folder; it never scrolls sideways."""
    for scheme in ("light", "dark") if SHOTS else ("light",):
        page.emulate_media(color_scheme=scheme)
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
            if SHOTS:
                path = Path(SHOTS) / f"{name}-{width}-{scheme}.png"
                page.screenshot(path=path, full_page=True)


@pytest.fixture
def run():
    first = Checkpoint.objects.create(
        slug="klein-1", name="Klein 4B", line="klein", family="diffusers", source="hub",
        location="lab/klein", revision="a" * 40, licence="Apache-2.0", sha256="1" * 64,
        allows_commercial_use=True, tensor_sha256="b" * 64,
    )  # fmt: skip
    second = Checkpoint.objects.create(
        slug="klein-2", name="Klein 4B", line="klein", number=2, family="diffusers", source="hub",
        location="lab/klein", revision="c" * 40, licence="Apache-2.0", sha256="2" * 64,
        allows_commercial_use=True, tensor_sha256="d" * 64, is_current=False, is_active=False,
        size_bytes=8 * 2**30, capabilities={"default_px": [1024, 1024], "steps": 4},
        execution={"dtype": {"cuda": "bfloat16"}, "compile": {"cuda": {"regional": True}}},
        parts=[
            {"role": "text encoder", "name": "Qwen3", "licence": "Apache-2.0"},
            {"role": "autoencoder", "name": "Autoencoder", "licence": "CC-BY-NC-4.0"},
        ],
    )  # fmt: skip
    style = make_style(slug="quiet-coast", version_fields={"checkpoint": first})
    pairs = []
    for number, prompt in enumerate(("Clean edges of arches", "Rings at even distances")):
        old, new = (
            make_render(style=style, picture=make_picture(256, 256, seed=number * 3 + shift))
            for shift in (0, 1)
        )
        figures = {"pixels": 0.031 + number / 50, "palette": 0.011, "likeness": 0.97}
        pairs.append({"prompt": prompt, "new": str(new.pk), "old": str(old.pk), "figures": figures})
    return GoldenRun.objects.create(
        checkpoint=second, baseline=first, state="compared",
        figures={"pairs": pairs, "worst": {"pixels": 0.051, "palette": 0.011, "likeness": 0.97}},
    )  # fmt: skip


def test_a_version_is_compared_and_decided_on(page, base_url, sign_in, run):
    sign_in(make_user("boss", is_staff=True, is_superuser=True))
    page.goto(base_url + reverse("admin:generation_checkpoint_change", args=[run.checkpoint_id]))
    golden = page.get_by_role("region", name="Golden run of")
    assert golden.get_by_role("img").count() == 4
    look(page, "version")

    golden.get_by_role("button", name="Use it: make this version current").click()
    page.get_by_text("Autoencoder (autoencoder of Klein 4B) is licensed").first.wait_for()
    Checkpoint.objects.filter(pk=run.checkpoint_id).update(parts=[])
    page.get_by_role("button", name="Use it: make this version current").click()
    page.get_by_text("Its styles use it now.").wait_for()
    page.get_by_text("quiet-coast").or_(page.get_by_text("Quiet Coast")).first.wait_for()
    page.get_by_role("button", name="Take it back: version 1 again").click()
    page.get_by_text("The version before is current again.").wait_for()


def test_a_checkpoint_is_added_from_a_form(page, base_url, sign_in):
    sign_in(make_user("boss", is_staff=True, is_superuser=True))
    page.goto(base_url + reverse("admin:generation_checkpoint_add"))
    look(page, "add")
    page.get_by_label("Name").fill("Klein")
    page.get_by_label("Source").select_option("hub")
    page.get_by_label("Location").fill("lab/klein")
    page.get_by_label("Revision").fill("main")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Pin the commit: 40 hexadecimal digits.").wait_for()
    look(page, "refused")
