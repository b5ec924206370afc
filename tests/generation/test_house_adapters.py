"""Shipped adapters become rows: once, with their words and data, a new file as a new version."""

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from generation import defaults
from generation.house.families import FAMILIES
from generation.house_adapters import load_adapters
from generation.models import Adapter

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A LoRA of a family and an embedding, as training writes them."""
    write(tmp_path / "quilt" / "quilt.safetensors", {"unet.conv_in.lora_A.weight": torch.ones(2)})
    write(tmp_path / "daybreak" / "daybreak.safetensors", {"daybreak": torch.ones(4, 192)})
    return tmp_path


def write(path: Path, tensors: dict[str, Any]) -> None:
    path.parent.mkdir(exist_ok=True)
    save_file(tensors, path)
    card = "---\nlicense: other\nlicense_name: Own work\ndatasets: own drawings\n---\n# Card\n"
    (path.parent / "README.md").write_text(card)


def test_a_lora_and_an_embedding_become_rows_once(folder: Path) -> None:
    checkpoint = defaults.load_house_checkpoint()
    word, lora = load_adapters(checkpoint, folder)
    assert load_adapters(checkpoint, folder) == [word, lora]
    assert (lora.kind, lora.trigger_words) == ("lora", FAMILIES["quilt"].phrases[0])
    assert (word.kind, word.trigger_words) == ("embedding", "daybreak")
    assert lora.licence == "Own work"
    assert "own drawings" in lora.data_statement
    assert lora.checkpoint == checkpoint


def test_a_file_that_changed_is_a_new_version_and_the_old_one_rests(folder: Path) -> None:
    checkpoint = defaults.load_house_checkpoint()
    _word, old = load_adapters(checkpoint, folder)
    write(folder / "quilt" / "quilt.safetensors", {"unet.conv_in.lora_A.weight": torch.zeros(2)})
    _word, new = load_adapters(checkpoint, folder)
    assert new.version != old.version
    assert list(Adapter.objects.filter(slug="house-quilt", is_active=True)) == [new]
