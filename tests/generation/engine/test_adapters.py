"""LoRAs on a real pipeline: each acts alone, at its weight, and leaves no trace."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from generation.engine.errors import EngineError, WeightsChanged
from generation.engine.session import Engine
from generation.engine.types import AdapterRef, CheckpointRef, RenderRequest, keep_all
from generation.engine.weights import file_sha256

Make = Callable[..., RenderRequest]


def make_lora(tiny: CheckpointRef, folder: Path, seed: int) -> AdapterRef:
    """Write a small random LoRA for the tiny UNet."""
    import torch
    from diffusers import StableDiffusionPipeline
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    torch.manual_seed(seed)
    pipeline = StableDiffusionPipeline.from_pretrained(tiny.location, safety_checker=None)
    pipeline.unet.add_adapter(
        LoraConfig(r=2, init_lora_weights=False, target_modules=["to_q", "to_v"])
    )
    layers = get_peft_model_state_dict(pipeline.unet)
    target = folder / f"lora-{seed}"
    StableDiffusionPipeline.save_lora_weights(target, unet_lora_layers=layers)
    [file] = target.glob("*.safetensors")
    stat = file.stat()
    digest = file_sha256(file, stat.st_size, stat.st_mtime_ns)
    return AdapterRef(f"lora{seed}", "1.0", "lora", str(file), digest, weight=4.0)


@pytest.fixture(scope="module")
def loras(tiny: CheckpointRef, tmp_path_factory: Any) -> list[AdapterRef]:
    folder = tmp_path_factory.mktemp("loras")
    return [make_lora(tiny, folder, seed) for seed in (1, 2)]


def test_each_lora_changes_the_picture_and_leaves_no_trace(
    tiny: CheckpointRef, loras: list[AdapterRef], request_number: Make
) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)

    def picture(*adapters: AdapterRef) -> bytes:
        [image] = engine.render(tiny, [request_number(1, adapters=adapters)], on_step=keep_all)
        return image.image.tobytes()

    plain = picture()
    first, second, both = picture(loras[0]), picture(loras[1]), picture(*loras)

    assert len({plain, first, second, both}) == 4
    assert picture(replace(loras[0], weight=1.0)) != first
    assert picture(loras[0]) == first
    assert picture() == plain


def test_a_file_that_is_not_the_registered_one_is_refused(
    tiny: CheckpointRef, loras: list[AdapterRef], request_number: Make, tmp_path: Path
) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    pickle = tmp_path / "lora.bin"
    pickle.write_bytes(b"")

    for adapter, error in [
        (replace(loras[0], sha256="0" * 64), WeightsChanged),
        (replace(loras[0], location=str(pickle)), EngineError),
        (replace(loras[0], location=str(tmp_path / "none.safetensors")), EngineError),
    ]:
        with pytest.raises(error):
            asked = request_number(1, adapters=(adapter,))
            list(engine.render(tiny, [asked], on_step=keep_all))


def test_different_loras_and_none_share_one_pass(
    tiny: CheckpointRef, loras: list[AdapterRef], request_number: Make
) -> None:
    """The last latents of a mixed pass equal those of separate passes: 1e-4 of the largest."""
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    resident = engine.residency.get(tiny, engine.dtype(tiny, archive=False))
    light = replace(loras[0], weight=1.0)
    worn = [(loras[0],), (loras[1],), (), (light,), (loras[0],)]
    requests = [request_number(n, adapters=row) for n, row in enumerate(worn, start=1)]

    together = latents_of(resident, requests)
    apart = [latents_of(resident, [request])[0] for request in requests]

    for one, other in zip(together, apart, strict=True):
        assert difference(one, other) < 1e-4
    bare = latents_of(resident, [replace(request, adapters=()) for request in requests])
    far = [difference(one, other) > 1e-3 for one, other in zip(together, bare, strict=True)]
    assert far == [True, True, False, True, True]


def difference(one: Any, other: Any) -> float:
    """Return the largest difference beside the largest value."""
    return float((one - other).abs().max() / other.abs().max())


def latents_of(resident: Any, requests: list[RenderRequest]) -> Any:
    """Run one pass and return its last latents, one for each request."""
    from generation.engine import determinism
    from generation.engine.adapters import dressed

    kept: dict[int, Any] = {}

    def after_step(step: int, tensors: dict[str, Any]) -> None:
        kept[step] = tensors["latents"].clone()

    settings = determinism.lane_settings(determinism.Mode(threads=1))
    with settings, dressed(resident.pipeline, requests):
        resident.family.render(
            resident.pipeline, requests, determinism.generators(requests), after_step
        )
    return kept[max(kept)]


def test_several_loras_on_one_image_share_a_pass_only_with_their_like(
    tiny: CheckpointRef, loras: list[AdapterRef], request_number: Make
) -> None:
    engine = Engine(device="cpu", threads=1, budget_gib=1)
    both = tuple(loras)
    requests = [request_number(1, adapters=both), request_number(2, adapters=both)]
    assert len(list(engine.render(tiny, requests, on_step=keep_all))) == 2
    mixed = [request_number(1, adapters=both), request_number(2, adapters=(loras[0],))]
    with pytest.raises(EngineError, match="share a pass only if equal"):
        list(engine.render(tiny, mixed, on_step=keep_all))
