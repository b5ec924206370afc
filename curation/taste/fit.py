"""Learns a brand's taste from decisions: rows and labels in, calibrated probabilities out. Pure.

What people can name (attributes, scores, criteria) enters straight and bent, so that a brand can
want a middle; the picture's vector enters as its main directions, and is shrunk harder, since two
hundred decisions cannot tell 192 directions apart. How hard is chosen on decisions held out.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from curation.taste.calibration import Calibration, auc, brier, calibrate, reliability
from curation.taste.logistic import Doubles, Line, fit_line

EMBEDDING = "embedding"
"""Prefix of the names of a vector's numbers: `embedding.0` …"""
DIRECTIONS = 48
FOLDS = 5
FARTHEST = 3.5
"""A feature farther from its mean than this many deviations counts as this far."""
PENALTIES = ((1.0, 16.0), (4.0, 64.0), (4.0, 1024.0), (8.0, 128.0), (16.0, 256.0))
"""What is tried: the penalty of what can be named, and of the vector's directions."""
BENT_PENALTY = 16.0
"""Wanting a middle is rarer than wanting more or less: its weight is shrunk this much harder."""
CHOOSING = 1500
"""The penalties are chosen on so many decisions at most: more do not change the choice."""
PRIOR = 0.25
"""Log-odds by deviation that a criterion of weight 1 is expected to be worth, before decisions."""
PAIR_COUNT = 0.5
"""A preference among siblings says less than a decision, and those of one stack hang together."""


@dataclass(frozen=True, eq=False)
class Fitted:
    """A taste: log-odds of approval as a sum over features, then a calibration.

    Attributes:
        names: of the features, in the order of the columns.
        means, spreads: by which a column is centred and scaled; a missing value counts as the mean.
        straight, bent: weights of the scaled value and of its square less one.
        report: `auc`, `brier`, `reliability`, all on decisions held out in turns.
        held_out: the probability of each decision it was fitted on, told without that decision.
    """

    names: tuple[str, ...]
    means: Doubles
    spreads: Doubles
    straight: Doubles
    bent: Doubles
    bias: float
    calibration: Calibration
    report: dict[str, Any] = field(default_factory=dict)
    held_out: Doubles = field(default_factory=lambda: np.zeros(0))

    def predict(self, rows: ArrayLike) -> Doubles:
        """Return the calibrated probability of approval of rows, shape `(n,)`."""
        return self.calibration.probabilities(self.margins(rows))

    def margins(self, rows: ArrayLike) -> Doubles:
        """Return log-odds before calibration, shape `(n,)`."""
        return self.bias + self.parts(rows).sum(axis=1)

    def parts(self, rows: ArrayLike) -> Doubles:
        """Return what each feature adds to the log-odds, shape `(n, d)`."""
        scaled = _scaled(np.atleast_2d(np.asarray(rows, float)), self.means, self.spreads)
        return scaled * self.straight + (scaled**2 - 1) * self.bent

    def to_json(self) -> dict[str, Any]:
        """Return everything that prediction needs but the names, as plain numbers."""
        arrays = {key: getattr(self, key) for key in ("means", "spreads", "straight", "bent")}
        return {
            **{key: [float(f"{value:.6g}") for value in array] for key, array in arrays.items()},
            "bias": round(self.bias, 6),
            "calibration": self.calibration.to_json(),
        }

    @classmethod
    def from_json(cls, names: Sequence[str], raw: Mapping[str, Any]) -> "Fitted":
        """Return what `to_json` wrote, without its report."""
        arrays = (np.array(raw[key], float) for key in ("means", "spreads", "straight", "bent"))
        means, spreads, straight, bent = arrays
        calibration = Calibration.from_json(raw["calibration"])
        return cls(tuple(names), means, spreads, straight, bent, raw["bias"], calibration)


