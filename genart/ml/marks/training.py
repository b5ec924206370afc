"""Trains the two networks on pictures composed here, and writes their weights.

For: `manage.py train_marks`. One thread and some ten minutes each are enough; training goes on from
its last checkpoint. The loss of the finder is CenterNet's: focal for the middles of marks, absolute
for their sizes. The embedder learns by contrast: a crop must be nearer to its own mark's silhouette
than to any other's of the batch, and the other way round.
"""

import hashlib
import json
import time
from pathlib import Path
from random import Random

import numpy as np
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor
from torch.nn import functional

from genart.ml.marks.dataset import Bank, Canvas
from genart.ml.marks.networks import (
    CANVAS,
    HEAT,
    SHIFT,
    SIZE,
    STRIDE,
    Embedder,
    Finder,
    as_input,
)

CELLS = CANVAS // STRIDE
TEMPERATURE = 0.07
DECAY = 0.998
EVERY_S = 60.0
RATE, AGAIN = 2e-3, 1e-3
"""Highest learning rate, of a first training and of one that goes on."""


def train_embedder(bank: Bank, out: Path, minutes: float, pairs: int = 64) -> None:
    """Train the embedder for some minutes; keeps `embedder.safetensors` in `out`."""
    random, network = Random(time.time_ns()), Embedder()  # noqa: S311
    run = Run("embedder", network, out, minutes)
    while run.goes_on():
        crops, plains, numbers = zip(*(bank.pair(random) for _ in range(pairs)), strict=True)
        both = torch.from_numpy(np.stack([*crops, *plains]))
        vectors = network(as_input(both))
        run.step(contrast(vectors[:pairs], vectors[pairs:], torch.tensor(numbers)), pairs)


def contrast(crops: Tensor, plains: Tensor, numbers: Tensor) -> Tensor:
    """Return the symmetric InfoNCE loss; equal marks of a batch are no rivals."""
    logits = crops @ plains.T / TEMPERATURE
    same = (numbers[:, None] == numbers[None]) & ~torch.eye(len(numbers), dtype=torch.bool)
    logits = logits.masked_fill(same, -1e4)
    wanted = torch.arange(len(numbers))
    one = functional.cross_entropy(logits, wanted)
    return (one + functional.cross_entropy(logits.T, wanted)) / 2


def train_finder(bank: Bank, out: Path, minutes: float, batch: int = 24) -> None:
    """Train the finder for some minutes; keeps `finder.safetensors` in `out`."""
    random, network = Random(time.time_ns()), Finder()  # noqa: S311
    run = Run("finder", network, out, minutes)
    while run.goes_on():
        made = [bank.canvas(random) for _ in range(batch)]
        maps = network(as_input(torch.from_numpy(np.stack([canvas.pixels for canvas in made]))))
        run.step(finding(maps, made), batch)


def finding(maps: Tensor, made: list[Canvas]) -> Tensor:
    """Return the finder's loss: middles of marks, and their sizes."""
    aims = [aim(canvas) for canvas in made]
    heat = torch.from_numpy(np.stack([item[0] for item in aims]))
    shape = torch.from_numpy(np.stack([item[1] for item in aims]))
    seen = heat == 1
    likely = maps[:, HEAT].sigmoid().clamp(1e-4, 1 - 1e-4)
    hit = -(likely.log() * (1 - likely) ** 2)[seen].sum()
    miss = -((1 - likely).log() * likely**2 * (1 - heat) ** 4)[~seen].sum()
    told = torch.cat([maps[:, SIZE], maps[:, SHIFT]], 1).permute(0, 2, 3, 1)[seen]
    sizes = (told - shape.permute(0, 2, 3, 1)[seen]).abs().sum() / 4
    return (hit + miss + 2.0 * sizes) / seen.sum().clamp(min=1)


