"""The same seed gives the same weights; a training that was stopped ends as one that was not."""

from dataclasses import dataclass
from functools import partial
from random import Random

import pytest
import torch

from generation.house.training import adapter, clip, course, denoiser, inversion, refiner
from generation.house.training.command import Order
from generation.house.training.course import Budget, Progress
from generation.house.training.recipe import Recipe

TINY = Recipe(0.0003)


@dataclass(frozen=True)
class Stopped(Budget):
    """A budget in the midst of which somebody presses Ctrl-C."""

    stop: int = 0

    def share(self, done):
        if done.samples >= self.stop:
            raise KeyboardInterrupt
        return super().share(done)


def parts_of(path):
    """Every tensor that a training left behind, by name."""
    content = torch.load(path, weights_only=True)
    groups = [key for key in ("networks", "refiner", "model", "free") if key in content]
    groups += [key for key in ("averages",) if key in content]
    return {f"{key}.{name}": part for key in groups for name, part in content[key].items()}


@pytest.fixture
def narrow(monkeypatch):
    """A denoiser of two narrow levels."""
    built = partial(denoiser.build_unet, channels=(32, 48))
    monkeypatch.setattr(denoiser, "build_unet", built)


def same(ways, checkpoint, train, samples, stop):
    """Train whole, whole again, and with a stop; compare all that is left behind."""
    whole, again, stopped = (ways / name for name in ("whole", "again", "stopped"))
    for folder in (whole, again):
        folder.mkdir()
        train(folder, Budget(samples=samples))
    stopped.mkdir()
    with pytest.raises(KeyboardInterrupt):
        train(stopped, Stopped(samples=samples, save_seconds=-1, stop=stop))
    train(stopped, Budget(samples=samples))
    expected = parts_of(whole / checkpoint)
    assert expected
    for folder in (again, stopped):
        found = parts_of(folder / checkpoint)
        assert found.keys() == expected.keys()
        assert all(torch.equal(found[name], part) for name, part in expected.items()), folder


def test_the_denoiser(tmp_path, narrow):
    train = partial(denoiser.train, resume=True, device="cpu", batch=2, recipe=TINY)
    same(tmp_path, "denoiser.pt", train, samples=6, stop=4)


def test_the_refiner(tmp_path, small_pipeline):
    def train(folder, budget):
        refiner.train(folder, small_pipeline, budget, resume=True, recipe=TINY)

    same(tmp_path, "refiner.pt", train, samples=3 * refiner.BATCH, stop=2 * refiner.BATCH)


@pytest.mark.slow
def test_the_scoring_clip(tmp_path):
    train = partial(clip.train, resume=True, device="cpu", recipe=TINY)
    same(tmp_path, "clip.pt", train, samples=2 * clip.BATCH, stop=clip.BATCH)


def test_a_lora(tmp_path, small_house):
    slug = adapter.held_out()[0]

    def train(folder, budget):
        adapter.train(
            folder,
            slug,
            budget,
            resume=True,
            device="cpu",
            batch=2,
            target=folder,
            base=small_house,
        )

    same(tmp_path, adapter.checkpoint(tmp_path, slug, small_house).name, train, 6, stop=4)


def test_an_embedding(tmp_path, small_house):
    def train(folder, budget):
        inversion.train(
            folder, budget, resume=True, device="cpu", batch=2, target=folder, base=small_house
        )

    name = adapter.checkpoint(tmp_path, inversion.TRIGGER, small_house).name
    same(tmp_path, name, train, 6, stop=4)


def test_a_checkpoint_of_the_time_before_goes_on_with_pictures_it_never_drew():
    assert course.random_of({}, 320).random() == Random(320).random()


def test_a_budget_is_over_when_either_part_is():
    assert Budget(samples=10).share(Progress(samples=5, seconds=1e9)) == 0.5
    assert Budget(minutes=1).share(Progress(samples=10**9, seconds=30)) == 0.5
    assert Budget(minutes=1, samples=10).share(Progress(samples=1, seconds=60)) == 1


def test_a_training_is_counted_in_samples_unless_minutes_were_asked_for(tmp_path):
    order = Order(None, 0.5, 120, False, False, tmp_path, "", "cpu")
    assert order.budget(100) == Budget(samples=50)
    assert Order(3, 0.5, 120, False, False, tmp_path, "", "cpu").budget(100) == Budget(minutes=3)


def test_a_small_scale_keeps_what_a_part_cannot_do_without():
    assert (TINY.of(10_500, least=160), TINY.of(220_000)) == (160, 66)
