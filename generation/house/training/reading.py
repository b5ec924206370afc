"""Teach the text encoder to read captions before it conditions anything.

For: the start of `denoiser.py`. Not for: the scoring CLIP, which shares nothing with it.
It learns two things: to tell family, layout, density and motifs apart in its mean state, and to
project a caption to its sketch (`generation/house/sketches.py`). Next: `denoiser.py`.
"""

from dataclasses import replace
from random import Random

import numpy as np
import torch
from torch import nn
from torch.nn import functional
from transformers import CLIPTextModelWithProjection, CLIPTokenizer

from generation.house import painters
from generation.house.captions import LAYOUT_WORDS, MOTIF_WORDS, caption
from generation.house.families import FAMILIES
from generation.house.painters.scene import Scene
from generation.house.sketches import SIDE, sketch_targets
from generation.house.training.dataset import SHARES, TAUGHT

FAMILY_LIST, LAYOUT_LIST, MOTIF_LIST = list(FAMILIES), list(LAYOUT_WORDS), list(MOTIF_WORDS)
OUTPUTS = len(FAMILY_LIST) + len(LAYOUT_LIST) + 3 + len(MOTIF_LIST)
RATE = 1e-3


def targets(scenes: list[Scene]) -> torch.Tensor:
    """Return what the captions say, `(n, outputs)` of 0 and 1."""
    rows = torch.zeros(len(scenes), OUTPUTS)
    for row, scene in zip(rows, scenes, strict=True):
        row[FAMILY_LIST.index(scene.family)] = 1
        start = len(FAMILY_LIST)
        if len(FAMILIES[scene.family].layouts) > 1:
            row[start + LAYOUT_LIST.index(scene.layout)] = 1
        start += len(LAYOUT_LIST)
        row[start + scene.level] = 1
        for motif in scene.motifs:
            row[start + 3 + MOTIF_LIST.index(motif)] = 1
    return rows


class Averages:
    """The average page of every kind of scene, drawn once and kept: what a sketch should be."""

    def __init__(self, draws: int = 20) -> None:
        self.draws = draws
        self.random = Random(12)  # noqa: S311
        self.pages: dict[tuple[object, ...], torch.Tensor] = {}

    def of(self, scene: Scene) -> torch.Tensor:
        """Return the average `(6144,)` over seeds of the scene's kind."""
        kind = (scene.family, scene.layout, scene.level, scene.motifs)
        if kind not in self.pages:
            seeds = [self.random.getrandbits(48) for _ in range(self.draws)]
            maps = np.stack([painters.draw(replace(scene, seed=s), SIDE) for s in seeds])
            self.pages[kind] = sketch_targets(torch.from_numpy(maps.mean(0))[None])[0]
        return self.pages[kind]


def lesson(
    random: Random, batch: int, averages: Averages
) -> tuple[list[Scene], list[str], torch.Tensor]:
    """Return scenes, their captions (one in thirty empty) and their average pages."""
    scenes = [
        painters.random_scene(random, family) for family in random.choices(TAUGHT, SHARES, k=batch)
    ]
    texts = [
        caption(s.family, s.layout, s.density, s.motifs, random) if random.random() > 0.03 else ""
        for s in scenes
    ]
    return scenes, texts, torch.stack([averages.of(scene) for scene in scenes])


def teach(
    encoder: CLIPTextModelWithProjection,
    tokenizer: CLIPTokenizer,
    steps: int = 3000,
    batch: int = 16,
    rate: float = RATE,
) -> float:
    """Train the encoder in place; return the mean squared error of its last sketches.

    An encoder that can read already learns new words in fewer steps at a lower `rate`.
    """
    random, averages = Random(11), Averages()  # noqa: S311
    device, recent = encoder.device, 1.0
    reader = nn.Linear(encoder.config.hidden_size, OUTPUTS).to(device)
    optimizer = torch.optim.AdamW(
        [*encoder.parameters(), *reader.parameters()], lr=rate, betas=(0.9, 0.98), fused=True
    )
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = rate * min(1.0, (step + 1) / 100) * (1 - 0.97 * step / steps)
        scenes, texts, sketches = lesson(random, batch, averages)
        tokens = tokenizer(
            texts, padding="max_length", truncation=True, return_tensors="pt",
            max_length=tokenizer.model_max_length,
        ).input_ids.to(device)  # fmt: skip
        read = encoder(tokens)
        named = torch.tensor([bool(text) for text in texts], device=device)
        found = reader(read.last_hidden_state.mean(1))[named]
        wanted = targets(scenes).to(device)[named]
        error = functional.mse_loss(read.text_embeds, sketches.to(device))
        loss = functional.binary_cross_entropy_with_logits(found, wanted) + error
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
        optimizer.step()
        recent = 0.98 * recent + 0.02 * error.item()
        if step % 200 == 0:
            print(f"reading: step {step}, sketch error {recent:.3f}", flush=True)
    return recent
