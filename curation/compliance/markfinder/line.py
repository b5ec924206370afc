"""What the numbers of a proof say: which mark it is, and whether there is a mark at all.

Two logistic lines over the same few numbers, fitted by `fitting.py` on compositions of our own and
kept in `weights/line.json` beside the networks they were fitted for.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from math import exp
from pathlib import Path

FILE = "line.json"
NUMBERS = ("place", "likeness", "share", "intricacy")


@dataclass(frozen=True)
class Lines:
    """The fitted lines, each a bias and a weight for every one of `NUMBERS`.

    Attributes:
        which: orders the marks that are proposed for a picture.
        whether: log-odds that a mark stands at the place.
        sure: probability of `whether` from which a mark is a finding.
    """

    which: Mapping[str, float]
    whether: Mapping[str, float]
    sure: float

    def order(self, numbers: Mapping[str, float]) -> float:
        """Return by what proposals are sorted, highest first."""
        return _along(self.which, numbers)

    def likely(self, numbers: Mapping[str, float]) -> float:
        """Return the probability, 0 … 1, that a mark is there."""
        return 1 / (1 + exp(-max(-50.0, min(50.0, _along(self.whether, numbers)))))


def _along(line: Mapping[str, float], numbers: Mapping[str, float]) -> float:
    return line["bias"] + sum(line[name] * numbers[name] for name in NUMBERS)


@cache
def lines(folder: Path) -> Lines:
    """Read the lines that belong to the networks of a folder."""
    kept = json.loads((folder / FILE).read_text())
    return Lines(kept["which"], kept["whether"], kept["sure"])


@cache
def digest(folder: Path) -> str:
    """Return a short name of the lines, part of the detector's version."""
    return hashlib.sha256((folder / FILE).read_bytes()).hexdigest()[:4]