def aim(canvas: Canvas) -> tuple[np.ndarray, np.ndarray]:
    """Return the wanted heat `(c, c)`, and log sizes and shifts `(4, c, c)`."""
    heat = np.zeros((CELLS, CELLS), np.float32)
    shape = np.zeros((4, CELLS, CELLS), np.float32)
    rows, columns = np.mgrid[:CELLS, :CELLS]
    for left, top, width, height in canvas.marks:
        x, y = (left + width / 2) / STRIDE, (top + height / 2) / STRIDE
        column, row = min(int(x), CELLS - 1), min(int(y), CELLS - 1)
        spread = max(0.8, 0.1 * max(width, height) / STRIDE)
        blot = np.exp(-((columns - column) ** 2 + (rows - row) ** 2) / (2 * spread**2))
        heat = np.maximum(heat, blot.astype(np.float32))
        sizes = np.log(width / STRIDE), np.log(height / STRIDE)
        shape[:, row, column] = (*sizes, x - column, y - row)
    return heat, shape


class Run:
    """One training: optimiser, schedule, running average of the weights, checkpoints, log."""

    def __init__(self, name: str, network: torch.nn.Module, out: Path, minutes: float) -> None:
        self.name, self.network, self.out = name, network, out
        self.path = out / f"{name}.safetensors"
        self.rate = AGAIN if self.path.exists() else RATE
        if self.path.exists():
            network.load_state_dict(load_file(self.path))
        network.to(memory_format=torch.channels_last)  # twice as quick on a CPU
        self.average = {
            key: value.clone().contiguous() for key, value in network.state_dict().items()
        }
        self.optimiser = torch.optim.AdamW(network.parameters(), self.rate, weight_decay=1e-3)
        self.started = self.saved = time.monotonic()
        self.seconds, self.steps, self.samples, self.loss = 60 * minutes, 0, 0, 0.0

    def goes_on(self) -> bool:
        """Whether there is time left; ends the training where there is none."""
        now = time.monotonic()
        if now - self.saved > EVERY_S or now - self.started > self.seconds:
            self.save()
            self.saved = now
        return now - self.started < self.seconds

    def step(self, loss: Tensor, samples: int) -> None:
        """Take one step of the optimiser."""
        done = (time.monotonic() - self.started) / self.seconds
        warm = min(1.0, (self.steps + 1) / 50)
        self.optimiser.param_groups[0]["lr"] = self.rate * warm * (0.5 + 0.5 * np.cos(np.pi * done))
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 5.0)
        self.optimiser.step()
        decay = min(DECAY, (self.steps + 1) / (self.steps + 10))
        for key, value in self.network.state_dict().items():
            if value.dtype.is_floating_point:
                self.average[key].lerp_(value.detach(), 1 - decay)
            else:
                self.average[key].copy_(value)
        self.steps += 1
        self.samples += samples
        now = float(loss.detach())
        self.loss = 0.98 * self.loss + 0.02 * now if self.steps > 1 else now

    def save(self) -> None:
        """Write the averaged weights and a line of the log."""
        self.out.mkdir(parents=True, exist_ok=True)
        save_file({key: value.contiguous() for key, value in self.average.items()}, self.path)
        minutes = (time.monotonic() - self.started) / 60
        line = {"network": self.name, "minutes": round(minutes, 1), "steps": self.steps}
        line |= {"samples": self.samples, "loss": round(self.loss, 4)}
        with (self.out / "train.log").open("a") as file:
            file.write(json.dumps(line) + "\n")


def export(out: Path, folder: Path) -> None:
    """Write the trained weights at half precision, the icons' vectors, and their SHA-256.

    Args:
        out: where they were trained.
        folder: where they ship; its card is written by hand.
    """
    from genart.ml.marks import finding
    from genart.ml.marks.dataset import silhouette
    from genart.ml.marks.icons import icons

    folder.mkdir(parents=True, exist_ok=True)
    for name in finding.FILES:
        half = {key: value.half() for key, value in load_file(out / name).items()}
        save_file(half, folder / name)
    shapes = [silhouette(icon.mask()) for icon in icons()]
    vectors = finding.vectors(folder, shapes).astype(np.float16)
    np.savez_compressed(
        folder / "icons.npz", slugs=np.array([icon.slug for icon in icons()]), vectors=vectors
    )
    names = (*finding.FILES, "icons.npz")
    sums = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    (folder / "manifest.json").write_text(json.dumps({"sha256": sums}, indent=2) + "\n")
