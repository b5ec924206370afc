"""The independent judge: a small convolutional network that names family, layout and density.

For: figures about generated pictures. It is trained by the same command, on painters' pictures in
all palettes and finishes; it shares no weight and no picture with the denoiser, its text encoder or
the house CLIP. Its last features carry the Fréchet distance. Not for: the gate.
Next: `pictures.py`, which draws its lessons.
"""

import time
from itertools import pairwise
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from generation.house.captions import LAYOUT_WORDS
from generation.house.evaluation.pictures import Lessons, Pixels, labels
from generation.house.families import FAMILIES

FEATURES, WIDTHS = 64, (24, 48, 96, 144)
LAYOUTS = list(LAYOUT_WORDS)
HEADS = {"family": len(FAMILIES), "layout": len(LAYOUTS), "density": 3}
WEIGHTS = {"family": 1.0, "layout": 0.5, "density": 0.35}
PER_FAMILY, ROUNDS, BATCH, PEAK_RATE = 320, 12, 128, 4e-3
EXAM_PER_FAMILY, LESSON_SEED, EXAM_SEED = 24, 901, 902


class Block(nn.Module):
    """Halve the picture, then add what two convolutions find."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.down = nn.Conv2d(inputs, outputs, 3, stride=2, padding=1, bias=False)
        self.inner = nn.Sequential(
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
            nn.BatchNorm2d(outputs),
            nn.ReLU(),
            nn.Conv2d(outputs, outputs, 3, padding=1, bias=False),
        )

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return `(n, outputs, side / 2, side / 2)`."""
        smaller = self.down(pictures)
        return smaller + self.inner(smaller)


class Judge(nn.Module):
    """Names a picture's family, layout and density; `features` are what it names them from."""

    def __init__(self) -> None:
        super().__init__()
        sizes = [3, *WIDTHS]
        self.blocks = nn.Sequential(*[Block(*pair) for pair in pairwise(sizes)])
        # Layout is about places: beside the mean, the features keep a coarse map of the page.
        self.gather = nn.Linear(WIDTHS[-1] * 10, FEATURES)
        self.heads = nn.ModuleDict({name: nn.Linear(FEATURES, n) for name, n in HEADS.items()})

    def features(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return `(n, 64)` for pictures `(n, 3, side, side)` in 0..1."""
        seen = functional.relu(self.blocks(pictures * 4 - 2))
        places = functional.adaptive_avg_pool2d(seen, 3).flatten(1)
        return self.gather(torch.cat([seen.mean((2, 3)), places], dim=1))

    def forward(self, pictures: torch.Tensor) -> dict[str, torch.Tensor]:
        """Return the odds of every head."""
        found = functional.relu(self.features(pictures))
        return {name: head(found) for name, head in self.heads.items()}


def tensor_of(pixels: Pixels) -> torch.Tensor:
    """Return pictures `(n, 3, side, side)` in 0..1 for bytes `(n, side, side, 3)`."""
    return torch.from_numpy(np.ascontiguousarray(pixels)).permute(0, 3, 1, 2).float() / 255


def varied(pictures: torch.Tensor) -> torch.Tensor:
    """Return pictures with other colours, a little moved and roughened: shapes are what counts.

    Colours are mixed by a random turn in RGB, so that no palette gives a family away.
    """
    count, side = len(pictures), pictures.shape[-1]
    mix = torch.eye(3) + 0.25 * torch.randn(count, 3, 3)
    order = torch.stack([torch.eye(3)[torch.randperm(3)] for _ in range(count)])
    middle = pictures.mean((2, 3), keepdim=True)
    coloured = torch.einsum("ncd,ndhw->nchw", mix @ order, pictures - middle)
    pictures = coloured + middle + 0.08 * torch.randn(count, 3, 1, 1)
    grown = 1 + 0.05 * (torch.rand(count, 1) - 0.5)
    frame = torch.zeros(count, 2, 3)
    frame[:, 0, 0], frame[:, 1, 1] = grown[:, 0], grown[:, 0]
    frame[:, :, 2] = 0.06 * (torch.rand(count, 2) - 0.5)
    grid = functional.affine_grid(frame, [count, 3, side, side], align_corners=False)
    moved = functional.grid_sample(pictures, grid, padding_mode="border", align_corners=False)
    return moved + 0.04 * torch.rand(count, 1, 1, 1) * torch.randn_like(moved)


def loss_of(judge: Judge, pictures: torch.Tensor, told: dict[str, torch.Tensor]) -> torch.Tensor:
    """Return the weighted sum of the heads' cross-entropies."""
    found = judge(pictures)
    parts = [
        WEIGHTS[name] * functional.cross_entropy(found[name], told[name], ignore_index=-1)
        for name in HEADS
    ]
    return torch.stack(parts).sum()


def train(per_family: int = PER_FAMILY, rounds: int = ROUNDS, device: str = "cpu") -> Judge:
    """Return a judge trained on freshly drawn pictures; some minutes, always from the same seed."""
    torch.manual_seed(900)
    lessons = Lessons(per_family, LESSON_SEED)
    told = {name: torch.from_numpy(found) for name, found in labels(lessons.scenes).items()}
    judge = Judge().to(device, memory_format=torch.channels_last)
    optimizer = torch.optim.AdamW(judge.parameters(), lr=PEAK_RATE, weight_decay=0.02)
    steps = rounds * (len(lessons.pixels) // BATCH)
    course = torch.optim.lr_scheduler.OneCycleLR(optimizer, PEAK_RATE, total_steps=max(steps, 2))
    shown = time.monotonic()
    for turn in range(rounds):
        order = torch.randperm(len(lessons.pixels))
        for rows in order.split(BATCH)[: len(order) // BATCH]:
            batch = varied(tensor_of(lessons.pixels[rows.numpy()])).to(device)
            loss = loss_of(
                judge, batch, {name: found[rows].to(device) for name, found in told.items()}
            )
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
            course.step()
        if time.monotonic() - shown > 20:
            shown = time.monotonic()
            print(f"judge: round {turn + 1} of {rounds}, loss {loss.item():.3f}", flush=True)
    return judge.cpu().eval()


def trained(folder: Path, device: str = "cpu") -> Judge:
    """Return the judge of a folder, trained and kept there where it is missing."""
    path = folder / "judge.pt"
    if path.exists():
        judge = Judge().eval()
        judge.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
        return judge
    judge = train(device=device)
    torch.save(judge.state_dict(), path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)
    return judge


@torch.no_grad()
def named(judge: Judge, pixels: Pixels) -> dict[str, NDArray[np.float32]]:
    """Return the odds of every head, and `features`, for pictures `(n, side, side, 3)`."""
    found: dict[str, list[NDArray[np.float32]]] = {name: [] for name in (*HEADS, "features")}
    for part in tensor_of(pixels).split(100):
        features = judge.features(part)
        found["features"].append(features.numpy())
        for name, head in judge.heads.items():
            found[name].append(head(functional.relu(features)).numpy())
    return {name: np.concatenate(parts) for name, parts in found.items()}


def exam() -> Lessons:
    """Return pictures that the judge never saw, the same ones every time."""
    return Lessons(EXAM_PER_FAMILY, EXAM_SEED)


def shuffled(count: int, seed: int) -> list[int]:
    """Return a fixed order in which no place keeps its own."""
    order = list(range(count))
    Random(seed).shuffle(order)  # noqa: S311
    turned = {order[place]: order[(place + 1) % count] for place in range(count)}
    return [turned[place] for place in range(count)]
