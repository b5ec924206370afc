"""Generation in the admin: a changed style is a new version, and records stay as they are."""

import hashlib
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from generation.models import Adapter, Checkpoint, Palette, Style, StyleVersion
from generation.styles import next_version
from tests.generation.conftest import Submit
from tests.generation.test_views import finish

pytestmark = pytest.mark.django_db


def style_data(style: Style, **changes: Any) -> dict[str, Any]:
    """What the form of a style sends."""
    version = style.current_version
    assert version is not None
    return {
        "name": style.name,
        "slug": style.slug,
        "description": style.description,
        "brand": style.brand,
        "tier": style.tier,
        "is_active": "on",
        "checkpoint": version.checkpoint_id,
        "motif": "",
        "prompt_template": version.prompt_template,
        "negative_prompt": "",
        "layouts": ", ".join(version.layouts),
        "steps": version.steps,
        "guidance": version.guidance,
        "scheduler": version.scheduler,
        "finish": version.finish,
        "seed_policy": version.seed_policy,
        "reseeds": version.reseeds,
        "embedding_weight": version.embedding_weight,
        **{f"weight_{number}": "1.0" for number in (1, 2, 3)},
    } | changes


def save(client: Client, style: Style, **changes: Any) -> Any:
    address = reverse("admin:generation_style_change", args=[style.pk])
    return client.post(address, style_data(style, **changes))


@pytest.mark.parametrize(
    "model", ["style", "checkpoint", "adapter", "palette", "job", "render", "worker"]
)
def test_every_list_and_page_opens(
    model: str, submit: Submit, checkpoint: Checkpoint, admin_client: Client, buyer_client: Client
) -> None:
    render = finish(submit().renders.get())
    rows = {
        "style": render.style_version.style,
        "checkpoint": checkpoint,
        "job": render.job,
        "render": render,
        "palette": Palette.objects.first(),
    }
    address = reverse(f"admin:generation_{model}_changelist")

    assert admin_client.get(address).status_code == 200
    assert buyer_client.get(address).status_code == 302
    if model in rows:
        page = reverse(f"admin:generation_{model}_change", args=[rows[model].pk])
        assert admin_client.get(page).status_code == 200


def test_a_change_makes_a_version_and_keeps_the_older_one(
    style: Style, admin_user: Any, admin_client: Client, palettes: dict[str, Palette]
) -> None:
    answer = save(admin_client, style, steps=9, palettes=[palettes["sage"].pk], layouts="centered")

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    style.refresh_from_db()
    first, second = style.versions.order_by("number")
    assert style.current_version == second
    assert (first.steps, second.steps) == (4, 9)
    assert (first.layouts, second.layouts) == ([], ["centered"])
    assert list(second.palettes.all()) == [palettes["sage"]]
    assert second.created_by == admin_user


def test_a_change_of_the_name_makes_no_version(style: Style, admin_client: Client) -> None:
    save(admin_client, style, name="Smallest")

    style.refresh_from_db()
    assert style.name == "Smallest"
    assert style.versions.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        (
            {"prompt_template": "{subject}, {colour}"},
            "prompt_template",
            "There is no {colour}; use {subject} {layout} {density} {mood} {palette}.",
        ),
        (
            {"prompt_template": "{subject"},
            "prompt_template",
            "The braces do not match: expected '}' before end of string.",
        ),
        ({"steps": 0}, "steps", "Ensure this value is greater than or equal to 1."),
    ],
)
def test_what_cannot_render_is_not_saved(
    style: Style, admin_client: Client, changes: dict[str, Any], field: str, sentence: str
) -> None:
    answer = save(admin_client, style, **changes)

    assert answer.context["adminform"].form.errors == {field: [sentence]}
    assert StyleVersion.objects.filter(style=style).count() == 1


def test_an_adapter_must_fit_its_checkpoint(
    style: Style, checkpoint: Checkpoint, admin_client: Client, tmp_path: Path
) -> None:
    other = Checkpoint.objects.create(slug="o", name="Other", family="sd", licence="MIT")
    foreign = Adapter.objects.create(
        slug="a", name="Ink", checkpoint=other, location="x", sha256="0", licence="MIT"
    )
    fitting = Adapter.objects.create(
        slug="b", name="Oil", checkpoint=checkpoint, location="x", sha256="0", licence="MIT"
    )

    refused = save(admin_client, style, adapter_1=foreign.pk)
    assert refused.context["adminform"].form.non_field_errors() == ["Ink 1 fits Other, not Tiny."]

    save(admin_client, style, adapter_1=fitting.pk, weight_1="0.7")
    style.refresh_from_db()
    [link] = style.current_version.style_adapters.all()
    assert (link.adapter, link.weight) == (fitting, 0.7)
    assert list(next_version(style, steps=5).style_adapters.values_list("weight", flat=True)) == [
        0.7
    ]


def test_an_adapter_gets_the_hash_of_its_file(
    checkpoint: Checkpoint, admin_client: Client, tmp_path: Path
) -> None:
    file = tmp_path / "ink.safetensors"
    file.write_bytes(b"\x02\x00\x00\x00\x00\x00\x00\x00{}")
    data = {
        "name": "Ink",
        "slug": "ink",
        "version": "1",
        "kind": "lora",
        "checkpoint": checkpoint.pk,
        "location": str(file),
        "licence": "MIT",
    }
    address = reverse("admin:generation_adapter_add")

    refused = admin_client.post(address, data | {"location": str(tmp_path / "ink.bin")})
    assert "location" in refused.context["adminform"].form.errors

    assert admin_client.post(address, data).status_code == 302
    assert Adapter.objects.get().sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_a_hub_checkpoint_must_be_pinned(admin_client: Client) -> None:
    data = {
        "name": "Hub",
        "slug": "hub",
        "source": "hub",
        "location": "a/b",
        "licence": "MIT",
        "execution": "{}",
    }
    address = reverse("admin:generation_checkpoint_add")

    refused = admin_client.post(address, data | {"revision": "main"})
    assert refused.context["adminform"].form.errors == {
        "revision": ["Pin the commit: 40 hexadecimal digits."]
    }
    assert admin_client.post(address, data | {"revision": "a" * 40}).status_code == 302


def test_a_palette_needs_four_accents(admin_client: Client) -> None:
    data = {"name": "Mud", "slug": "mud", "background": "#FFFFFF", "dark": "#000000"}
    address = reverse("admin:generation_palette_add")

    for accents in ('["#AABBCC"]', '"#AABBCC"', '["#1","#2","#3","#4"]'):
        refused = admin_client.post(address, data | {"accents": accents})
        assert "accents" in refused.context["adminform"].form.errors
    accents = '["#aabbcc","#AABBCD","#AABBCE","#AABBCF"]'
    assert admin_client.post(address, data | {"accents": accents}).status_code == 302
    assert Palette.objects.get().accents[0] == "#AABBCC"
