"""Adding checkpoints: from a hub, a folder, a file; what is refused, and what is found out."""

import json
import shutil
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from genart.lib.errors import InvalidInput, StateConflict
from generation.engine.errors import EngineError
from generation.engine.types import RenderRequest, keep_all
from generation.engine.weights import weights_sha256
from generation.models import Checkpoint
from generation.orders import checkpoint_ref
from generation.services.adding import finish_adding
from generation.services.checkpoints import add_checkpoint
from tests.generation.engine.single_file import save_as_one_file
from tests.generation.hub import Hub, hub_server

pytestmark = pytest.mark.django_db

CARD = """---
license: apache-2.0
datasets: [house/drawings, house/more]
---
# Tiny
"""


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """A hub that huggingface_hub talks to, with an empty cache."""
    with hub_server() as served:
        monkeypatch.setenv("HF_ENDPOINT", served.url)
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
        yield served


@pytest.fixture
def folder(tiny_folder: Path, tmp_path: Path) -> Path:
    """A copy of the tiny checkpoint, with a model card."""
    copy = Path(shutil.copytree(tiny_folder, tmp_path / "tiny"))
    (copy / "README.md").write_text(CARD)
    return copy


def add(folder: Path, **changes: Any) -> Checkpoint:
    values = {"name": "Tiny two", "source": "folder", "location": str(folder)} | changes
    return add_checkpoint(**values)


def added(folder: Path, **changes: Any) -> Checkpoint:
    row = add(folder, **changes)
    finish_adding(checkpoint_id=row.pk)
    row.refresh_from_db()
    return row


def test_a_folder_is_hashed_and_inspected(folder: Path) -> None:
    row = added(folder)

    assert (row.state, row.state_note) == ("ready", "")
    assert (row.slug, row.line, row.number) == ("tiny-two-1", "tiny-two", 1)
    assert (row.is_current, row.is_active) == (True, True)
    assert row.sha256 == weights_sha256(folder)
    assert row.family == "sd"
    assert (row.licence, row.allows_commercial_use) == ("apache-2.0", True)
    assert row.data_statement == "By its model card, trained on: house/drawings, house/more."
    assert row.size_bytes == sum(path.stat().st_size for path in folder.rglob("*.safetensors"))
    can = row.capabilities
    assert can["pipeline"] == "StableDiffusionPipeline"
    assert (can["default_px"], can["multiple_px"], can["negative_prompt"]) == ([64, 64], 2, True)
    assert can["pipelines"]["text-to-image"]["steps"] == can["steps"] == 30
    assert can["weights"] == "F32"
    assert [(part["role"], part["licence"]) for part in row.parts] == [
        ("text encoder", "MIT"), ("denoiser", "apache-2.0"), ("autoencoder", "apache-2.0"),
    ]  # fmt: skip
    assert len({part["sha256"] for part in row.parts} | {row.tensor_sha256}) == 4


def test_the_next_version_of_a_line_waits_for_its_proof(folder: Path) -> None:
    first, second = added(folder), added(folder)

    assert (second.line, second.number, second.slug) == ("tiny-two", 2, "tiny-two-2")
    assert (second.is_current, second.is_active) == (False, False)
    assert (first.is_current, first.is_active) == (True, True)
    assert second.state_note == "Its tensors are those of tiny-two-1."


def test_what_was_corrected_in_the_version_before_holds_for_the_next(folder: Path) -> None:
    first = added(folder)
    first.capabilities |= {"max_px": 72, "layouts": ["centered"], "weights": "old"}
    first.save()

    can = added(folder).capabilities

    assert (can["max_px"], can["layouts"], can["weights"]) == (72, ["centered"], "F32")
    assert can["pipelines"]["text-to-image"]["max_px"] == 96


def test_renamed_and_split_files_have_the_same_tensors(folder: Path, tmp_path: Path) -> None:
    from safetensors.torch import load_file, save_file

    before = added(folder)
    [unet] = (folder / "unet").glob("*.safetensors")
    weights = load_file(unet)
    unet.unlink()
    names = sorted(weights)
    for number, part in enumerate((names[::2], names[1::2])):
        some = {name: weights[name] for name in reversed(part)}
        save_file(some, folder / "unet" / f"part{number}.safetensors", {"made": "elsewhere"})
    after = added(folder)

    assert after.tensor_sha256 == before.tensor_sha256
    assert after.sha256 != before.sha256

    weights[names[0]] = weights[names[0]] + 1
    save_file(weights, folder / "unet" / "part0.safetensors")
    (folder / "unet" / "part1.safetensors").unlink()
    assert added(folder).tensor_sha256 != before.tensor_sha256


