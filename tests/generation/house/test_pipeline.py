"""The pipeline on a real, tiny, untrained instance: repeatable, exact in size, polite."""

import io

import numpy as np
import pytest
import torch
from PIL import Image

from generation.house import compositing, finishes, painters, sketches
from generation.house.pipeline import HousePipeline
from generation.palettes import PALETTES, rgb

SLOTS = PALETTES["terracotta"].slots
PROMPT = "boho arches over low hills, centered, balanced, calm"


@pytest.fixture(scope="module")
def folder(small_house):
    """A saved pipeline with random weights, two narrow levels."""
    return small_house


@pytest.fixture(scope="module")
def pipeline(folder):
    loaded = HousePipeline.from_pretrained(folder)
    loaded.set_progress_bar_config(disable=True)
    return loaded


def sources(*seeds):
    return [torch.Generator().manual_seed(seed) for seed in seeds]


def rendered(pipeline, seeds, **options):
    settings = {"height": 256, "width": 256, "num_inference_steps": 2} | options
    count = len(seeds)
    return pipeline(
        [PROMPT] * count, slots=[SLOTS] * count, generator=sources(*seeds), **settings
    ).images


def test_the_same_seeds_give_the_same_bytes(pipeline):
    finish = {"finish": ["riso", "watercolour"], "finish_seeds": [4, 5]}
    first = rendered(pipeline, [1, 2], **finish)
    second = rendered(pipeline, [1, 2], **finish)
    assert [image.tobytes() for image in first] == [image.tobytes() for image in second]
    assert first[0].tobytes() != first[1].tobytes()


def test_company_does_not_change_a_pictures_noise(pipeline):
    seen = {}

    def keep(name):
        def callback(_, step, __, tensors):
            if step == 0:
                seen[name] = tensors["latents"].clone()
            return {}

        return callback

    rendered(pipeline, [7], callback_on_step_end=keep("alone"))
    rendered(pipeline, [3, 7, 9], callback_on_step_end=keep("company"))
    torch.testing.assert_close(seen["alone"][0], seen["company"][1], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize(("height", "width"), [(320, 256), (256, 320), (512, 640), (264, 1024)])
def test_sizes_come_out_exactly(pipeline, height, width):
    (image,) = rendered(pipeline, [1], height=height, width=width)
    assert image.size == (width, height)


def test_a_callback_that_raises_stops_the_render(pipeline):
    class Cancelled(Exception):
        pass

    calls = []

    def stop(_, step, time, tensors):
        calls.append(step)
        assert set(tensors) == {"latents", "denoised"}
        assert tensors["denoised"].shape == (1, 96, 16, 16)
        raise Cancelled

    with pytest.raises(Cancelled):
        rendered(pipeline, [1], callback_on_step_end=stop)
    assert calls == [0]


def test_previews_are_small_and_flat(pipeline):
    previews = []

    def look(pipe, step, time, tensors):
        previews.extend(pipe.preview(tensors["denoised"], [SLOTS]))
        return {}

    rendered(pipeline, [1], height=320, width=256, callback_on_step_end=look)
    assert [image.size for image in previews] == [(128, 160)] * 2


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"height": 250}, "multiple of 8"),
        ({"width": 2048}, "256 to 1024"),
        ({"num_inference_steps": 0}, "between 1 and 100"),
        ({"finish": "oil"}, "oil"),
        ({"finish_seeds": [1, 2]}, "finish_seeds"),
        ({"slots": [SLOTS[:5]]}, "six colours"),
        ({"slots": [("red",) * 6]}, "not a colour"),
        ({"generator": sources(1, 2)}, "generators"),
        ({"prompt": []}, "no prompt"),
    ],
)
def test_bad_arguments_are_refused_in_a_sentence(pipeline, wrong, said):
    good = {"prompt": [PROMPT], "slots": [SLOTS], "height": 256, "width": 256}
    with pytest.raises(ValueError, match=said):
        pipeline(**(good | wrong))


def test_components_load_by_their_own_classes(folder):
    from diffusers import DPMSolverMultistepScheduler, UNet2DConditionModel
    from transformers import CLIPTextModelWithProjection, CLIPTokenizer

    unet = UNet2DConditionModel.from_pretrained(folder / "unet")
    assert unet.config.out_channels == 96
    CLIPTextModelWithProjection.from_pretrained(folder / "text_encoder")
    tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
    assert "arches</w>" in tokenizer.tokenize("boho arches")
    noise = DPMSolverMultistepScheduler.from_pretrained(folder / "scheduler")
    assert noise.config.prediction_type == "sample"


def test_a_lora_changes_the_picture_and_can_be_taken_off(pipeline):
    from peft import LoraConfig

    before = rendered(pipeline, [1])[0].tobytes()
    settings = LoraConfig(r=2, target_modules=["to_q", "to_v"], init_lora_weights=False)
    pipeline.unet.add_adapter(settings, adapter_name="taste")
    changed = rendered(pipeline, [1])[0].tobytes()
    pipeline.unet.delete_adapters("taste")
    assert changed != before
    assert rendered(pipeline, [1])[0].tobytes() == before


def test_latents_hold_maps_without_loss():
    maps = torch.softmax(torch.randn(2, 6, 64, 80), dim=1)
    latents = compositing.latents_from_maps(maps)
    assert latents.shape == (2, 96, 16, 20)
    torch.testing.assert_close(compositing.maps_from_latents(latents), maps)


@pytest.mark.parametrize("finish", finishes.FINISHES)
def test_a_finish_keeps_the_palette(finish):
    scene = painters.Scene("colour-field", "centered", 0.5, (), 3)
    cover = compositing.coverage(torch.from_numpy(painters.draw(scene))[None], 256, 256)[0]
    picture = finishes.applied(finish, cover, SLOTS, 11)
    assert np.array_equal(picture, finishes.applied(finish, cover, SLOTS, 11))
    for slot in (1, 2, 5):
        inside = cover[slot].numpy() > 0.99
        middle = np.median(picture[inside], axis=0)
        assert np.abs(middle - np.array(rgb(SLOTS[slot]))).max() < 14, slot


def test_edges_are_about_two_pixels_wide():
    maps = torch.zeros(1, 6, 64, 64)
    maps[:, 0, :, :32], maps[:, 1, :, 32:] = 1, 1
    row = compositing.coverage(maps, 512, 512)[0, 1, 256]
    assert ((row > 0.1) & (row < 0.9)).sum() <= 3
    assert row[200] < 1e-3 and row[300] > 1 - 1e-3


def test_pictures_save_as_png(pipeline):
    stream = io.BytesIO()
    rendered(pipeline, [1])[0].save(stream, "PNG")
    assert Image.open(stream).size == (256, 256)


@pytest.mark.parametrize(("rows", "columns"), [(16, 16), (20, 16), (16, 20)])
def test_a_sketch_fits_every_grid(rows, columns):
    maps = torch.softmax(torch.randn(2, 6, 4 * rows, 4 * columns), dim=1)
    targets = sketches.sketch_targets(maps)
    assert targets.shape == (2, sketches.SIZE)
    channels = sketches.sketch_channels(targets, rows, columns)
    assert channels.shape == (2, sketches.CHANNELS, rows, columns)


def test_a_callback_may_change_the_latents(pipeline):
    def blank(_, step, time, tensors):
        return {"latents": torch.zeros_like(tensors["latents"])}

    first, second = (rendered(pipeline, [seed], callback_on_step_end=blank)[0] for seed in (1, 2))
    assert first.tobytes() == second.tobytes()
