"""Learns a brand's taste from decisions: rows and labels in, calibrated probabilities out. Pure.

What people can name (attributes, scores, criteria) enters straight and bent, so that a brand can
want a middle; the picture's vector enters as its main directions, and is shrunk harder, since two
hundred decisions cannot tell 192 directions apart. How hard is chosen on decisions held out.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
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
SHRINKAGES = ((1.0, 8.0), (1.0, 64.0), (4.0, 32.0), (4.0, 256.0), (16.0, 128.0))
"""What is tried: the penalty of what can be named, and of the vector's directions."""
BENT_PENALTY = 4.0
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
    """

    names: tuple[str, ...]
    means: Doubles
    spreads: Doubles
    straight: Doubles
    bent: Doubles
    bias: float
    calibration: Calibration
    report: dict[str, Any]

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
        return cls(tuple(names), means, spreads, straight, bent, raw["bias"], calibration, {})


class _Design(NamedTuple):
    """Columns as the line sees them, and how to get back from its weights to the features'."""

    rows: Doubles
    pairs: Doubles
    named: NDArray[np.intp]
    embedded: NDArray[np.intp]
    directions: Doubles

    def shrinkage(self, named: float, embedded: float) -> Doubles:
        bent = np.full(len(self.named), named * BENT_PENALTY)
        far = np.full(self.directions.shape[1], embedded)
        return np.concatenate([np.full(len(self.named), named), bent, far])


def fit(
    rows: ArrayLike,
    labels: ArrayLike,
    *,
    names: Sequence[str],
    comparisons: ArrayLike | None = None,
    groups: Sequence[Hashable] | None = None,
) -> Fitted:
    """Learn from decisions and comparisons. The same input gives the same taste.

    Args:
        rows: features of decided pictures, shape `(n, d)`; NaN where a value is missing.
        labels: 1 approved, 0 rejected, between them where people differ; both must occur.
        names: of the columns; those that start with `embedding` are a vector's.
        comparisons: winner and loser, shape `(m, 2, d)`.
        groups: what hangs together, such as a series; it is held out as one.
    """
    raw, target = np.asarray(rows, float), np.asarray(labels, float)
    means, spreads = _moments(raw)
    scaled = _scaled(raw, means, spreads)
    none = np.zeros((0, 2, raw.shape[1]))
    pairs = none if comparisons is None else np.asarray(comparisons, float)
    design = _design(scaled, _scaled(pairs, means, spreads), names)
    folds = split(target, groups)
    held_out, chosen = _best_shrinkage(design, target, folds)
    line = _line(design, target, np.ones(len(target), bool), chosen)
    straight, bent = _weights(design, line, raw.shape[1])
    return Fitted(
        names=tuple(names),
        means=means,
        spreads=spreads,
        straight=straight,
        bent=bent,
        bias=line.bias,
        calibration=calibrate(held_out, target),
        report=_report(held_out, target, folds, chosen),
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


def _design(scaled: Doubles, pairs: Doubles, names: Sequence[str]) -> _Design:
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

    differences = columns(pairs[:, 0]) - columns(pairs[:, 1])
    return _Design(columns(scaled), differences, named, embedded, directions)


def _directions(vectors: Doubles) -> Doubles:
    """Return the main directions, shape `(dim, ≤ DIRECTIONS)`, scaled as said above."""
    if not vectors.shape[1]:
        return np.zeros((0, 0))
    values, axes = np.linalg.eigh(vectors.T @ vectors / max(1, len(vectors)))
    keep = min(DIRECTIONS, len(vectors) - 1, vectors.shape[1])
    return axes[:, ::-1][:, :keep] / np.sqrt(max(values[-1], 1e-12))


def _best_shrinkage(
    design: _Design, labels: Doubles, folds: NDArray[np.intp]
) -> tuple[Doubles, tuple[float, float]]:
    """Return held-out margins under the penalties that predict best, and these penalties."""
    best: tuple[float, Doubles, tuple[float, float]] | None = None
    for penalties in SHRINKAGES:
        margins = np.empty(len(labels))
        for fold in range(folds.max() + 1):
            out = folds == fold
            margins[out] = _line(design, labels, ~out, penalties).margins(design.rows[out])
        loss = float((np.logaddexp(0, margins) - labels * margins).mean())
        if best is None or loss < best[0]:
            best = loss, margins, penalties
    assert best is not None  # noqa: S101  (there is a penalty to try)
    return best[1], best[2]


def _line(
    design: _Design, labels: Doubles, use: NDArray[np.bool_], penalties: tuple[float, float]
) -> Line:
    return fit_line(
        design.rows[use],
        labels[use],
        shrinkage=design.shrinkage(*penalties),
        pairs=design.pairs,
        pair_count=PAIR_COUNT,
    )


def _weights(design: _Design, line: Line, count: int) -> tuple[Doubles, Doubles]:
    """Return the straight and bent weights of the features themselves."""
    named = len(design.named)
    straight, bent = np.zeros(count), np.zeros(count)
    straight[design.named] = line.weights[:named]
    bent[design.named] = line.weights[named : 2 * named]
    straight[design.embedded] = design.directions @ line.weights[2 * named :]
    return straight, bent


def _report(
    margins: Doubles, labels: Doubles, folds: NDArray[np.intp], chosen: tuple[float, float]
) -> dict[str, Any]:
    """Return how good the probabilities are, each calibrated without its own fold."""
    probabilities = np.empty(len(labels))
    for fold in range(folds.max() + 1):
        out = folds == fold
        probabilities[out] = calibrate(margins[~out], labels[~out]).probabilities(margins[out])
    return {
        "auc": round(auc(margins, labels), 4),
        "brier": round(brier(probabilities, labels), 4),
        "reliability": reliability(probabilities, labels),
        "shrinkage": list(chosen),
        "approved": int((labels > 0.5).sum()),
        "rejected": int((labels <= 0.5).sum()),
    }
