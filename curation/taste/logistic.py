"""Logistic regression with a shrinkage for each weight, by Newton's method. Pure numpy.

Two reasons against a library: its import alone takes longer than a whole fit, and pairs of pictures
need rows without an intercept beside rows with one.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]
STEPS = 25
ENOUGH = 1e-7


@dataclass(frozen=True)
class Line:
    """A fitted line: `bias + rows @ weights` are log-odds."""

    bias: float
    weights: Doubles

    def margins(self, rows: Doubles) -> Doubles:
        """Return log-odds, shape `(n,)`."""
        return rows @ self.weights + self.bias


def fit_line(
    rows: Doubles,
    labels: Doubles,
    *,
    shrinkage: Doubles,
    expected: Doubles | None = None,
    counts: Doubles | None = None,
    pairs: Doubles | None = None,
    pair_count: float = 1.0,
) -> Line:
    """Return the line of the largest penalised likelihood.

    Args:
        rows: shape `(n, d)`.
        labels: 0 … 1 each; a share stands for opinions that differ.
        shrinkage: for each weight, 1 / variance of a normal prior.
        expected: for each weight, the mean of that prior; 0 without.
        counts: how much each row counts; 1 without.
        pairs: winner minus loser (Bradley and Terry), shape `(m, d)`; they know no intercept.
        pair_count: how much each pair counts.
    """
    rows, labels, counts, intercept = _stacked(rows, labels, counts, pairs, pair_count)
    design = np.column_stack([intercept, rows])
    penalty = np.concatenate([[1e-6], shrinkage])
    prior = np.zeros(design.shape[1])
    prior[1:] = 0 if expected is None else expected
    weights = prior.copy()

    def loss_of(tried: Doubles) -> float:
        margins = design @ tried
        misfit = counts @ (np.logaddexp(0, margins) - labels * margins)
        return float(misfit + 0.5 * penalty @ (tried - prior) ** 2)

    loss = loss_of(weights)
    for _ in range(STEPS):
        odds = _sigmoid(design @ weights)
        slope = design.T @ (counts * (odds - labels)) + penalty * (weights - prior)
        bend = counts * np.maximum(odds * (1 - odds), 1e-6)
        hessian = (design * bend[:, None]).T @ design + np.diag(penalty)
        step = np.asarray(np.linalg.solve(hessian, slope), np.float64)
        weights, lower = _downhill(loss_of, weights, step, loss)
        if loss - lower < ENOUGH * (1 + abs(loss)):
            break
        loss = lower
    return Line(float(weights[0]), weights[1:])


def _stacked(
    rows: Doubles,
    labels: Doubles,
    counts: Doubles | None,
    pairs: Doubles | None,
    pair_count: float,
) -> tuple[Doubles, Doubles, Doubles, Doubles]:
    """Return rows with the pairs below them, and the column of the intercept."""
    counts = np.ones(len(rows)) if counts is None else counts
    if pairs is None or not len(pairs):
        return rows, labels, counts, np.ones(len(rows))
    m = len(pairs)
    return (
        np.concatenate([rows, pairs]),
        np.concatenate([labels, np.ones(m)]),
        np.concatenate([counts, np.full(m, pair_count)]),
        np.concatenate([np.ones(len(rows)), np.zeros(m)]),
    )


def _downhill(
    loss_of: Callable[[Doubles], float], weights: Doubles, step: Doubles, loss: float
) -> tuple[Doubles, float]:
    """Return weights after a step, halved until the loss falls; the old ones where it cannot."""
    for halving in range(12):
        tried = weights - step / 2**halving
        lower = loss_of(tried)
        if lower <= loss:
            return tried, lower
    return weights, loss


def _sigmoid(margins: Doubles) -> Doubles:
    return 0.5 * (1 + np.tanh(0.5 * margins))
