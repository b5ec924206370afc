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
        [image] = engine.render(tiny, [request_number(1)], on_step=keep_all, adapters=adapters)
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
            list(engine.render(tiny, [request_number(1)], on_step=keep_all, adapters=[adapter]))
