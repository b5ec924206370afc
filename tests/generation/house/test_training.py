"""A training run of seconds: it goes on where it stopped, and what it learnt can be shipped."""

from random import Random

import torch

from generation.house.painters import random_scene
from generation.house.training import denoiser, reading
from generation.house.training.dataset import PictureBank, map_batch
from generation.house.training.tokenizer import words, write_tokenizer
from generation.palettes import PALETTES


def test_batches_are_of_one_shape_and_captioned():
    maps, texts = map_batch(Random(1), 3)
    assert len(maps) == len(texts) == 3
    assert maps.shape[1] == 6
    assert all(texts)


def test_every_word_of_the_dialect_is_one_token(tmp_path):
    tokenizer = write_tokenizer(tmp_path)
    assert all(tokenizer.tokenize(word) == [f"{word}</w>"] for word in words())


def test_pictures_for_the_scoring_clip_carry_their_palette():
    bank = PictureBank(Random(1), 4)
    pictures, texts = bank.batch([0, 1, 2, 3], list(PALETTES)[:4], Random(2))
    assert pictures.shape == (4, 3, 64, 64)
    assert float(pictures.min()) >= 0 and float(pictures.max()) <= 1
    assert len(texts) == 4


def test_an_average_page_is_remembered():
    averages = reading.Averages(draws=2)
    scene = random_scene(Random(1), "ripples")
    assert averages.of(scene) is averages.of(scene)


def test_a_step_moves_the_weights_and_a_checkpoint_brings_them_back(tmp_path, monkeypatch):
    narrow = denoiser.build_unet(channels=(32, 48))
    monkeypatch.setattr(denoiser, "build_unet", lambda: narrow)
    state = denoiser.fresh_state(tmp_path, "cpu", lessons=0)
    before = state.unet.conv_out.weight.detach().clone()
    alphas = denoiser.scheduler().alphas_cumprod
    loss = denoiser.loss_of(state, alphas, Random(1), batch=2)
    denoiser.advance(state, loss, 1e-3)
    assert not torch.equal(before, state.unet.conv_out.weight)
    denoiser.save(state, tmp_path / "denoiser.pt", Random(1))
    again = denoiser.fresh_state(tmp_path, "cpu", lessons=0)
    denoiser.load(again, tmp_path / "denoiser.pt")
    assert again.step == 1
    assert torch.equal(again.unet.conv_out.weight, state.unet.conv_out.weight)
    for name, value in again.averages.items():
        assert torch.equal(value, state.averages[name]), name


def test_the_learning_rate_warms_up_stays_and_falls():
    assert denoiser.rate_at(0, 0) < denoiser.rate_at(200, 0.1) == denoiser.PEAK_RATE
    assert denoiser.rate_at(9000, 1.0) < 0.05 * denoiser.PEAK_RATE
