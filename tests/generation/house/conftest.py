"""A house pipeline of real classes at the smallest size, with random weights."""

import pytest
import torch

from generation.house.pipeline import HousePipeline
from generation.house.training.denoiser import build_text_encoder, build_unet, scheduler
from generation.house.training.tokenizer import write_tokenizer


@pytest.fixture(scope="session")
def small_house(tmp_path_factory):
    """The folder of a saved pipeline, two narrow levels."""
    torch.manual_seed(0)
    target = tmp_path_factory.mktemp("small-house")
    tokenizer = write_tokenizer(target / "words")
    unet = build_unet(channels=(32, 48))
    torch.nn.init.normal_(unet.conv_out.weight, std=0.2)
    made = HousePipeline(unet, build_text_encoder(tokenizer, layers=1), tokenizer, scheduler())
    made.save_pretrained(target / "pipeline", safe_serialization=True)
    return target / "pipeline"


@pytest.fixture
def small_pipeline(small_house):
    """The pipeline of that folder, loaded anew, so that a test may dress it."""
    loaded = HousePipeline.from_pretrained(small_house)
    loaded.set_progress_bar_config(disable=True)
    return loaded
