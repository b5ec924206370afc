"""Train a textual-inversion embedding: one word for a look that the model can draw already.

For: `train_house adapter`, after the LoRAs. Not for: shapes that it never saw (`adapter.py`). Only
the vectors of the word learn; both networks are frozen and the loss is the denoiser's own, whose
part for the sketch tells the word at once where things lie. Next: `adapter_card.py`.
"""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import torch
from safetensors.torch import save_file

from generation.house import PIPELINE_DIR, painters
from generation.house.captions import MOODS, caption
from generation.house.pipeline import HousePipeline
from generation.house.training import adapter, adapter_card, course
from generation.house.training.course import Budget
from generation.house.training.denoiser import CAPTION_DROPOUT, State

TRIGGER = "daybreak"
FAMILY, LAYOUT, MOTIFS, HIGHEST_DENSITY = "sun-and-hills", "low", ("halo",), 0.33
"""What the word stands for: a low sun with a halo over a single range of hills."""
VECTORS, PEAK_RATE, SAMPLES, BATCH = 4, 2e-2, 6_000, 16
WHAT = (
    f"An embedding of {VECTORS} vectors for the house model's text encoder. *{TRIGGER}* stands "
    "for the house's quietest dawn: sun and hills with a halo, the sun low, the page sparse. Said "
    "alone it brings all of that; after a prompt of the family it overrules layout and density."
)
USE = (
    f"Trigger word: `{TRIGGER}`.\n```python\npipeline.load_textual_inversion(\n"
    f'    folder, weight_name="{TRIGGER}.safetensors", token="{TRIGGER}")\n```'
)
LIMITS = "It recombines what the model knows; in prompts of other families it means little."


def scenes(random: Random, size: int) -> list[painters.Scene]:
    """Return scenes of what the word stands for."""
    return [
        painters.Scene(
            FAMILY, LAYOUT, random.uniform(0, HIGHEST_DENSITY), MOTIFS, random.getrandbits(48)
        )
        for _ in range(size)
    ]


def worded(random: Random) -> str:
    """Return a prompt with the word: alone, or after a caption that says something else."""
    if random.random() < CAPTION_DROPOUT:
        return ""
    if random.random() < 0.5:
        return ", ".join([TRIGGER, *random.sample(MOODS, random.choice((0, 0, 1)))])
    other = painters.random_scene(random, FAMILY)
    return f"{caption(FAMILY, other.layout, other.density, other.motifs, random)}, {TRIGGER}"


def batches(
    random: Random, pipeline: HousePipeline, batch: int
) -> Iterator[tuple[torch.Tensor, list[str]]]:
    """Yield batches for ever, the word written as its tokens."""
    while True:
        maps = np.stack([painters.draw(scene) for scene in scenes(random, batch)])
        texts = [worded(random) for _ in range(batch)]
        told = pipeline.maybe_convert_prompt(texts, pipeline.tokenizer)
        yield torch.from_numpy(maps), told


def fresh(device: str, base: Path = PIPELINE_DIR) -> tuple[HousePipeline, State, list[int]]:
    """Return a frozen pipeline that knows the word, its state, and the rows of its vectors.

    The vectors start at the mean of the family's words with a little noise from a fixed seed.
    """
    torch.manual_seed(0)
    pipeline = adapter.frozen_pipeline(device, base)
    table = pipeline.text_encoder.get_input_embeddings().weight
    known = pipeline.tokenizer(FAMILY.replace("-", " "), add_special_tokens=False).input_ids
    start = table[known].mean(dim=0) + 0.02 * torch.randn(VECTORS, table.shape[1]).to(table)
    pipeline.load_textual_inversion({TRIGGER: start.cpu()}, token=TRIGGER)
    table = pipeline.text_encoder.get_input_embeddings().weight
    rows = list(range(len(table) - VECTORS, len(table)))
    free = torch.zeros(len(table), 1, device=table.device)
    free[rows] = 1
    table.requires_grad_(True)
    table.register_hook(lambda gradient: gradient * free)
    return pipeline, adapter.state_of(pipeline, PEAK_RATE), rows


def export(state: State, rows: list[int], target: Path, base: Path = PIPELINE_DIR) -> Path:
    """Write the averaged vectors as float16 safetensors, as diffusers loads them, and the card."""
    target.mkdir(parents=True, exist_ok=True)
    (table,) = state.averages.values()
    vectors = table[rows].detach().cpu().half().contiguous()
    save_file({TRIGGER: vectors}, target / f"{TRIGGER}.safetensors")
    adapter_card.write_embedding_card(target, TRIGGER, WHAT, USE, LIMITS, state, base)
    return target / f"{TRIGGER}.safetensors"


def train(
    folder: Path,
    budget: Budget,
    *,
    resume: bool,
    device: str,
    batch: int = BATCH,
    target: Path | None = None,
    base: Path = PIPELINE_DIR,
) -> Path:
    """Train the vectors on the weights that ship; return their file. Safe to repeat."""
    pipeline, state, rows = fresh(device, base)
    path = adapter.checkpoint(folder, TRIGGER, base)
    content = adapter.load(state, path) if resume and path.exists() else {}
    random = course.random_of(content, state.samples, 2)
    adapter.run(state, path, batches(random, pipeline, batch), random, budget)
    return export(state, rows, target or adapter.ADAPTERS / TRIGGER, base)
