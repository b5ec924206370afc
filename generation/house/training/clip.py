"""Train the scoring CLIP: an open_clip model that tells families, palettes and layouts apart.

For: `train_house clip`; search by words, prompt adherence, an independent judge of the
denoiser (they share no weights). Not for: conditioning the denoiser. Next: `card.py`.
"""

import json
import math
import shutil
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import open_clip
import torch
from safetensors.torch import load_file, save_file
from torch import nn
from torch.nn import functional
from transformers import CLIPTokenizer

from generation.house import CLIP_DIR
from generation.house.families import FAMILIES
from generation.house.training import course
from generation.house.training.course import Budget, Course
from generation.house.training.dataset import PictureBank
from generation.house.training.recipe import CLIP_EXAM, CLIP_PICTURES, WHOLE, Recipe
from generation.house.training.tokenizer import CONTEXT_LENGTH, write_tokenizer
from generation.palettes import PALETTES

EMBED_DIM, IMAGE_PX, BATCH, PEAK_RATE = 192, 64, 160, 1.5e-3
SECOND_PEAK_SHARE = 0.5  # of the peak rate, for a run that goes on from shipped weights
MEAN, STD = (0.5, 0.5, 0.5), (0.5, 0.5, 0.5)


def config(vocabulary: int) -> dict:
    """Return open_clip's model configuration."""
    return {
        "embed_dim": EMBED_DIM,
        "vision_cfg": {
            "image_size": IMAGE_PX, "layers": [1, 2, 2, 1], "width": 20, "head_width": 64,
            "patch_size": None,
        },
        "text_cfg": {
            "context_length": CONTEXT_LENGTH, "vocab_size": vocabulary, "width": 192, "heads": 6,
            "layers": 2, "hf_tokenizer_name": "tokenizer",
        },
    }  # fmt: skip


def build(vocabulary: int) -> nn.Module:
    """Return the untrained model."""
    settings = config(vocabulary)
    settings["text_cfg"].pop("hf_tokenizer_name")
    return open_clip.model.CLIP(**settings).to(memory_format=torch.channels_last)


def tokens_of(tokenizer: CLIPTokenizer, texts: list[str]) -> torch.Tensor:
    """Return token ids `(n, 32)`."""
    return tokenizer(
        texts, padding="max_length", truncation=True, max_length=CONTEXT_LENGTH, return_tensors="pt"
    ).input_ids


