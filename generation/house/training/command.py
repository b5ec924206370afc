"""The command line of the training: denoiser, clip, adapters and the rest, or all.

For: `manage.py train_house` and `python -m generation.house.training`. Not for: the training
itself. Next: `recipe.py`, `denoiser.py`, `clip.py`, `grid.py`.
"""

import argparse
import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from generation.house import integrity
from generation.house.training.recipe import (
    CLIP_SAMPLES,
    DENOISER_SAMPLES,
    REFINER_SAMPLES,
    Recipe,
)

if TYPE_CHECKING:
    from generation.house.training.course import Budget

STEPS = (
    "denoiser", "refiner", "clip", "data", "grid", "adherence", "export", "adapter",
    "probe",
)  # fmt: skip
WHOLE = ("denoiser", "refiner", "clip", "grid", "export", "adapter", "probe")
"""What `all` runs, in this order: adapters and probe on what ships. Figures: `evaluate_house`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options; both front doors share them."""
    parser.add_argument("step", choices=(*STEPS, "all"))
    parser.add_argument(
        "--minutes", type=float, help="for each training, in total, instead of the recipe's samples"
    )
    parser.add_argument(
        "--scale", type=float, default=1.0, help="of the recipe; 0.001 rehearses every part"
    )
    parser.add_argument(
        "--save-seconds", type=float, default=120, help="between checkpoints: what a stop may cost"
    )
    parser.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    parser.add_argument(
        "--shipped", action="store_true", help="denoiser, clip: start from the weights that ship"
    )
    parser.add_argument("--out", type=Path, default=Path("var/house"), help="working folder")
    parser.add_argument(
        "--family",
        default="",
        help="adapter: only this family, or `daybreak`, the embedding",
    )
    parser.add_argument("--device", default="cpu", help="torch device: cpu or cuda")


def run(options: dict[str, Any]) -> None:
    """Run one step, or all in their order."""
    known = {name: options[name] for name in Order.__dataclass_fields__}
    order = Order(**known)
    order.out.mkdir(parents=True, exist_ok=True)
    step = options["step"]
    for part in WHOLE if step == "all" else (step,):
        getattr(order, part)()


@dataclass(frozen=True)
class Order:
    """What was asked for; a method a step. Torch is imported there, so that others start fast."""

    minutes: float | None
    scale: float
    save_seconds: float
    resume: bool
    shipped: bool
    out: Path
    family: str
    device: str

    @property
    def recipe(self) -> Recipe:
        """Return the amounts at the scale asked for."""
        return Recipe(self.scale)

    def budget(self, samples: int) -> "Budget":
        """Return the minutes asked for, or else the recipe's samples."""
        from generation.house.training.course import Budget

        if self.minutes is not None:
            return Budget(minutes=self.minutes, save_seconds=self.save_seconds)
        return Budget(samples=self.recipe.of(samples), save_seconds=self.save_seconds)

    def denoiser(self) -> None:
        """Train the denoiser and its text encoder."""
        from generation.house.training import denoiser

        before = int(integrity.trained().get("samples", 0)) if self.shipped else 0
        denoiser.train(
            self.out, self.budget(before + DENOISER_SAMPLES), resume=self.resume,
            device=self.device, shipped=self.shipped, recipe=self.recipe,
        )  # fmt: skip

    def refiner(self) -> None:
        """Train the refiner on what the denoiser of the same folder makes."""
        from generation.house.training import export, refiner

        pipeline, _ = export.averaged_pipeline(self.out)
        budget = self.budget(REFINER_SAMPLES)
        refiner.train(self.out, pipeline, budget, resume=self.resume, recipe=self.recipe)

    def clip(self) -> None:
        """Train the scoring CLIP."""
        from generation.house.training import clip

        clip.train(
            self.out, self.budget(CLIP_SAMPLES), resume=self.resume, device=self.device,
            shipped=self.shipped, recipe=self.recipe,
        )  # fmt: skip

    def data(self) -> None:
        """Write a sheet of painters' pictures."""
        from generation.house.training import grid

        grid.painter_sheet().save(self.out / "painters.png")

    def grid(self) -> None:
        """Write a sheet of what the last checkpoint makes."""
        from generation.house.training import grid

        print(grid.write(self.out, self.recipe.of(4)))

    def adherence(self) -> None:
        """Fit how layout and density are read from pictures."""
        from generation.house.training import adherence

        print(adherence.fit())

    def export(self) -> None:
        """Write `weights/`."""
        from generation.house.training import export

        export.export(self.out)

    def adapter(self) -> None:
        """Train the adapters on the weights that ship."""
        from generation.house.training import adapters
        from generation.house.training.course import Budget

        most = Budget(minutes=self.minutes or math.inf, save_seconds=self.save_seconds)
        adapters.train(
            self.out, self.recipe, most, resume=self.resume, device=self.device, only=self.family
        )

    def probe(self) -> None:
        """Fit the aesthetic head and the attribute probe on the CLIP that ships."""
        from generation.house.training import probe

        count, exam = self.recipe.of(probe.LESSONS, 100), self.recipe.of(probe.EXAM, 100)
        print(probe.fit(count=count, exam=exam))


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m generation.house.training")
    add_arguments(parser)
    run(vars(parser.parse_args()))
