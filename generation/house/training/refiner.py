"""Train the refiner: from wavering maps to the clean ones that were meant, at twice the size.

For: `train_house refiner`. Not for: composing (`denoiser.py`). Half of the wavering maps are the
denoiser's own: a painter's maps under noise, denoised in a few steps. The other half are warped,
blotted and blurred by plain arithmetic, among them heaps of random shapes, so that families it
never saw come out clean too. Targets are always a painter's maps. Next: `export.py`.
"""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
from diffusers import UNet2DModel
from torch.nn import functional

from generation.house import painters
from generation.house.compositing import latents_from_maps, maps_from_latents
from generation.house.painters.brush import SLOT_COUNT, Brush
from generation.house.pipeline import HousePipeline
from generation.house.refining import FACTOR, build_refiner, logits, once
from generation.house.training import course
from generation.house.training.course import Budget, Course
from generation.house.training.dataset import SHARES, TAUGHT, caption
from generation.house.training.recipe import CLEAN_MAPS, WAVERING_MAPS, WHOLE, Recipe

PEAK_RATE, BATCH, SIDE_PX = 2e-3, 8, 64
HEAPS = 0.15
"""Share of the bank that are random shapes of no family."""
NOISE_TIMES = (300, 780)
DENOISING_STEPS = 4
AGAIN_SHARE = 0.35
"""How often a lesson begins with what the refiner made of it already: it works in two passes."""


@dataclass
class Bank:
    """Clean maps as uint8 `(n, 6, 128, 128)`, and what the denoiser made of some of them.

    Attributes:
        sketches: `(n, 24, 16, 16)`, what the text encoder expects of each caption.
        wavering: uint8 `(pairs, 6, 64, 64)`; `sources` says of which clean maps.
    """

    clean: np.ndarray
    sketches: torch.Tensor
    wavering: np.ndarray
    sources: np.ndarray


def heap(random: Random, side_px: int) -> np.ndarray:
    """Return maps `(6, side_px, side_px)` of random discs, bars, leaves and polygons."""
    brush = Brush(1.0, 1.0, 2 * side_px, margin_px=1)
    brush.fill(random.randrange(SLOT_COUNT))
    for _ in range(random.randint(3, 14)):
        slot = random.randrange(SLOT_COUNT)
        x, y, size = random.random(), random.random(), random.uniform(0.06, 0.35)
        kind = random.randrange(6)
        if kind == 0:
            brush.circle(x, y, size, slot, stroke=random.choice((0, 0, 0.03, 0.06)))
        elif kind == 1:
            brush.rect(
                x, y, x + size, y + random.uniform(0.05, 0.5), slot, random.choice((0, 0.03))
            )
        elif kind == 2:
            brush.leaf(x, y, random.uniform(0, 6.3), 1.5 * size, 0.7 * size, slot)
        elif kind == 3:
            points = [(x + random.uniform(-size, size), y + random.uniform(-size, size))]
            points += [(px + size, py + random.uniform(-size, size)) for px, py in points]
            brush.polygon([*points, (x, y)], slot, stroke=random.choice((0, 0, 0.025)))
        elif kind == 4:
            brush.pie(x, y, size, random.choice((0, 90, 180, 270)), random.choice((90, 180)), slot)
        else:
            brush.wave(y, random.uniform(0.01, 0.08), random.uniform(0.5, 3), random.random(), slot)
    return painters.halved(brush.maps())


def clean_bank(count: int, seed: int) -> tuple[np.ndarray, list[str]]:
    """Draw `count` clean maps at twice the denoiser's resolution, with captions."""
    random, side_px = Random(seed), SIDE_PX * FACTOR  # noqa: S311
    clean = np.empty((count, SLOT_COUNT, side_px, side_px), dtype=np.uint8)
    texts = []
    for index in range(count):
        if random.random() < HEAPS:
            maps, text = heap(random, side_px), ""
        else:
            scene = painters.random_scene(random, random.choices(TAUGHT, SHARES)[0])
            maps = painters.draw(scene, side_px)
            text = caption(scene.family, scene.layout, scene.density, scene.motifs, random)
        clean[index] = (maps * 255).round()
        texts.append(text)
    return clean, texts


