"""A line with a current version and a next one, both of which render."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from generation.models import Checkpoint, GoldenPrompt, Style
from generation.services.adding import finish_adding
from generation.services.checkpoints import add_checkpoint
from tests.generation.specs import SMALL


@pytest.fixture
def current(tiny_style: Style, checkpoint: Checkpoint) -> Checkpoint:
    """The version that the style `tiny` uses, with two golden prompts of its line."""
    Checkpoint.objects.filter(pk=checkpoint.pk).update(line="tiny", number=1, is_current=True)
    checkpoint.refresh_from_db()
    for seed in (1, 2):
        spec = SMALL | {"style": "tiny", "seed": seed, "count": 1}
        GoldenPrompt.objects.create(line="tiny", spec=spec, note=f"Seed {seed}")
    return checkpoint


@pytest.fixture
def candidate(current: Checkpoint, tiny_folder: Path, tmp_path: Path, curator: Any) -> Checkpoint:
    """The next version: other weights in the denoiser."""
    from safetensors.torch import load_file, save_file

    folder = Path(shutil.copytree(tiny_folder, tmp_path / "next"))
    [unet] = (folder / "unet").glob("*.safetensors")
    save_file({name: value * 1.02 for name, value in load_file(unet).items()}, unet)
    row = add_checkpoint(
        name="Tiny", line="tiny", source="folder", location=str(folder), licence="MIT", by=curator
    )
    finish_adding(checkpoint_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.number) == ("ready", 2)
    return row
