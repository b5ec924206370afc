"""Teach the text encoder to read captions before it conditions anything.

For: the start of `denoiser.py`. Not for: the scoring CLIP, which shares nothing with it.
Why: from scratch, the denoiser used only the family word for a long time; an encoder whose
mean state already tells layout, density and motifs apart conditions at once. Captions only, no
pictures, about a minute. Next: `denoiser.py`.
"""

from random import Random

import torch
from torch import nn
from torch.nn import functional
from transformers import CLIPTextModel, CLIPTokenizer

from generation.house import painters
from generation.house.captions import LAYOUT_WORDS, MOTIF_WORDS, caption
from generation.house.families import FAMILIES
from generation.house.painters.scene import Scene

FAMILY_LIST, LAYOUT_LIST, MOTIF_LIST = list(FAMILIES), list(LAYOUT_WORDS), list(MOTIF_WORDS)
OUTPUTS = len(FAMILY_LIST) + len(LAYOUT_LIST) + 3 + len(MOTIF_LIST)


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


def teach(
    encoder: CLIPTextModel, tokenizer: CLIPTokenizer, steps: int = 500, batch: int = 64
) -> float:
    """Train the encoder in place; return the share of outputs it reads right at the end."""
    random, device = Random(11), encoder.device  # noqa: S311
    reader = nn.Linear(encoder.config.hidden_size, OUTPUTS).to(device)
    optimizer = torch.optim.AdamW([*encoder.parameters(), *reader.parameters()], lr=1e-3)
    right = 0.0
    for step in range(steps):
        for group in optimizer.param_groups:
            group["lr"] = 1e-3 * min(1.0, (step + 1) / 50) * (1 - 0.95 * step / steps)
        scenes = [painters.random_scene(random) for _ in range(batch)]
        texts = [caption(s.family, s.layout, s.density, s.motifs, random) for s in scenes]
        tokens = tokenizer(
            texts, padding="max_length", truncation=True, return_tensors="pt",
            max_length=tokenizer.model_max_length,
        ).input_ids.to(device)  # fmt: skip
        found = reader(encoder(tokens).last_hidden_state.mean(1))
        wanted = targets(scenes).to(device)
        loss = functional.binary_cross_entropy_with_logits(found, wanted) * 10
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        right = float(((found > 0) == (wanted > 0.5)).all(1).float().mean())
        if step % 50 == 0:
            print(f"reading: step {step}, loss {loss.item():.3f}, right {right:.2f}", flush=True)
    return right