@pytest.mark.parametrize(
    ("changes", "where", "sentence"),
    [
        ({"source": "hub", "location": "a/b", "revision": "main"}, "revision", "Pin the commit"),
        ({"source": "hub", "location": "b", "revision": "0" * 40}, "location", "owner/name"),
        ({"location": "/nowhere"}, "location", "holds no diffusers pipeline"),
        ({"source": "file", "location": "/x/model.ckpt"}, "location", "may run code"),
        ({"source": "file", "location": "/x/y.safetensors"}, "location", "full path of a .safet"),
        ({"source": "house"}, "source", "Choose hub, folder, file or remote."),
        ({"execution": {"dtype": "int4"}}, "execution", "dtype is"),
        ({"name": "…"}, "name", "letters or digits"),
    ],
)
def test_what_cannot_be_added_is_refused_at_once(
    folder: Path, changes: dict[str, Any], where: str, sentence: str
) -> None:
    with pytest.raises(InvalidInput, match=sentence) as caught:
        add(folder, **changes)

    assert caught.value.where == where
    assert not Checkpoint.objects.exists()


def test_pickles_are_refused_by_name(folder: Path) -> None:
    [unet] = (folder / "unet").glob("*.safetensors")
    unet.rename(unet.with_suffix(".bin"))

    row = added(folder)

    assert row.state == "failed"
    assert "unet/diffusion_pytorch_model.bin is not safetensors" in row.state_note
    assert (row.is_current, row.is_active) == (False, False)


def test_a_damaged_file_is_named_and_can_be_tried_again(folder: Path) -> None:
    [unet] = (folder / "unet").glob("*.safetensors")
    whole = unet.read_bytes()
    unet.write_bytes(whole[:-10])

    row = added(folder, slug="t")
    assert (row.state, row.sha256) == ("failed", "")
    assert "is damaged or cut off" in row.state_note

    unet.write_bytes(whole)
    again = added(folder, slug="t")
    assert (again.pk, again.state, again.is_active) == (row.pk, "ready", True)


def test_adding_twice_is_adding_once(folder: Path, tmp_path: Path, tiny_folder: Path) -> None:
    first = added(folder, slug="t")

    assert add(folder, slug="t").pk == first.pk
    assert finish_adding(checkpoint_id=first.pk) is False
    with pytest.raises(StateConflict, match="another checkpoint already"):
        add(tiny_folder, slug="t")


@pytest.mark.django_db(transaction=True)
def test_versions_added_at_once_get_numbers_of_their_own(folder: Path) -> None:
    def one() -> None:
        try:
            add(folder)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    numbers = sorted(Checkpoint.objects.values_list("number", flat=True))
    assert numbers == [1, 2, 3, 4]


@pytest.mark.django_db(transaction=True)
def test_a_worker_looks_at_the_files(folder: Path, drain: Any) -> None:
    row = add(folder)
    assert (row.state, row.state_note) == ("adding", "Waits for its turn")

    drain()

    row.refresh_from_db()
    assert row.state == "ready"


# -- hub -------------------------------------------------------------------------------------


def test_a_hub_repository_is_fetched_at_its_commit(
    hub: Hub, folder: Path, engine_on_cpu: Any
) -> None:
    (folder / "unet" / "diffusion_pytorch_model.fp16.safetensors").write_bytes(b"not needed")
    (folder / "tiny-all-in-one.safetensors").write_bytes(b"for other programs")
    (folder / "unet" / "diffusion_pytorch_model.bin").write_bytes(b"pickle")
    commit = hub.publish("lab/tiny", folder)

    row = added(folder, source="hub", location="lab/tiny", revision=commit)

    assert (row.state, row.state_note) == ("ready", "")
    assert "unet/diffusion_pytorch_model.safetensors" in hub.fetched
    assert not [name for name in hub.fetched if "fp16" in name or "all-in" in name or "bin" in name]
    assert row.licence == "apache-2.0"

    hub.broken = True  # what is here with the registered hash needs no hub
    assert pixels_of(engine_on_cpu, row) == pixels_of(engine_on_cpu, added(folder))