class _Design(NamedTuple):
    """Columns as the line sees them, and how to get back from its weights to the features'."""

    rows: Doubles
    labels: Doubles
    pairs: Doubles
    named: NDArray[np.intp]
    embedded: NDArray[np.intp]
    directions: Doubles
    expected: Doubles

    def line(self, use: NDArray[np.bool_], penalties: tuple[float, float]) -> Line:
        """Fit a line to some of the rows."""
        named, embedded = penalties
        each = (named, named * BENT_PENALTY, embedded)
        counts = (len(self.named), len(self.named), self.directions.shape[1])
        return fit_line(
            self.rows[use],
            self.labels[use],
            shrinkage=np.repeat(each, counts),
            expected=self.expected,
            pairs=self.pairs,
            pair_count=PAIR_COUNT,
        )

    def held_out(self, folds: NDArray[np.intp], penalties: tuple[float, float]) -> Doubles:
        """Return the margin of each row by a line that does not know its fold; fold −1: NaN."""
        margins = np.full(len(self.rows), np.nan)
        for fold in range(folds.max() + 1):
            out = folds == fold
            margins[out] = self.line((folds >= 0) & ~out, penalties).margins(self.rows[out])
        return margins


def fit(
    rows: ArrayLike,
    labels: ArrayLike,
    *,
    names: Sequence[str],
    comparisons: ArrayLike | None = None,
    groups: Sequence[Hashable] | None = None,
    weights: Mapping[str, float] | None = None,
) -> Fitted:
    """Learn from decisions and comparisons. The same input gives the same taste.

    Args:
        rows: features of decided pictures, shape `(n, d)`; NaN where a value is missing.
        labels: 1 approved, 0 rejected, between them where people differ; both must occur.
        names: of the columns; those that start with `embedding` are a vector's.
        comparisons: winner and loser, shape `(m, 2, d)`.
        groups: what hangs together, such as a series; it is held out as one.
        weights: feature → how much it is expected to count, before anything is learnt.
    """
    raw, target = np.asarray(rows, float), np.asarray(labels, float)
    means, spreads = _moments(raw)
    none = np.zeros((0, 2, raw.shape[1]))
    pairs = _scaled(none if comparisons is None else np.asarray(comparisons), means, spreads)
    design = _design(_scaled(raw, means, spreads), target, pairs, names, weights or {})
    folds = split(target, groups)
    penalties = _best_penalties(design, folds)
    margins = design.held_out(folds, penalties)
    line = design.line(np.ones(len(target), bool), penalties)
    straight, bent = _weights(design, line, raw.shape[1])
    told = _told(margins, target, folds)
    return Fitted(
        names=tuple(names),
        means=means,
        spreads=spreads,
        straight=straight,
        bent=bent,
        bias=line.bias,
        calibration=calibrate(margins, target),
        report=_report(margins, told, target, penalties),
        held_out=told,
    )


def split(labels: Doubles, groups: Sequence[Hashable] | None) -> NDArray[np.intp]:
    """Return for each row the fold in which it is held out; a group stays together.

    With too few groups rows are dealt one by one, approved and rejected in turn.
    """
    count = int(min(FOLDS, (labels > 0.5).sum(), (labels <= 0.5).sum()))
    count = max(2, count)
    keys = list(groups) if groups is not None else []
    if len(set(keys)) < 2 * count:
        order = np.lexsort((np.random.default_rng(0).random(len(labels)), labels > 0.5))
        folds = np.empty(len(labels), np.intp)
        folds[order] = np.arange(len(labels)) % count
        return folds
    return _dealt_groups(keys, count)


def _dealt_groups(keys: Sequence[Hashable], count: int) -> NDArray[np.intp]:
    """Deal whole groups, the largest first, each to the fold that has fewest rows."""
    sizes: dict[Hashable, int] = {}
    for key in keys:
        sizes[key] = sizes.get(key, 0) + 1
    filled, home = [0] * count, {}
    for key in sorted(sizes, key=lambda key: -sizes[key]):
        home[key] = int(np.argmin(filled))
        filled[home[key]] += sizes[key]
    return np.array([home[key] for key in keys])