@torch.no_grad()
def denoised(
    pipeline: HousePipeline, maps: torch.Tensor, texts: list[str], start: int
) -> torch.Tensor:
    """Return maps after noise of time `start` was added and taken away again by the denoiser."""
    alphas = pipeline.scheduler.alphas_cumprod
    clean = latents_from_maps(maps)
    told = pipeline.encode(texts, tuple(clean.shape[2:]), guided=True)
    times = np.linspace(start, 60, DENOISING_STEPS).round().astype(int)
    noise, found = torch.randn_like(clean), clean
    for time_now in times:
        alpha = alphas[time_now]
        noisy = alpha.sqrt() * found + (1 - alpha).sqrt() * noise
        found = pipeline._predict(noisy, torch.tensor(int(time_now)), told, 2.0, None)
        noise = (noisy - alpha.sqrt() * found) / (1 - alpha).sqrt()
    return maps_from_latents(found).clamp(0, 1)


@torch.no_grad()
def bank_of(pipeline: HousePipeline, count: int, pairs: int, seed: int) -> Bank:
    """Return `count` clean maps, `pairs` of which the denoiser has been over."""
    clean, texts = clean_bank(count, seed)
    named = np.array([index for index, text in enumerate(texts) if text])
    random, made, sources = Random(seed), [], []  # noqa: S311
    for begin in range(0, pairs, BATCH):
        rows = named[[(begin + place) % len(named) for place in range(BATCH)]]
        maps = functional.avg_pool2d(torch.from_numpy(clean[rows]).float() / 255, FACTOR)
        with torch.autocast("cpu", torch.bfloat16):
            found = denoised(
                pipeline, maps, [texts[row] for row in rows], random.randint(*NOISE_TIMES)
            )
        made.append((found * 255).round().byte().numpy())
        sources.append(rows)
        if begin % 800 == 0:
            print(f"refiner: {begin} pairs of {pairs}", flush=True)
    sketches = torch.cat([
        pipeline.encode(texts[begin : begin + 100], (16, 16), guided=False)[1].half()
        for begin in range(0, count, 100)
    ])  # fmt: skip
    return Bank(clean, sketches, np.concatenate(made), np.concatenate(sources))


def smooth_noise(count: int, cells: int) -> torch.Tensor:
    """Return `(count, 2, 64, 64)` of smooth noise, about -1..1, with `cells` blots a side."""
    coarse = torch.randn(count, 2, cells, cells)
    return functional.interpolate(coarse, (SIDE_PX, SIDE_PX), mode="bicubic") * 0.7


def warped(maps: torch.Tensor) -> torch.Tensor:
    """Return `(n, 6, 64, 64)` maps with wavering outlines, blots and blur."""
    count = len(maps)
    reach = torch.rand(3, count, 1, 1, 1) ** 1.5
    shift = 1.9 * reach[0] * smooth_noise(count, 8) + 1.0 * reach[1] * smooth_noise(count, 16)
    shift = shift + 0.5 * reach[2] * smooth_noise(count, 32)
    line = (torch.arange(SIDE_PX) + 0.5) / SIDE_PX * 2 - 1
    grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), dim=-1)
    grid = grid[None] + shift.permute(0, 2, 3, 1) * (2 / SIDE_PX)
    moved = functional.grid_sample(maps, grid, padding_mode="border", align_corners=False)
    blot = (smooth_noise(count, 12)[:, :1] - 1.0).clamp(0, 1) * torch.rand(count, 1, 1, 1)
    moved = moved * (1 - blot) + blot * moved.roll(1, dims=1)
    blurred = functional.avg_pool2d(moved, 3, 1, 1, count_include_pad=False)
    share = 0.7 * torch.rand(count, 1, 1, 1)
    noise = 0.06 * torch.rand(count, 1, 1, 1) * torch.randn_like(moved)
    return (moved * (1 - share) + blurred * share + noise).clamp(0, 1)


def turned(maps: torch.Tensor, flip: bool, quarters: int) -> torch.Tensor:
    """Return maps mirrored and turned; shapes stay what they are."""
    maps = maps.flip(3) if flip else maps
    return maps.rot90(quarters, (2, 3))