@pytest.fixture
def engine_on_cpu() -> Any:
    from generation.engine.session import Engine

    return Engine(device="cpu", threads=1, budget_gib=1)


@pytest.mark.parametrize(
    ("location", "commit", "sentence"),
    [
        ("lab/none", "1" * 40, "The hub shows no repository lab/none"),
        ("lab/tiny", "1" * 40, "lab/tiny has no commit 1111"),
    ],
)
def test_what_the_hub_has_not_is_said(
    hub: Hub, folder: Path, location: str, commit: str, sentence: str
) -> None:
    hub.publish("lab/tiny", folder)

    row = added(folder, source="hub", location=location, revision=commit)

    assert row.state == "failed"
    assert sentence in row.state_note


def test_a_hub_that_does_not_answer_is_said(hub: Hub, folder: Path) -> None:
    commit = hub.publish("lab/tiny", folder)
    hub.broken = True

    row = added(folder, source="hub", location="lab/tiny", revision=commit)

    assert row.state == "failed"
    assert row.state_note.startswith("The hub did not give lab/tiny")


def test_a_repository_without_a_pipeline_is_refused(hub: Hub, folder: Path) -> None:
    (folder / "model_index.json").unlink()
    commit = hub.publish("lab/odd", folder)

    row = added(folder, source="hub", location="lab/odd", revision=commit)

    assert "holds no diffusers pipeline" in row.state_note


# -- single file -----------------------------------------------------------------------------


def test_a_single_file_renders_as_its_folder_does(
    tiny_folder: Path, tmp_path: Path, engine_on_cpu: Any
) -> None:
    from diffusers import StableDiffusionPipeline

    file, config = tmp_path / "tiny.safetensors", tmp_path / "config"
    save_as_one_file(StableDiffusionPipeline.from_pretrained(tiny_folder), file)
    shutil.copytree(tiny_folder, config, ignore=shutil.ignore_patterns("*.safetensors"))

    row = added(file, source="file", config=str(config), licence="MIT")

    assert (row.state, row.state_note, row.family) == ("ready", "", "sd")
    assert row.size_bytes == file.stat().st_size
    assert row.parts == []
    assert pixels_of(engine_on_cpu, row) == pixels_of(engine_on_cpu, added(tiny_folder))

    file.write_bytes(file.read_bytes() + b" ")
    with pytest.raises(EngineError, match="Restore the files"):
        pixels_of(type(engine_on_cpu)(device="cpu", threads=1, budget_gib=1), row)


def pixels_of(engine: Any, row: Checkpoint) -> bytes:
    request = RenderRequest(uuid.UUID(int=1), "dunes", "", 1, 64, 64, 2, 3.0)
    [rendered] = engine.render(checkpoint_ref(row), [request], on_step=keep_all)
    pixels: bytes = rendered.image.tobytes()
    return pixels


def test_a_single_file_needs_its_configuration(tmp_path: Path) -> None:
    from safetensors.numpy import save_file

    file = tmp_path / "tiny.safetensors"
    save_file({}, file)

    with pytest.raises(InvalidInput, match="holds no diffusers pipeline") as caught:
        add(file, source="file", config=str(tmp_path))
    assert caught.value.where == "config"


# -- from the command line -------------------------------------------------------------------


def test_the_command_adds_and_reports(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "README.md").write_text("---\nlicense: other\nlicense_name: flux-1-dev\n---\n")

    call_command("add_checkpoint", str(folder), name="Tiny three")

    said = capsys.readouterr().out
    row = Checkpoint.objects.get(slug="tiny-three-1")
    assert "tiny-three-1: Tiny three, version 1" in said
    assert row.tensor_sha256 in said
    assert "not for sale: Tiny three is licensed flux-1-dev" in said
    assert row.allows_commercial_use is False


def test_the_command_says_why_not(folder: Path) -> None:
    with pytest.raises(CommandError, match="Pin the commit"):
        call_command("add_checkpoint", "lab/tiny@main")
    index = json.loads((folder / "model_index.json").read_text())
    del index["_class_name"]
    (folder / "model_index.json").write_text(json.dumps(index))
    with pytest.raises(CommandError, match="names no pipeline class"):
        call_command("add_checkpoint", str(folder))
