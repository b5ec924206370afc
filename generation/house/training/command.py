"""The command line of the training: denoiser, clip, adapters and the rest, or all.

For: `manage.py train_house` and `python -m generation.house.training`. Not for: the training
itself. Next: `denoiser.py`, `clip.py`, `grid.py`.
"""

import argparse
from pathlib import Path

STEPS = (
    "denoiser", "refiner", "clip", "data", "grid", "adherence", "export", "adapter",
    "probe",
)  # fmt: skip
WHOLE = ("denoiser", "refiner", "clip", "grid", "export", "adapter", "probe")
"""What `all` runs, in this order: adapters and probe on what ships. Figures: `evaluate_house`."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options; both front doors share them."""
    parser.add_argument("step", choices=(*STEPS, "all"))
    parser.add_argument("--minutes", type=float, default=60.0, help="for each training, in total")
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


def run(
    step: str,
    minutes: float,
    resume: bool,
    out: Path,
    device: str,
    shipped: bool = False,
    family: str = "",
) -> None:
    """Run one step. Torch is imported here, so that other commands start without it."""
    out.mkdir(parents=True, exist_ok=True)
    if step == "all":
        for part in WHOLE:
            run(part, minutes, resume, out, device, shipped)
    elif step == "denoiser":
        from generation.house.training import denoiser

        denoiser.train(out, minutes, resume=resume, device=device, shipped=shipped)
    elif step == "refiner":
        from generation.house.training import export, refiner

        pipeline, _ = export.averaged_pipeline(out)
        refiner.train(out, pipeline, minutes, resume=resume)
    elif step == "clip":
        from generation.house.training import clip

        clip.train(out, minutes, resume=resume, device=device, shipped=shipped)
    elif step == "data":
        from generation.house.training import grid

        grid.painter_sheet().save(out / "painters.png")
    elif step == "grid":
        from generation.house.training import grid

        print(grid.write(out))
    elif step == "adherence":
        from generation.house.training import adherence

        print(adherence.fit())
    elif step == "export":
        from generation.house.training import export

        export.export(out)
    elif step == "adapter":
        from generation.house.training import adapters

        adapters.train(out, minutes, resume=resume, device=device, only=family)
    elif step == "probe":
        from generation.house.training import probe

        print(probe.fit())


def main() -> None:
    """Parse the command line and run."""
    parser = argparse.ArgumentParser(prog="python -m generation.house.training")
    add_arguments(parser)
    options = parser.parse_args()
    run(
        options.step, options.minutes, options.resume, options.out, options.device,
        options.shipped, options.family,
    )  # fmt: skip
