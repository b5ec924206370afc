"""What layout and what density a picture shows, by numbers fitted to the painters' pictures.

The painters' scenes are the ground truth (`generation/house/training/adherence.py` fits, and
`train_house adherence` writes the file). A family of the house model has numbers of its own; every
other style is measured by those of all families together, which see less.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

PATH = Path(__file__).with_name("calibration.json")
GENERAL = "*"
"""Stands for every style that is no family of the house model."""
SOFTNESS = 4.0
"""By how much the discriminants' certainty is tempered: their numbers are not independent."""
LEVELS = 3
"""The house model knows sparse, balanced and dense, and nothing between."""

Floats = NDArray[np.float32]


@cache
def _calibration() -> dict[str, Any]:
    read = json.loads(PATH.read_text())
    read["mean"], read["spread"] = np.array(read["mean"]), np.array(read["spread"])
    for fits in read["families"].values():
        fits["density"] = np.array(fits["density"])
        fits["names"] = list(fits["layout"])
        fits["layout"] = np.array(list(fits["layout"].values()))
    return read  # type: ignore[no-any-return]


def layouts_shown(seen: Floats, family: str) -> dict[str, float]:
    """Return how likely a picture shows each layout of its family; they sum to 1.

    Args:
        seen: of `features.features`.
        family: slug of a house family, or anything else for the numbers of all together.
    """
    fits = _fits(family)
    scores = fits["layout"] @ _scaled(seen) / SOFTNESS
    odds = np.exp(scores - scores.max())
    return dict(zip(fits["names"], (odds / odds.sum()).tolist(), strict=True))


def density_shown(seen: Floats, family: str) -> float:
    """Return how full a picture looks beside others of its family: 0 almost empty … 1 covered."""
    return float(np.clip(_fits(family)["density"] @ _scaled(seen), 0, 1))


def level_middle(density: float) -> float:
    """Return the middle of the level that a density belongs to: 1/6, 1/2 or 5/6."""
    return (min(LEVELS - 1, int(density * LEVELS)) + 0.5) / LEVELS


def is_calibrated(family: str) -> bool:
    """Return whether a family has numbers of its own."""
    return family != GENERAL and family in _calibration()["families"]


def _fits(family: str) -> dict[str, Any]:
    families = _calibration()["families"]
    return families.get(family, families[GENERAL])  # type: ignore[no-any-return]


def _scaled(seen: Floats) -> NDArray[np.float64]:
    """Return the features as they were fitted, with a 1 for the constant."""
    read = _calibration()
    return np.append((seen - read["mean"]) / read["spread"], 1.0)
