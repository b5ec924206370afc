"""The manifest: whole weights pass, damaged or missing ones are named."""

import json

import pytest

from generation.house import WEIGHTS
from generation.house.integrity import WeightsDamaged, sha256_of, verify_weights


@pytest.fixture
def weights(tmp_path):
    (tmp_path / "unet.safetensors").write_bytes(b"numbers")
    named = {"unet.safetensors": sha256_of(tmp_path / "unet.safetensors")}
    (tmp_path / "manifest.json").write_text(json.dumps({"sha256": named}))
    return tmp_path


def test_whole_weights_pass(weights):
    assert list(verify_weights(weights)) == ["unet.safetensors"]


def test_a_changed_file_is_named(weights):
    (weights / "unet.safetensors").write_bytes(b"other numbers")
    with pytest.raises(WeightsDamaged, match=r"unet\.safetensors is not the file"):
        verify_weights(weights)


def test_a_missing_file_is_named(weights):
    (weights / "unet.safetensors").unlink()
    with pytest.raises(WeightsDamaged, match=r"unet\.safetensors is missing"):
        verify_weights(weights)


def test_a_missing_manifest_is_named(tmp_path):
    with pytest.raises(WeightsDamaged, match="manifest"):
        verify_weights(tmp_path)


def test_the_shipped_weights_are_whole_and_small():
    names = verify_weights()
    assert "pipeline/unet/diffusion_pytorch_model.safetensors" in names
    assert "open_clip/open_clip_model.safetensors" in names
    assert sum(path.stat().st_size for path in WEIGHTS.rglob("*")) < 60e6
