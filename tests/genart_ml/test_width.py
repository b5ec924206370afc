"""A checkpoint whose vectors have another width than the database's: stored through a rotation."""

import json
import shutil

import numpy as np
import pytest
from PIL import Image

from genart.lib.approval import EMBEDDING_DIM
from genart.ml import clip, text
from genart.ml.weights import clip_folder
from tests.curation.conftest import brand, gate, judged  # noqa: F401


@pytest.fixture
def other_width(settings, tmp_path):
    """Return what makes a random checkpoint of a width the one in use."""

    def use(width: int) -> None:
        import open_clip
        from safetensors.torch import save_file

        house, folder = clip_folder(), tmp_path / f"clip{width}"
        folder.mkdir()
        config = json.loads(json.dumps(house.config))
        config["model_cfg"]["embed_dim"] = width
        (folder / "open_clip_config.json").write_text(json.dumps(config))
        for file in house.path.glob("*.json"):
            if file.name != "open_clip_config.json":
                shutil.copy(file, folder)
        model = open_clip.create_model(f"local-dir:{folder}", load_weights=False)
        save_file(model.state_dict(), folder / "open_clip_model.safetensors")
        settings.CLIP_DIR = folder

    return use


@pytest.mark.parametrize("width", [48, 256])
def test_vectors_of_any_width_are_scored_whole_and_stored_fitted(other_width, width):
    before = clip_folder().encoder
    other_width(width)
    images = [Image.new("RGB", (64, 64), color) for color in ("red", "navy", "white")]

    whole, stored = clip.whole_images(images), clip.encode_images(images)

    assert whole.shape == (3, width)
    assert stored.shape == (3, EMBEDDING_DIM)
    assert np.allclose(np.linalg.norm(stored, axis=1), 1, atol=1e-4)
    assert clip.encoder_name() != before
    assert np.abs(text.encode_text("waves") - clip.encode_texts(["waves"])[0]).max() < 1e-3


def test_shorter_vectors_lose_nothing(other_width):
    other_width(48)
    chance = np.random.default_rng(1)
    rows = chance.normal(size=(20, 48)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    fitted = clip_folder().fitted(rows)
    assert np.allclose(fitted @ fitted.T, rows @ rows.T, atol=1e-5)


def test_longer_vectors_keep_their_cosines_nearly(other_width):
    other_width(512)
    chance = np.random.default_rng(2)
    rows = chance.normal(size=(200, 512)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    fitted = clip_folder().fitted(rows)
    off = np.abs(fitted @ fitted.T - rows @ rows.T)
    assert np.quantile(off, 0.67) < 0.07
    assert np.array_equal(fitted, clip_folder().fitted(rows))


@pytest.mark.parametrize("width", [256])
def test_pictures_are_scored_and_judged_with_it(other_width, judged, gate, width):  # noqa: F811
    other_width(width)
    candidate = judged()
    assert candidate.embeddings.get().encoder == clip_folder().encoder
    assert candidate.scores.filter(scorer="prompt").exists()
    by = candidate.scores.get(scorer="aesthetic").evidence["by"]
    assert by == "numbers_alone"