def lesson(bank: Bank, random: Random) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return a batch of wavering maps `(n, 6, 64, 64)`, sketches and clean maps."""
    half = BATCH // 2
    pairs = [random.randrange(len(bank.wavering)) for _ in range(half)]
    rows = [random.randrange(len(bank.clean)) for _ in range(BATCH - half)]
    chosen = [*bank.sources[pairs], *rows]
    clean = torch.from_numpy(bank.clean[chosen]).float() / 255
    page = functional.pixel_shuffle(bank.sketches[chosen].float(), 2)
    own = torch.from_numpy(bank.wavering[pairs]).float() / 255
    wavering = torch.cat([own, warped(functional.avg_pool2d(clean[half:], FACTOR))])
    flip, quarters = random.random() < 0.5, random.choice((0, 0, 0, 1, 2, 3))
    page = functional.pixel_unshuffle(turned(page, flip, quarters), 2)
    return turned(wavering, flip, quarters), page, turned(clean, flip, quarters)


@dataclass
class State:
    """Everything a training run needs to go on; `bank_seed` says which bank it learns from."""

    refiner: UNet2DModel
    averages: dict[str, torch.Tensor]
    optimizer: torch.optim.Optimizer
    bank_seed: int = 21
    step: int = 0
    samples: int = 0
    seconds: float = 0.0


def fresh_state() -> State:
    """Return an untrained refiner from a fixed seed."""
    torch.manual_seed(3)
    refiner = build_refiner().to(memory_format=torch.channels_last)
    averages = {name: value.detach().clone() for name, value in refiner.named_parameters()}
    optimizer = torch.optim.AdamW(refiner.parameters(), lr=PEAK_RATE, betas=(0.9, 0.98), fused=True)
    return State(refiner, averages, optimizer)


def save(state: State, path: Path, random: Random) -> None:
    """Write a checkpoint."""
    content = {
        "refiner": state.refiner.state_dict(), "averages": state.averages,
        "optimizer": state.optimizer.state_dict(), "bank_seed": state.bank_seed,
        "chances": course.chances(random),
    }  # fmt: skip
    course.write(content | course.counters(state), path)


def load(state: State, path: Path) -> dict[str, Any]:
    """Fill `state` from a checkpoint; return it all. Older ones count no samples."""
    content: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    content.setdefault("samples", BATCH * content["step"])
    state.refiner.load_state_dict(content["refiner"])
    state.optimizer.load_state_dict(content["optimizer"])
    state.averages = content["averages"]
    course.take_counters(state, content)
    state.bank_seed = content.get("bank_seed", 21 + state.step)
    return content


def advance(state: State, loss: torch.Tensor, rate: float) -> None:
    """Take one optimizer step and move the averages."""
    course.advance(state, dict(state.refiner.named_parameters()), loss, rate, 0.997)


def loss_of(state: State, bank: Bank, random: Random) -> torch.Tensor:
    """Return the cross-entropy of the clean coverage for a batch of lessons."""
    wavering, page, clean = lesson(bank, random)
    with torch.autocast("cpu", torch.bfloat16):
        if random.random() < AGAIN_SHARE:
            wavering = functional.avg_pool2d(once(state.refiner, wavering, page), FACTOR)
        found = logits(state.refiner, wavering, page)
    return -(clean * functional.log_softmax(found.float(), dim=1)).sum(1).mean()


def train(
    folder: Path, pipeline: HousePipeline, budget: Budget, *, resume: bool, recipe: Recipe = WHOLE
) -> UNet2DModel:
    """Train until the total reaches the budget, with checkpoints; return the averaged refiner."""
    path, state, content = folder / "refiner.pt", fresh_state(), {}
    if resume and path.exists():
        content = load(state, path)
    if budget.share(state) < 1:
        learn(state, path, pipeline, budget, content, recipe)
    state.refiner.load_state_dict(state.refiner.state_dict() | state.averages)
    return state.refiner


def learn(
    state: State, path: Path, pipeline: HousePipeline, budget: Budget, content: dict[str, Any],
    recipe: Recipe,
) -> None:  # fmt: skip
    """Draw the bank, the same one after a stop, and train to the end of the budget."""
    sizes = recipe.of(CLEAN_MAPS, 20), recipe.of(WAVERING_MAPS, BATCH)
    bank = bank_of(pipeline, *sizes, seed=state.bank_seed)
    random = course.random_of(content, state.step)
    run = Course("refiner", state, budget, lambda: save(state, path, random))
    for share in run.shares():
        rate = PEAK_RATE * min(1.0, (state.step + 1) / 100)
        loss = loss_of(state, bank, random)
        advance(state, loss, rate * (1 - 0.97 * max(0.0, share * 2 - 1)))
        run.learnt(loss.item(), BATCH)