def _moments(raw: Doubles) -> tuple[Doubles, Doubles]:
    """Return mean and spread of the columns; one that says nothing gets an endless spread."""
    known = np.isfinite(raw)
    count = np.maximum(known.sum(axis=0), 1)
    means = np.where(known, raw, 0).sum(axis=0) / count
    spreads = np.sqrt(np.square(np.where(known, raw - means, 0)).sum(axis=0) / count)
    return means, np.where(spreads > 1e-9, spreads, 1e12)


def _scaled(raw: Doubles, means: Doubles, spreads: Doubles) -> Doubles:
    scaled = np.where(np.isfinite(raw), (raw - means) / spreads, 0.0)
    return np.clip(scaled, -FARTHEST, FARTHEST)


def _design(
    scaled: Doubles,
    labels: Doubles,
    pairs: Doubles,
    names: Sequence[str],
    weights: Mapping[str, float],
) -> _Design:
    """Return named features straight and bent, and the vector's main directions.

    The first direction is scaled to unit spread and the others with it, so that one penalty weighs
    more on directions in which pictures hardly differ.
    """
    is_vector = np.array([name.startswith(EMBEDDING) for name in names])
    named, embedded = np.flatnonzero(~is_vector), np.flatnonzero(is_vector)
    directions = _directions(scaled[:, embedded])

    def columns(rows: Doubles) -> Doubles:
        seen = rows[..., named]
        return np.concatenate([seen, seen**2 - 1, rows[..., embedded] @ directions], axis=-1)

    expected = np.zeros(2 * len(named) + directions.shape[1])
    expected[: len(named)] = [PRIOR * weights.get(names[int(place)], 0.0) for place in named]
    differences = columns(pairs[:, 0]) - columns(pairs[:, 1])
    return _Design(columns(scaled), labels, differences, named, embedded, directions, expected)


def _directions(vectors: Doubles) -> Doubles:
    """Return the main directions, shape `(dim, ≤ DIRECTIONS)`, scaled as said above."""
    if not vectors.shape[1]:
        return np.zeros((0, 0))
    values, axes = np.linalg.eigh(vectors.T @ vectors / max(1, len(vectors)))
    keep = min(DIRECTIONS, len(vectors) - 1, vectors.shape[1])
    return axes[:, ::-1][:, :keep] / np.sqrt(max(values[-1], 1e-12))


def _best_penalties(design: _Design, folds: NDArray[np.intp]) -> tuple[float, float]:
    """Return the penalties that predict best what is held out."""
    few = folds.copy()
    few[np.random.default_rng(0).permutation(len(folds))[CHOOSING:]] = -1
    asked = few >= 0

    def loss_of(penalties: tuple[float, float]) -> float:
        margins = design.held_out(few, penalties)[asked]
        return float((np.logaddexp(0, margins) - design.labels[asked] * margins).mean())

    return min(PENALTIES, key=loss_of)


def _weights(design: _Design, line: Line, count: int) -> tuple[Doubles, Doubles]:
    """Return the straight and bent weights of the features themselves."""
    named = len(design.named)
    straight, bent = np.zeros(count), np.zeros(count)
    straight[design.named] = line.weights[:named]
    bent[design.named] = line.weights[named : 2 * named]
    straight[design.embedded] = design.directions @ line.weights[2 * named :]
    return straight, bent


def _told(margins: Doubles, labels: Doubles, folds: NDArray[np.intp]) -> Doubles:
    """Return probabilities, each calibrated without its own fold."""
    told = np.empty(len(labels))
    for fold in range(folds.max() + 1):
        out = folds == fold
        told[out] = calibrate(margins[~out], labels[~out]).probabilities(margins[out])
    return told


def _report(
    margins: Doubles, told: Doubles, labels: Doubles, penalties: tuple[float, float]
) -> dict[str, Any]:
    """Return how good the probabilities are."""
    return {
        "auc": round(auc(margins, labels), 4),
        "brier": round(brier(told, labels), 4),
        "reliability": reliability(told, labels),
        "penalties": list(penalties),
        "approved": int((labels > 0.5).sum()),
        "rejected": int((labels <= 0.5).sum()),
    }
