"""`manage.py train_marks`: train the networks that find marks, ship them, fit what they say.

For: a front door to `genart/ml/marks/training.py`, which it gives grounds that the house painters
draw. Not for: filling the register of marks; `manage.py seed_marks` does.
"""

import json
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
from django.core.management.base import BaseCommand, CommandParser

SHIPPED = Path("curation/compliance/markfinder/weights")


class Command(BaseCommand):
    """Train the embedder, the finder, or both."""

    help = "Train the networks that find marks, on pictures composed here."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument("step", choices=("embedder", "finder", "both", "export", "fit"))
        parser.add_argument("--minutes", type=float, default=15.0, help="for each network")
        parser.add_argument("--grounds", type=int, default=700, help="pictures drawn first")
        parser.add_argument("--out", type=Path, default=Path("var/marks"), help="working folder")
        parser.add_argument("--pictures", type=int, default=1200, help="composed for the fit")
        parser.add_argument("--to", type=Path, default=SHIPPED, help="where exports go")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw grounds, then train; torch is imported only then."""
        import torch

        from genart.ml.marks import training
        from genart.ml.marks.dataset import Bank
        from generation.palettes import PALETTES

        torch.set_num_threads(1)
        if options["step"] == "export":
            training.export(options["out"], options["to"])
            return
        if options["step"] == "fit":
            self.stdout.write(json.dumps(fitted(options["pictures"]), indent=2))
            return
        bank = Bank(grounds(options["grounds"]), [item.slots for item in PALETTES.values()])
        if options["step"] in ("embedder", "both"):
            training.train_embedder(bank, options["out"], options["minutes"])
        if options["step"] in ("finder", "both"):
            training.train_finder(bank, options["out"], options["minutes"])


def grounds(count: int) -> list[np.ndarray]:
    """Draw scenes as six maps of bytes: most at 128 pixels, a third at 256, for crops."""
    from generation.house import painters

    random = Random(7)  # noqa: S311
    sides = [256 if index % 3 == 0 else 128 for index in range(count)]
    maps = (painters.draw(painters.random_scene(random), side) for side in sides)
    return [np.round(255 * item).clip(0, 255).astype(np.uint8) for item in maps]


def fitted(pictures: int) -> dict[str, Any]:
    """Fit the lines of the shipped networks on pictures that the house painters draw."""
    from curation.compliance.markfinder.fitting import fit
    from curation.management.commands.fit_copy_key import painted
    from generation.house import painters
    from generation.palettes import PALETTES

    random = Random(11)  # noqa: S311
    slots = [palette.slots for palette in PALETTES.values()]

    def draw() -> np.ndarray:
        maps = painters.draw(painters.random_scene(random, None), 192)
        return np.array(painted(maps, random.choice(slots)))

    return fit(draw, pictures)
