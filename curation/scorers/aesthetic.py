"""Is it good decorative work? A small logistic judgement, fitted on drawings and their ruins.

What it measures, plainly: how much a picture looks like sound work of the house's painters (clean
edges, ordered shapes, related colours, balance) rather than like the same work after something went
wrong. It knows defects, not beauty, and no brand's taste: that is `curation/taste/`. The weights
with the data behind them and their figures lie in `aesthetic.json`; `manage.py fit_aesthetic`
makes them anew. For vectors of another CLIP than the one it was fitted with, it judges by the
measured numbers alone.
"""

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from curation.scorers.contract import Floats, Measure, Picture
from curation.scorers.harmony import NAMES, harmony

WEIGHTS = Path(__file__).with_suffix(".json")

FAULTS = {
    "ragged": "its edges are frayed",
    "rough": "there is speckle in it",
    "edges": "it is overfull",
    "order": "its shapes run into each other",
    "alignment": "its shapes are smeared",
    "balance": "it tips to one side",
    "tones": "its tones lie badly together",
    "chroma": "its colours shout",
    "discord": "its colours do not belong together",
    "evenness": "no colour leads",
    "pieces": "it falls into pieces",
    "crisp": "it is out of focus",
}
LOOK = "as a whole it looks unlike sound work"


class Aesthetic:
    """How much it looks like sound decorative work rather than like work gone wrong."""

    name = "aesthetic"
    version = "1"
    title = "Workmanship"
    explains = "High for clean edges, ordered shapes and related colours; low for work gone wrong."
    needs_vector = False
    more = "better made"
    less = "more poorly made"

    def measure(self, picture: Picture) -> Measure:
        """Return the probability that a painter's own drawing looks so, rather than a ruin."""
        numbers = harmony(picture)
        weights = fitted()
        which = "with_look" if picture.encoder == weights["encoder"] else "numbers_alone"
        parts, value = judgement(weights[which], numbers, picture.look)
        worst = min(parts, key=lambda name: parts[name])
        evidence = {
            "by": which,
            "parts": {name: round(part, 3) for name, part in parts.items()},
            **{name: round(float(n), 4) for name, n in zip(NAMES, numbers, strict=True)},
        }
        return Measure(value, "it is well made", FAULTS.get(worst, LOOK), evidence)


def judgement(
    model: dict[str, Any], numbers: Floats, vector: Floats
) -> tuple[dict[str, float], float]:
    """Return what each number, and the look, adds to the log-odds; and the probability."""
    scaled = (numbers - np.array(model["mean"])) / np.array(model["scale"])
    # The squares let a middle be best: neither empty nor overfull.
    terms = scaled * np.array(model["weights"]) + scaled**2 * np.array(model["squares"])
    parts = dict(zip(NAMES, terms.tolist(), strict=True))
    if model["look"]:
        parts["look"] = float(np.array(model["look"]) @ (vector - np.array(model["look_mean"])))
    odds = sum(parts.values()) + model["bias"]
    return parts, float(1 / (1 + np.exp(-np.clip(odds, -30, 30))))


@cache
def fitted() -> dict[str, Any]:
    """Return the committed weights, read once."""
    return dict(json.loads(WEIGHTS.read_text(encoding="utf-8")))
