"""Checkpoints, adapters and golden runs in the admin: added, shown, decided on."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from safetensors.numpy import save_file

from generation.guides import followable
from generation.models import Adapter, Checkpoint, GoldenPrompt, GoldenRun, Style
from tests.factories import make_render
from tests.generation.specs import SMALL

pytestmark = pytest.mark.django_db
ADD = "admin:generation_checkpoint_add"


def change(checkpoint: Checkpoint) -> str:
    return reverse("admin:generation_checkpoint_change", args=[checkpoint.pk])


def add_data(folder: Path, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Tiny two",
        "source": "folder",
        "location": str(folder),
        "execution": '{"compile": {"cuda": true}}',
    } | changes


def test_a_checkpoint_is_added_and_looked_at(
    tiny_folder: Path, admin_client: Client, admin_user: Any, drain: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        answer = admin_client.post(reverse(ADD), add_data(tiny_folder))
    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = Checkpoint.objects.get()
    assert (row.slug, row.state, row.added_by) == ("tiny-two-1", "adding", admin_user)
    assert b"Being fetched and checked" in admin_client.get(change(row)).content


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"location": "/nowhere"}, "location", "holds no diffusers pipeline"),
        ({"source": "file", "location": "/x.ckpt"}, "location", "may run code"),
        ({"source": "house"}, "source", "not one of the available choices"),
        ({"execution": '{"dtype": "int4"}'}, "execution", "dtype is"),
        ({"source": "hub", "location": "a"}, "location", "owner/name"),
    ],
)
def test_what_cannot_be_added_is_said_at_its_field(
    tiny_folder: Path, admin_client: Client, changes: dict[str, Any], field: str, sentence: str
) -> None:
    answer = admin_client.post(reverse(ADD), add_data(tiny_folder, **changes))

    assert sentence in str(answer.context["adminform"].form.errors[field])
    assert not Checkpoint.objects.exists()


def test_the_chain_says_which_part_forbids_sale(
    checkpoint: Checkpoint, admin_client: Client
) -> None:
    checkpoint.parts = [{"role": "autoencoder", "name": "Fine", "licence": "CC-BY-NC-4.0"}]
    checkpoint.save()

    page = admin_client.get(change(checkpoint)).content.decode()

    assert "May not be sold" in page
    assert "Fine (autoencoder of Tiny) is licensed CC-BY-NC-4.0" in page
    assert (
        'alt="False"'
        in admin_client.get(reverse("admin:generation_checkpoint_changelist")).content.decode()
    )


def test_what_may_be_said_anew_is_saved_and_files_stay(
    checkpoint: Checkpoint, admin_client: Client
) -> None:
    data = {
        "name": "Tiny, renamed", "is_active": "on", "licence": "MIT", "data_statement": "",
        "allows_commercial_use": "on", "parts": "[]", "execution": '{"channels_last": true}',
        "capabilities": '{"min_px": 64}', "sha256": "f" * 64, "location": "/elsewhere",
    }  # fmt: skip

    assert admin_client.post(change(checkpoint), data).status_code == 302
    checkpoint.refresh_from_db()
    assert (checkpoint.name, checkpoint.execution) == ("Tiny, renamed", {"channels_last": True})
    assert (checkpoint.sha256, checkpoint.location) == ("", "")

    for name, value in (("parts", '{"a": 1}'), ("parts", "[1]"), ("capabilities", "[1]")):
        refused = admin_client.post(change(checkpoint), data | {name: value})
        assert name in refused.context["adminform"].form.errors


def test_one_that_failed_can_be_tried_again(checkpoint: Checkpoint, admin_client: Client) -> None:
    Checkpoint.objects.update(state="failed", state_note="The hub did not give lab/tiny")
    assert "Look at its files again" in admin_client.get(change(checkpoint)).content.decode()

    address = reverse("admin:generation_adding_again", args=[checkpoint.pk])
    page = admin_client.post(address, follow=True).content.decode()

    assert "Its files are being looked at again." in page
    checkpoint.refresh_from_db()
    assert (checkpoint.state, checkpoint.state_note) == ("adding", "Waits for its turn")


@pytest.fixture
def run(style: Style, checkpoint: Checkpoint) -> GoldenRun:
    """A compared run of a second version."""
    Checkpoint.objects.filter(pk=checkpoint.pk).update(line="tiny", number=1)
    checkpoint.refresh_from_db()
    second = Checkpoint.objects.create(
        slug="tiny-2", name="Tiny", line="tiny", number=2, family="sd", licence="MIT",
        allows_commercial_use=True, is_current=False, is_active=False,
    )  # fmt: skip
    old, new = (make_render(style=style, job=None) for _ in range(2))
    figures = {"pixels": 0.031, "palette": 0.011, "likeness": 0.97}
    pair = {"prompt": "Arches", "new": str(new.pk), "old": str(old.pk), "figures": figures}
    return GoldenRun.objects.create(
        checkpoint=second, baseline=checkpoint, state="compared",
        figures={"pairs": [pair, pair | {"old": "", "figures": {}}], "worst": figures},
    )  # fmt: skip


def press(client: Client, run: GoldenRun, verb: str) -> str:
    address = reverse("admin:generation_golden_decide", args=[run.pk, verb])
    return client.post(address, follow=True).content.decode()


def test_versions_are_compared_promoted_and_taken_back(
    run: GoldenRun, style: Style, checkpoint: Checkpoint, admin_client: Client, admin_user: Any
) -> None:
    page = admin_client.get(change(run.checkpoint)).content.decode()
    assert page.count('class="admin-golden"') == 3
    assert "0.031 place by place" in page
    assert "No style uses it." in page

    page = press(admin_client, run, "promote")
    assert "Its styles use it now." in page
    assert "Take it back: version 1 again" in page
    style.refresh_from_db()
    assert style.current_version.checkpoint == run.checkpoint

    assert "The version before is current again." in press(admin_client, run, "roll-back")
    style.refresh_from_db()
    assert (style.current_version.number, style.current_version.checkpoint) == (1, checkpoint)
    run.refresh_from_db()
    assert (run.state, run.decided_by) == ("rolled-back", admin_user)
    assert "only a compared one is promoted" in press(admin_client, run, "promote")


def test_only_who_may_change_checkpoints_decides(
    run: GoldenRun, admin_client: Client, buyer_client: Client
) -> None:
    address = reverse("admin:generation_golden_decide", args=[run.pk, "promote"])

    assert buyer_client.post(address).status_code == 302
    assert admin_client.get(address).status_code == 403
    run.refresh_from_db()
    assert run.state == "compared"


def test_golden_prompts_are_one_picture_with_its_seed(
    style: Style, checkpoint: Checkpoint, admin_client: Client
) -> None:
    address = reverse("admin:generation_goldenprompt_add")
    good = SMALL | {"count": 1, "seed": 5}
    data = {"line": "tiny", "note": "Edges", "is_active": "on", "spec": json.dumps(good)}

    unseeded = {name: value for name, value in good.items() if name != "seed"}
    for spec in (unseeded, {"style": "x"}, good | {"count": 3}):
        refused = admin_client.post(address, data | {"spec": json.dumps(spec)})
        assert "spec" in refused.context["adminform"].form.errors, spec
    assert admin_client.post(address, data).status_code == 302
    assert GoldenPrompt.objects.get().note == "Edges"


def test_golden_pages_open(run: GoldenRun, admin_client: Client) -> None:
    for name in ("goldenrun", "goldenprompt", "checkpoint", "adapter"):
        answer = admin_client.get(reverse(f"admin:generation_{name}_changelist"))
        assert answer.status_code == 200
    assert (
        admin_client.get(reverse("admin:generation_goldenrun_change", args=[run.pk])).status_code
        == 200
    )


def test_golden_prompts_can_be_rendered_anew(
    run: GoldenRun, admin_client: Client, checkpoint: Checkpoint
) -> None:
    address = reverse("admin:generation_golden_begin", args=[checkpoint.pk])

    page = admin_client.post(address, follow=True).content.decode()

    assert "Its golden prompts are being rendered." in page
    assert checkpoint.golden_runs.get().state == "rendering"


def adapter_data(checkpoint: Checkpoint, path: Path, **changes: Any) -> dict[str, Any]:
    return {
        "name": "Edges", "slug": "edges", "version": "1", "kind": "controlnet",
        "checkpoint": checkpoint.pk, "location": str(path), "trigger_words": "canny",
        "licence": "", "data_statement": "", "is_active": "on",
    } | changes  # fmt: skip


def test_a_controlnet_is_a_folder_and_lets_its_checkpoint_follow(
    checkpoint: Checkpoint, admin_client: Client, tmp_path: Path
) -> None:
    folder = tmp_path / "net"
    folder.mkdir()
    save_file({"a": np.zeros((2, 2), np.float32)}, folder / "model.safetensors")
    address = reverse("admin:generation_adapter_add")
    refused = admin_client.post(address, adapter_data(checkpoint, folder, licence="MIT"))
    assert "config.json" in str(refused.context["adminform"].form.errors["location"])

    (folder / "config.json").write_text("{}")
    answer = admin_client.post(address, adapter_data(checkpoint, folder, licence="MIT"))

    assert answer.status_code == 302, answer.context["adminform"].form.errors
    row = Adapter.objects.get()
    assert (len(row.sha256), len(row.tensor_sha256)) == (64, 64)
    assert row.size_bytes == (folder / "model.safetensors").stat().st_size
    assert followable(checkpoint)["controls"] == ["canny"]
    page = admin_client.get(reverse("admin:generation_adapter_change", args=[row.pk]))
    assert row.sha256.encode() in page.content
