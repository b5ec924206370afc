"""Adapters of the house model: they learn, go on, load as diffusers does, come off cleanly."""

from random import Random

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from generation.engine.adapters import wardrobe_of
from generation.engine.types import AdapterRef
from generation.house.evaluation import making, requests
from generation.house.families import FAMILIES
from generation.house.integrity import sha256_of
from generation.house.training import adapter, inversion
from generation.house.training.course import Budget
from generation.model_card import card_in

FAMILY = adapter.held_out()[0]


@pytest.fixture(scope="module")
def lora(small_house, tmp_path_factory):
    """The file of a LoRA that was trained for two steps."""
    folder = tmp_path_factory.mktemp("lora")
    return adapter.train(
        folder, FAMILY, Budget(samples=4), resume=False, device="cpu", batch=2,
        target=folder / FAMILY, base=small_house,
    )  # fmt: skip


def pictures(pipeline, count=2):
    """Bytes of the same base prompts every time."""
    asked = requests.held_out(count, requests.taught())
    images = pipeline(
        [request.prompt for request in asked], slots=[request.slots for request in asked],
        height=256, width=256, num_inference_steps=2,
        generator=[torch.Generator().manual_seed(request.seed) for request in asked],
    ).images  # fmt: skip
    return [image.tobytes() for image in images]


def reference(path, slug=FAMILY):
    return AdapterRef(
        slug=slug, version="1", kind="lora", location=str(path), sha256=sha256_of(path), weight=1.0
    )


def test_three_loras_ship_for_families_that_were_left_out():
    assert len(adapter.shipped_families()) == 3
    assert not any(FAMILIES[slug].taught for slug in adapter.shipped_families())


def test_a_lora_changes_the_picture_and_comes_off_without_a_trace(small_pipeline, lora):
    before = pictures(small_pipeline)
    small_pipeline.load_lora_weights(load_file(lora), adapter_name="family")
    worn = pictures(small_pipeline)
    small_pipeline.disable_lora()
    assert worn != before
    assert pictures(small_pipeline) == before


def test_a_neighbour_without_the_lora_keeps_its_picture(small_pipeline, lora):
    before = pictures(small_pipeline)
    wardrobe = wardrobe_of(small_pipeline)
    wardrobe.wear([[reference(lora)], []])
    mixed = pictures(small_pipeline)
    wardrobe.rows = []
    assert mixed[0] != before[0]
    assert mixed[1] == before[1]


def test_its_card_names_trigger_words_base_data_and_hash(small_house, lora):
    text = (lora.parent / "README.md").read_text()
    assert FAMILIES[FAMILY].phrases[0] in text
    assert sha256_of(lora) in text
    assert sha256_of(small_house / "unet" / "diffusion_pytorch_model.safetensors") in text
    assert "painters" in card_in(lora.parent).data_statement
    assert card_in(lora.parent).licence == "Own work of this project"


def test_only_the_lora_learns_and_a_run_goes_on_where_it_stopped(small_house, tmp_path):
    state = adapter.fresh_state("cpu", small_house)
    names = set(adapter.free_parts(state))
    assert names and all("lora" in name for name in names)
    path = adapter.checkpoint(tmp_path, FAMILY, small_house)
    random = Random(1)
    adapter.run(state, path, adapter.batches(random, FAMILY, 2), random, Budget(samples=4))
    again = adapter.fresh_state("cpu", small_house)
    adapter.load(again, path)
    assert (again.samples, again.step) == (4, 2)
    for name, value in adapter.free_parts(state).items():
        assert torch.equal(value, adapter.free_parts(again)[name]), name
        assert torch.equal(state.averages[name], again.averages[name]), name


def test_a_wider_lora_goes_on_from_a_narrower_one(small_house, tmp_path, monkeypatch):
    def learnt(budget):
        return load_file(
            adapter.train(
                tmp_path, FAMILY, budget, resume=True, device="cpu", batch=2,
                target=tmp_path / FAMILY, base=small_house,
            )
        )  # fmt: skip

    monkeypatch.setattr(adapter, "RANK", 2)
    narrow = learnt(Budget(samples=4))
    monkeypatch.setattr(adapter, "RANK", 5)
    wide = learnt(Budget(samples=4))
    down = next(name for name in wide if "lora_A" in name or "down" in name)
    assert (len(narrow[down]), len(wide[down])) == (2, 5)
    assert torch.equal(wide[down][:2], narrow[down])


def test_averages_are_worn_for_a_while_only(small_house):
    state = adapter.fresh_state("cpu", small_house)
    name, part = next(iter(adapter.free_parts(state).items()))
    state.averages[name] = torch.full_like(part, 0.5)
    kept = part.detach().clone()
    with adapter.averaged(state):
        assert float(part.detach().mean()) == 0.5
    assert torch.equal(part, kept)


def test_an_unknown_family_is_named(tmp_path):
    with pytest.raises(ValueError, match="no-such"):
        adapter.train(tmp_path, "no-such", Budget(1), resume=False, device="cpu")


def test_only_the_vectors_of_the_word_learn(small_house, tmp_path):
    pipeline, state, rows = inversion.fresh("cpu", small_house)
    table = pipeline.text_encoder.get_input_embeddings().weight
    before = table.detach().clone()
    random = Random(2)
    drawn = inversion.batches(random, pipeline, 2)
    adapter.run(state, tmp_path / "word.pt", drawn, random, Budget(samples=6))
    moved = (table.detach() - before).abs().sum(dim=1) > 0
    assert moved.nonzero().flatten().tolist() == rows
    path = inversion.export(state, rows, tmp_path / inversion.TRIGGER, small_house)
    assert load_file(path)[inversion.TRIGGER].shape == (inversion.VECTORS, table.shape[1])
    assert sha256_of(path) in (path.parent / "README.md").read_text()


def test_the_word_loads_as_any_embedding_and_changes_only_its_own_prompts(
    small_house, small_pipeline, tmp_path
):
    before = pictures(small_pipeline)
    trained = inversion.train(
        tmp_path, Budget(samples=4), resume=False, device="cpu", batch=2,
        target=tmp_path / inversion.TRIGGER, base=small_house,
    )  # fmt: skip
    token = f"<{inversion.TRIGGER}>"
    asked = requests.held_out(1, [inversion.FAMILY])
    plain = making.made(small_pipeline, asked, tmp_path / "plain")
    small_pipeline.load_textual_inversion(load_file(trained), token=token)
    told = making.made(small_pipeline, asked, tmp_path / "told", word=lambda _request: token)
    assert not np.array_equal(plain[0], told[0])
    assert pictures(small_pipeline) == before
