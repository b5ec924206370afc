"""The house CLIP: two towers, and the text tower once more without torch."""

import subprocess
import sys
import time

import numpy as np
import pytest
from PIL import Image

from genart.lib.approval import EMBEDDING_DIM
from genart.lib.errors import Unavailable
from genart.ml import clip, text
from genart.ml.weights import clip_folder

PHRASES = [
    "boho arches in terracotta",
    "a sun over hills, centered, sparse",
    "Blue   WAVES, dense",
    "Ünïcode & punctuation! (1 2 3)",
    "",
    "word " * 60,
]


def test_numpy_text_tower_equals_open_clip():
    reference = clip.encode_texts([" ".join(phrase.split()) for phrase in PHRASES])
    assert np.abs(text.encode_texts(PHRASES) - reference).max() < 1e-3


def test_vectors_are_unit_rows_of_the_database_length():
    images = clip.encode_images([Image.new("RGB", (96, 64), "red"), Image.new("L", (20, 20))])
    assert images.shape == (2, EMBEDDING_DIM)
    assert np.allclose(np.linalg.norm(images, axis=1), 1, atol=1e-4)
    assert clip.encode_images([]).shape == (0, EMBEDDING_DIM)
    assert text.encode_text("waves").shape == (EMBEDDING_DIM,)


def test_batches_do_not_change_a_vector():
    images = [Image.new("RGB", (64, 64), (index * 3, 90, 120)) for index in range(40)]
    together = clip.encode_images(images)
    assert np.abs(together[35] - clip.encode_images([images[35]])[0]).max() < 1e-4


def test_zero_shot_rows_are_probabilities():
    images = clip.encode_images([Image.new("RGB", (64, 64), "navy")])
    odds = clip.zero_shot(images, clip.encode_texts(["blue", "orange"]))
    assert odds.shape == (1, 2)
    assert odds.sum() == pytest.approx(1)


def test_a_search_phrase_is_encoded_fast():
    text.encode_text("warm up")
    started = time.thread_time()
    for index in range(20):
        text.encode_text(f"arches over hills {index}")
    assert (time.thread_time() - started) / 20 < 0.1


def test_the_encoder_is_named_by_its_weights():
    assert clip.ENCODER == text.encoder_name() == clip_folder().encoder
    assert clip_folder().sha256[:8] in clip.ENCODER


def test_a_missing_checkpoint_is_named(settings, tmp_path):
    settings.CLIP_DIR = tmp_path
    with pytest.raises(Unavailable, match="CLIP_DIR"):
        text.encode_text("arches")


def test_the_text_tower_needs_no_torch():
    code = (
        "import django; django.setup()\n"
        "import sys\n"
        "import genart.ml.clip\n"
        "from genart.ml import text\n"
        "text.encode_text('arches')\n"
        "print(sorted({'torch', 'transformers', 'open_clip'} & set(sys.modules)))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
