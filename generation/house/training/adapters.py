"""Train all adapters that ship, one after another, and name them in the manifest.

For: `train_house adapter`. Not for: how one learns (`adapter.py`, `inversion.py`).
"""

import shutil
from dataclasses import replace
from pathlib import Path

from generation.house import WEIGHTS, integrity
from generation.house.training import adapter, card, inversion
from generation.house.training.course import Budget
from generation.house.training.recipe import Recipe


def train(
    folder: Path, recipe: Recipe, most: Budget, *, resume: bool, device: str, only: str = ""
) -> list[Path]:
    """Train the LoRAs and the embedding, or `only` one; return the files. Safe to repeat.

    Each stops when it has seen what the recipe says, or after `most`.
    """
    made = []
    for name in [only] if only else [*adapter.shipped_families(), inversion.TRIGGER]:
        if name == inversion.TRIGGER:
            budget = replace(most, samples=recipe.of(inversion.SAMPLES))
            path = inversion.train(folder, budget, resume=resume, device=device)
        else:
            budget = replace(most, samples=recipe.of(adapter.SAMPLES))
            path = adapter.train(folder, name, budget, resume=resume, device=device)
        made.append(path)
        print(made[-1], flush=True)
    drop_stale()
    card.write_manifest(WEIGHTS, integrity.trained())
    return made


def drop_stale() -> None:
    """Remove adapters of families that no longer have one: the base has learnt them since."""
    known = {*adapter.held_out(), inversion.TRIGGER}
    for path in adapter.ADAPTERS.iterdir():
        if path.name not in known:
            shutil.rmtree(path)