def normalized(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures in the range that the image tower expects."""
    return ((pictures - 0.5) / 0.5).contiguous(memory_format=torch.channels_last)


def contrast(model: nn.Module, pictures: torch.Tensor, tokens: torch.Tensor) -> torch.Tensor:
    """Return the symmetric contrastive loss of matching pictures and captions."""
    seen = functional.normalize(model.encode_image(normalized(pictures)), dim=-1)
    read = functional.normalize(model.encode_text(tokens), dim=-1)
    scores = model.logit_scale.exp() * seen @ read.T
    target = torch.arange(len(scores), device=scores.device)
    sides = (functional.cross_entropy(scores, target), functional.cross_entropy(scores.T, target))
    return (sides[0] + sides[1]) / 2


def take_shipped(model: nn.Module, tokenizer: CLIPTokenizer) -> None:
    """Go on from the weights that ship; words that they did not know keep their random start."""
    found = load_file(CLIP_DIR / "open_clip_model.safetensors")
    earlier = CLIPTokenizer.from_pretrained(CLIP_DIR).get_vocab()
    table = model.state_dict()["token_embedding.weight"].clone()
    for token, row in tokenizer.get_vocab().items():
        if token in earlier:
            table[row] = found["token_embedding.weight"][earlier[token]].float()
    floats = {
        name: value.float() if value.is_floating_point() else value for name, value in found.items()
    }
    model.load_state_dict(floats | {"token_embedding.weight": table})


@dataclass
class State:
    """Everything a training run needs to go on."""

    model: nn.Module
    tokenizer: CLIPTokenizer
    optimizer: torch.optim.Optimizer
    peak: float = PEAK_RATE
    step: int = 0
    samples: int = 0
    seconds: float = 0.0


def fresh_state(folder: Path, device: str) -> State:
    """Return an untrained model from a fixed seed; writes the tokenizer to `folder`."""
    torch.manual_seed(1)
    tokenizer = write_tokenizer(folder / "tokenizer")
    model = build(len(tokenizer)).to(device)
    optimizer = torch.optim.AdamW(
        model.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.05
    )
    return State(model, tokenizer, optimizer)


def save(state: State, path: Path, random: Random) -> None:
    """Write a checkpoint."""
    content = {
        "model": state.model.state_dict(), "optimizer": state.optimizer.state_dict(),
        "chances": course.chances(random),
    }  # fmt: skip
    course.write(content | course.counters(state), path)


def load(state: State, path: Path) -> dict[str, Any]:
    """Fill `state` from a checkpoint; return it all."""
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    state.model.load_state_dict(content["model"])
    state.optimizer.load_state_dict(content["optimizer"])
    course.take_counters(state, content)
    return content


def advance(state: State, loss: torch.Tensor, share: float) -> None:
    """Take one optimizer step; the rate warms up and falls as a cosine."""
    warm = min(1.0, (state.step + 1) / 40)
    for group in state.optimizer.param_groups:
        group["lr"] = state.peak * warm * (0.02 + 0.49 * (1 + math.cos(math.pi * share)))
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(state.model.parameters(), 1.0)
    state.optimizer.step()
    state.model.logit_scale.data.clamp_(0, math.log(100))
    state.step += 1


def loss_of(state: State, bank: PictureBank, random: Random) -> torch.Tensor:
    """Return the loss of a batch of the bank in random palettes."""
    chosen = random.sample(range(len(bank.scenes)), BATCH)
    pictures, texts = bank.batch(chosen, random.choices(list(PALETTES), k=BATCH), random)
    device = state.model.logit_scale.device
    return contrast(state.model, pictures.to(device), tokens_of(state.tokenizer, texts).to(device))


def train(
    folder: Path,
    budget: Budget,
    *,
    resume: bool,
    device: str,
    shipped: bool = False,
    recipe: Recipe = WHOLE,
) -> None:
    """Train to the budget with checkpoints, then write the open_clip folder.

    `shipped` starts from the weights in the repository, where there is no checkpoint to resume.
    """
    path, state, content = folder / "clip.pt", fresh_state(folder, device), {}
    if resume and path.exists():
        content = load(state, path)
    elif shipped:
        take_shipped(state.model, state.tokenizer)
    state.peak = (SECOND_PEAK_SHARE if shipped else 1.0) * PEAK_RATE
    if budget.share(state) < 1 or not (folder / "open_clip").exists():
        learn(state, path, budget, content, recipe)


def learn(
    state: State, path: Path, budget: Budget, content: dict[str, Any], recipe: Recipe
) -> None:
    """Draw the pictures, train to the end of the budget, measure and export."""
    bank = PictureBank(Random(2), recipe.of(CLIP_PICTURES, BATCH))  # noqa: S311
    held_out = PictureBank(Random(3), recipe.of(CLIP_EXAM, 2 * len(FAMILIES)))  # noqa: S311
    print("pictures drawn", flush=True)
    random = course.random_of(content, state.samples, 1)
    run = Course("clip", state, budget, lambda: save(state, path, random))
    for share in run.shares():
        loss = loss_of(state, bank, random)
        advance(state, loss, share)
        if run.learnt(loss.item(), BATCH):
            print(measured(state.model, state.tokenizer, held_out), flush=True)
    figures = measured(state.model, state.tokenizer, held_out)
    print("final", figures, flush=True)
    export(state.model, path.parent, len(state.tokenizer), figures)


def zero_shot(model: nn.Module, tokenizer: CLIPTokenizer, seen: torch.Tensor,
              labels: list[str]) -> list[int]:  # fmt: skip
    """Return for each picture embedding the index of the nearest label."""
    read = functional.normalize(model.encode_text(tokens_of(tokenizer, labels)), dim=-1)
    return (seen @ read.T).argmax(1).tolist()


@torch.no_grad()
def measured(model: nn.Module, tokenizer: CLIPTokenizer, bank: PictureBank) -> dict[str, float]:
    """Return zero-shot accuracy of family, palette and layout on pictures never trained on.

    The same pictures each time; the training's own chance goes on as if nobody had looked.
    """
    model.eval()
    random, palettes = Random(4), list(PALETTES)  # noqa: S311
    colours = [palettes[index % len(palettes)] for index in range(len(bank.scenes))]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(4)
        pictures, _ = bank.batch(list(range(len(bank.scenes))), colours, random)
    parts = normalized(pictures).split(210)
    seen = functional.normalize(torch.cat([model.encode_image(part) for part in parts]), dim=-1)
    families = list(FAMILIES)
    found = zero_shot(model, tokenizer, seen, [FAMILIES[slug].phrases[0] for slug in families])
    right = [
        families[index] == scene.family for index, scene in zip(found, bank.scenes, strict=True)
    ]
    named = zero_shot(model, tokenizer, seen, [PALETTES[slug].name.lower() for slug in palettes])
    toned = [palettes[index] == slug for index, slug in zip(named, colours, strict=True)]
    placed = []
    for slug, family in FAMILIES.items():
        rows = [row for row, scene in enumerate(bank.scenes) if scene.family == slug]
        if len(family.layouts) > 1:
            labels = [f"{family.phrases[0]}, {layout}" for layout in family.layouts]
            guesses = zero_shot(model, tokenizer, seen[rows], labels)
            placed += [family.layouts[g] == bank.scenes[r].layout
                       for g, r in zip(guesses, rows, strict=True)]  # fmt: skip
    model.train()
    figures = {"family": right, "palette": toned, "layout": placed}
    return {name: round(sum(hits) / len(hits), 4) for name, hits in figures.items()}


def export(model: nn.Module, folder: Path, vocabulary: int, figures: dict[str, float]) -> Path:
    """Write an open_clip folder: configuration, float16 safetensors, tokenizer, figures."""
    target = folder / "open_clip"
    shutil.copytree(folder / "tokenizer", target, dirs_exist_ok=True)
    tensors = {
        name: value.detach().cpu().contiguous().half() if value.is_floating_point() else value.cpu()
        for name, value in model.state_dict().items()
    }
    save_file(tensors, target / "open_clip_model.safetensors")
    preprocess = {"mean": MEAN, "std": STD, "interpolation": "bicubic", "resize_mode": "squash"}
    settings = {"model_cfg": config(vocabulary), "preprocess_cfg": preprocess}
    (target / "open_clip_config.json").write_text(json.dumps(settings, indent=1))
    (folder / "clip-figures.json").write_text(json.dumps(figures))
    return target
