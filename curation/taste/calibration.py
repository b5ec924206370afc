"""From a margin to a probability, and how good probabilities are. Pure numpy.

Platt's line with few labels; from `STEPPED_FROM` labels on steps that only rise (isotonic), with a
little of the line kept so that no two different margins get the same probability: a threshold must
be able to lie between any two pictures.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from curation.taste.logistic import Doubles, fit_line

STEPPED_FROM = 1000
LINE_SHARE = 0.1
BINS = 10


@dataclass(frozen=True)
class Calibration:
    """A rising curve from margins to probabilities.

    Attributes:
        slope, offset: Platt's line in log-odds.
        at, share: corners of the steps; empty where the line alone is used.
    """

    slope: float
    offset: float
    at: tuple[float, ...] = ()
    share: tuple[float, ...] = ()

    def probabilities(self, margins: Doubles) -> Doubles:
        """Return probabilities of 0 … 1, shape as given."""
        line = 1 / (1 + np.exp(-np.clip(self.slope * margins + self.offset, -35, 35)))
        if not self.at:
            return line
        steps = np.interp(margins, self.at, self.share)
        return LINE_SHARE * line + (1 - LINE_SHARE) * steps

    def to_json(self) -> dict[str, Any]:
        """Return it as plain numbers."""
        return {
            "slope": round(self.slope, 6),
            "offset": round(self.offset, 6),
            "at": [round(value, 5) for value in self.at],
            "share": [round(value, 5) for value in self.share],
        }

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Calibration":
        """Return what `to_json` wrote."""
        return cls(raw["slope"], raw["offset"], tuple(raw["at"]), tuple(raw["share"]))


def calibrate(margins: Doubles, labels: Doubles) -> Calibration:
    """Return a curve through margins that the labels did not help to fit."""
    slope, offset = _platt(margins, labels)
    if len(margins) < STEPPED_FROM:
        return Calibration(slope, offset)
    at, share = _steps(margins, labels)
    return Calibration(slope, offset, at, share)


def _platt(margins: Doubles, labels: Doubles) -> tuple[float, float]:
    """Return Platt's line; labels are drawn in a little, so that no probability is 0 or 1."""
    for_, against = labels.sum(), (1 - labels).sum()
    targets = labels * (for_ + 1) / (for_ + 2) + (1 - labels) / (against + 2)
    spread = float(margins.std()) or 1.0
    line = fit_line((margins / spread)[:, None], targets, shrinkage=np.array([0.01]))
    # A falling line would turn the order round: what is known then is the base rate alone.
    return max(float(line.weights[0]), 1e-3) / spread, line.bias


def _steps(margins: Doubles, labels: Doubles) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the isotonic fit (pool adjacent violators) as corners at the middles of its blocks."""
    order = np.argsort(margins, kind="stable")
    blocks: list[list[float]] = []  # sum of labels, count, sum of margins
    for margin, label in zip(margins[order], labels[order], strict=True):
        blocks.append([float(label), 1.0, float(margin)])
        while len(blocks) > 1 and blocks[-2][0] * blocks[-1][1] >= blocks[-1][0] * blocks[-2][1]:
            last = blocks.pop()
            blocks[-1] = [one + two for one, two in zip(blocks[-1], last, strict=True)]
    at = tuple(total / count for _, count, total in blocks)
    share = tuple((good + 0.5) / (count + 1) for good, count, _ in blocks)
    return at, tuple(np.maximum.accumulate(share).tolist())


def auc(values: Doubles, labels: Doubles) -> float:
    """Return the probability that a good one lies above a bad one; ties count half."""
    good = labels > 0.5
    n_good, n_bad = int(good.sum()), int((~good).sum())
    if not n_good or not n_bad:
        return float("nan")
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[inverse]
    return float((ranks[good].sum() - n_good * (n_good + 1) / 2) / (n_good * n_bad))


def brier(probabilities: Doubles, labels: Doubles) -> float:
    """Return the mean squared error of probabilities: 0 best, 0.25 for always one half."""
    return float(((probabilities - labels) ** 2).mean())


def reliability(probabilities: Doubles, labels: Doubles) -> list[list[float]]:
    """Return up to `BINS` points `[mean predicted, observed share, n]`, equally many in each."""
    order = np.argsort(probabilities, kind="stable")
    parts = np.array_split(order, min(BINS, max(1, len(order) // 5)))
    means = ((float(probabilities[part].mean()), float(labels[part].mean())) for part in parts)
    return [
        [round(said, 4), round(seen, 4), len(part)]
        for (said, seen), part in zip(means, parts, strict=True)
    ]
