"""Train a LoRA that teaches the finished model one more family: `train_house adapter`.

For: families that the training left out (`FamilyInfo.taught` is false). Not for: one word for what
the model can draw already (`inversion.py`). Low rank, on the UNet's attention and convolutions: the
family's words have tokens, but the text encoder never learnt them, so the UNet learns to read them
and to do without a sketch. The loss is the denoiser's own (`denoiser.loss_on`); the weights that
ship are never touched. A run may go on from a narrower LoRA: what that learnt is kept, and the new
directions begin at nothing. Next: `adapter_card.py`.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from peft import LoraConfig, get_peft_model_state_dict

from generation.house import PIPELINE_DIR, WEIGHTS, painters
from generation.house.captions import caption
from generation.house.families import FAMILIES
from generation.house.pipeline import HousePipeline
from generation.house.training import adapter_card, course, denoiser
from generation.house.training.course import Budget, Course
from generation.house.training.denoiser import CAPTION_DROPOUT, State

ADAPTERS = WEIGHTS / "adapters"
RANK, PEAK_RATE, SECOND_HALF_SHARE = 32, 1.5e-3, 4.0
"""The half of a LoRA that starts at zero learns faster (LoRA+, Hayou et al. 2024)."""
SAMPLES, BATCH = 24_000, 16
"""Enough for a family of bold shapes; a quarter of an hour of one core."""
UNET_PARTS = [
    "to_q", "to_k", "to_v", "to_out.0", "ff.net.0.proj", "ff.net.2", "proj_in", "proj_out",
    "conv1", "conv2", "conv_shortcut", "conv_in", "conv_out",
]  # fmt: skip


def held_out() -> tuple[str, ...]:
    """Return the families that the training left out, in their order."""
    return tuple(slug for slug, family in FAMILIES.items() if not family.taught)


def shipped_families() -> tuple[str, ...]:
    """Return the families whose LoRAs ship: the first three that were left out."""
    return held_out()[:3]


def family_batch(random: Random, slug: str, size: int) -> tuple[torch.Tensor, list[str]]:
    """Draw scenes of one family and aspect; return maps `(size, 6, h, w)` and their captions."""
    aspect = painters.ASPECTS[0] if random.random() < 0.8 else random.choice(painters.ASPECTS[1:])
    scenes = [painters.random_scene(random, slug, aspect) for _ in range(size)]
    maps = torch.from_numpy(np.stack([painters.draw(scene) for scene in scenes]))
    texts = [
        caption(slug, scene.layout, scene.density, scene.motifs, random)
        if random.random() > CAPTION_DROPOUT
        else ""
        for scene in scenes
    ]
    return maps, texts


def frozen_pipeline(device: str, base: Path = PIPELINE_DIR) -> HousePipeline:
    """Return the shipped pipeline; nothing of it learns."""
    pipeline = HousePipeline.from_pretrained(base)
    for network in (pipeline.unet, pipeline.text_encoder):
        network.requires_grad_(False).to(device)
    pipeline.unet.to(memory_format=torch.channels_last)
    return pipeline


def state_of(pipeline: HousePipeline, peak: float) -> State:
    """Return a state that trains what is not frozen in a pipeline; weights do not decay."""
    networks = (pipeline.unet, pipeline.text_encoder)
    free = [
        (name, part) for network in networks for name, part in network.named_parameters()
        if part.requires_grad
    ]  # fmt: skip
    second = [part for name, part in free if "lora_B" in name]
    first = [part for name, part in free if "lora_B" not in name]
    shares = ((first, 1.0), (second, SECOND_HALF_SHARE))
    groups = [{"params": parts, "share": share} for parts, share in shares if parts]
    optimizer = torch.optim.AdamW(groups, lr=peak, betas=(0.9, 0.98), weight_decay=0.0)
    state = State(*networks, pipeline.tokenizer, {}, optimizer, peak=peak)
    state.averages = {name: part.detach().clone() for name, part in free_parts(state).items()}
    return state


def fresh_state(device: str, base: Path = PIPELINE_DIR) -> State:
    """Return the shipped networks, frozen, with a LoRA from a fixed seed that does nothing yet."""
    torch.manual_seed(0)
    pipeline = frozen_pipeline(device, base)
    pipeline.unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=UNET_PARTS))
    return state_of(pipeline, PEAK_RATE)


def free_parts(state: State) -> dict[str, torch.nn.Parameter]:
    """Return the parameters that are not frozen."""
    named = state.networks().named_parameters()
    return {name: part for name, part in named if part.requires_grad}


def advance(state: State, loss: torch.Tensor, rate: float) -> None:
    """Take one optimizer step and move the averages; frozen parameters stay as they are."""
    course.advance(state, free_parts(state), loss, rate, 0.995)


def save(state: State, path: Path, random: Random) -> None:
    """Write what was learnt and where the run is."""
    content = {
        "free": {name: part.detach() for name, part in free_parts(state).items()},
        "averages": state.averages, "optimizer": state.optimizer.state_dict(),
        "chances": course.chances(random),
    }  # fmt: skip
    course.write(content | course.counters(state), path)


def load(state: State, path: Path) -> dict[str, Any]:
    """Fill `state` from a checkpoint of `save`; return it all, or nothing of a narrower LoRA."""
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    course.take_counters(state, content)
    free = free_parts(state)
    if any(free[name].shape != value.shape for name, value in content["free"].items()):
        take_narrower(state, content["averages"])
        return {}
    fill(state, content["free"])
    state.optimizer.load_state_dict(content["optimizer"])
    device = state.unet.device
    state.averages = {name: part.to(device) for name, part in content["averages"].items()}
    return content


def take_narrower(state: State, averages: dict[str, torch.Tensor]) -> None:
    """Keep what a LoRA of a smaller rank learnt; its new directions change nothing yet."""
    with torch.no_grad():
        for name, part in free_parts(state).items():
            part[tuple(slice(side) for side in averages[name].shape)] = averages[name]
            state.averages[name] = part.detach().clone()
    state.step = 0


def fill(state: State, values: dict[str, torch.Tensor]) -> None:
    """Put values in the place of the free parameters of the same names."""
    free = free_parts(state)
    with torch.no_grad():
        for name, value in values.items():
            free[name].copy_(value)


def run(
    state: State,
    path: Path,
    draw: Iterator[tuple[torch.Tensor, list[str]]],
    random: Random,
    budget: Budget,
) -> None:
    """Train on what `draw` yields from `random` to the end of the budget, with checkpoints."""
    device = state.unet.device.type
    alphas = denoiser.scheduler().alphas_cumprod.to(device)
    lessons = Course(path.stem, state, budget, lambda: save(state, path, random))
    for share in lessons.shares():
        maps, texts = next(draw)
        with torch.autocast(device, torch.bfloat16):
            loss = denoiser.loss_on(state, alphas, maps, texts)
        advance(state, loss, denoiser.rate_at(state.step, share, state.peak))
        lessons.learnt(loss.item(), len(maps))


def checkpoint(folder: Path, name: str, base: Path = PIPELINE_DIR) -> Path:
    """Return where the run of an adapter is kept: on other base weights, it begins anew."""
    return folder / f"adapter-{name}-{adapter_card.base_hash(base)[:8]}.pt"


def batches(random: Random, slug: str, batch: int) -> Iterator[tuple[torch.Tensor, list[str]]]:
    """Yield batches of a family for ever."""
    while True:
        yield family_batch(random, slug, batch)


@contextmanager
def averaged(state: State) -> Iterator[None]:
    """Let the free parameters have their averages for a while."""
    kept = {name: part.detach().clone() for name, part in free_parts(state).items()}
    fill(state, state.averages)
    try:
        yield
    finally:
        fill(state, kept)


def export(state: State, slug: str, target: Path, base: Path = PIPELINE_DIR) -> Path:
    """Write the LoRA's averages as float16 safetensors, as diffusers loads it, and its card."""
    with averaged(state):
        layers = {
            name: part.detach().cpu().half().contiguous()
            for name, part in get_peft_model_state_dict(state.unet).items()
        }
    HousePipeline.save_lora_weights(
        target, layers, weight_name=f"{slug}.safetensors", safe_serialization=True
    )
    adapter_card.write_lora_card(target, slug, state, base)
    return target / f"{slug}.safetensors"


def train(
    folder: Path,
    slug: str,
    budget: Budget,
    *,
    resume: bool,
    device: str,
    batch: int = BATCH,
    target: Path | None = None,
    base: Path = PIPELINE_DIR,
) -> Path:
    """Train the LoRA of a family on the weights that ship; return its file. Safe to repeat.

    Raises:
        ValueError: there is no such family.
    """
    if slug not in FAMILIES:
        raise ValueError(f"There is no family {slug!r}; left out were {', '.join(held_out())}.")
    state, path = fresh_state(device, base), checkpoint(folder, slug, base)
    content = load(state, path) if resume and path.exists() else {}
    random = course.random_of(content, state.samples, 1)
    run(state, path, batches(random, slug, batch), random, budget)
    return export(state, slug, target or ADAPTERS / slug, base)
