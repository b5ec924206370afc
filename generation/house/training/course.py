"""How long a training goes, its log, its checkpoints: the same for every network.

For: the loops of `denoiser.py`, `refiner.py`, `clip.py`, `adapter.py`. Not for: what a loss is.
A budget in samples is the same run on any day; one in minutes is as long as the machine is fast.
Checkpoints hold the state of both sources of chance, so that a run that was stopped and went on
ends with the same bits as one that was not.
"""

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Protocol

import torch
from torch import nn

SHOWN_EVERY_SECONDS, SAVED_EVERY_SECONDS = 30.0, 120.0


@dataclass(frozen=True)
class Budget:
    """How long a training goes in total, stops included: until either is used up.

    Attributes:
        save_seconds: what a power cut may cost.
    """

    minutes: float = math.inf
    samples: float = math.inf
    save_seconds: float = SAVED_EVERY_SECONDS

    def share(self, done: "Counted") -> float:
        """Return how much of it is used, 0 at the start, 1 at the end."""
        return max(done.samples / self.samples, done.seconds / (60 * self.minutes))


class Counted(Protocol):
    """What a training counts."""

    step: int
    samples: int
    seconds: float


@dataclass
class Progress:
    """The counters of a training that keeps no other state."""

    step: int = 0
    samples: int = 0
    seconds: float = 0.0


def counters(done: Counted) -> dict[str, Any]:
    """Return what a checkpoint keeps of the counters."""
    return {"step": done.step, "samples": done.samples, "seconds": done.seconds}


def take_counters(done: Counted, content: dict[str, Any]) -> None:
    """Fill counters from a checkpoint."""
    done.step, done.samples = content["step"], content["samples"]
    done.seconds = content["seconds"]


def chances(random: Random) -> dict[str, Any]:
    """Return the state of `random` and of torch, for a checkpoint."""
    return {"random": random.getstate(), "torch": torch.get_rng_state()}


def random_of(content: dict[str, Any], samples: int, offset: int = 0) -> Random:
    """Return a run's source of chance, and set torch's: as a checkpoint left them, else seeded.

    An empty checkpoint, or one of the time before they were kept, leaves the `samples` seen as
    the seed: no picture is drawn twice. Trainings beside each other have an `offset` each.
    """
    random = Random(samples + offset)  # noqa: S311
    torch.manual_seed(samples)
    if kept := content.get("chances"):
        random.setstate(kept["random"])
        torch.set_rng_state(kept["torch"])
    return random


def write(content: dict[str, Any], path: Path) -> None:
    """Write a checkpoint in one move, so that a killed run never leaves half a file."""
    partial = path.with_suffix(".part")
    torch.save(content, partial)
    partial.replace(path)


class Learning(Counted, Protocol):
    """What a step changes."""

    averages: dict[str, torch.Tensor]
    optimizer: torch.optim.Optimizer


def advance(
    state: Learning, parts: Mapping[str, nn.Parameter], loss: torch.Tensor, rate: float, most: float
) -> None:
    """Take one optimizer step and move the averages.

    Args:
        state: of the training.
        parts: the parameters that learn, by their names among the averages.
        loss: of the batch.
        rate: learning rate; a group of the optimizer takes its `share` of it.
        most: how much of the averages stays at each step, once there were many.
    """
    for group in state.optimizer.param_groups:
        group["lr"] = rate * group.get("share", 1.0)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(parts.values(), 1.0)
    state.optimizer.step()
    state.step += 1
    decay = min(most, (1 + state.step) / (20 + state.step))
    with torch.no_grad():
        torch._foreach_lerp_(
            [state.averages[name] for name in parts], list(parts.values()), 1 - decay
        )


class Course:
    """The way of one training from where it stands to the end of its budget.

    Args:
        name: what the log calls it.
        done: its counters, kept up to date here, but for `step`, which the optimizer's step counts.
        save: writes the checkpoint.
    """

    def __init__(self, name: str, done: Counted, budget: Budget, save: Callable[[], None]) -> None:
        self.name, self.done, self.budget, self.save = name, done, budget, save
        self.losses: list[float] = []
        self.before = done.seconds
        self.started = self.shown = self.saved = time.monotonic()

    def shares(self) -> Iterator[float]:
        """Yield before each step how much of the budget is used; save at the end."""
        while (share := self.budget.share(self.done)) < 1:
            yield share
        self.save()

    def learnt(self, loss: float, samples: int) -> bool:
        """Count a step of so many samples, log and save in time; return whether it was logged."""
        now = time.monotonic()
        self.done.samples += samples
        self.done.seconds = self.before + now - self.started
        self.losses.append(loss)
        if now - self.saved > self.budget.save_seconds:
            self.save()
            self.saved = now
        if shown := now - self.shown > SHOWN_EVERY_SECONDS:
            self._show(len(self.losses) * samples / (now - self.shown))
            self.shown, self.losses = now, []
        return shown

    def _show(self, speed: float) -> None:
        print(
            f"{self.name}: {self.done.seconds:.0f} s, step {self.done.step}, "
            f"{self.done.samples} samples, {speed:.1f} samples/s, "
            f"loss {sum(self.losses) / len(self.losses):.4f}",
            flush=True,
        )
