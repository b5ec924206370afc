"""From random labels to the laxest threshold that keeps a promise: fixed-sequence testing.

The promise: with probability 1 - δ, at most a share α of what lies at or above the threshold would
be refused by a person. Thresholds are quantiles of an unlabelled pool, fixed before a label is
looked at, and tested from strict to lax until one fails: no correction for their number is needed.
Two such walks begin at two places, each with δ / 2, since where the first test should stand is not
known: too strict, and there are too few labels; too lax, and it fails at once. Where they begin
depends on how many labels there are, never on what they say.

Laufer-Goldshtein et al. 2023 for testing in a fixed order, Clopper and Pearson for the bound. The
constants were tuned in other simulated worlds than those of `tests/bench/curation/gate.py`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from curation.certifying.bounds import Doubles, labels_needed, upper_bound

STEPS = 80
"""Thresholds: one for each eightieth of the pool."""
STARTS = ((2, 0, 0.4), (8, 1, 0.6))
"""For each walk: how many failures its first test shall bear; with few labels, so that it does not
approve more than a share, at least how many."""


@dataclass(frozen=True)
class Step:
    """One threshold, tested or not.

    Attributes:
        share: of the pool that lies at or above it.
        threshold: approves from this value on.
        accepted: labels at or above it.
        failures: of these, refused.
        upper_bound: of the share of wrong approvals, at half the risk.
        passed: by which walks it was tested and held: 0, 1 or both; empty where by none.
    """

    share: float
    threshold: float
    accepted: int
    failures: int
    upper_bound: float
    passed: tuple[int, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What the labels show.

    Attributes:
        step: the laxest threshold that holds; `None`: nothing can be promised.
        table: every threshold, strict to lax.
        labels: how many labels there were.
    """

    step: Step | None
    table: tuple[Step, ...]
    labels: int


def certify(
    pool: ArrayLike, values: ArrayLike, accepted: ArrayLike, *, target: float, confidence: float
) -> Outcome:
    """Return the laxest threshold for which the promise holds.

    Args:
        pool: ranking values of pictures whose labels are not used here.
        values: ranking values of pictures that were drawn at random and labelled.
        accepted: whether a person approved each.
        target: α, the share of wrong approvals that may not be exceeded.
        confidence: 1 - δ.
    """
    ranked, labels = np.asarray(values, float), np.asarray(accepted, bool)
    shares = np.arange(1, STEPS + 1) / STEPS
    unlabelled = np.asarray(pool, float)
    if not len(unlabelled) or not len(ranked):
        return Outcome(None, (), len(ranked))
    # "lower" takes values that occur: between two of them lies no picture.
    thresholds = np.quantile(unlabelled, 1 - shares, method="lower")
    count, wrong = _counted(ranked, labels, thresholds)
    risk = (1 - confidence) / len(STARTS)
    bounds = upper_bound(wrong, count, risk)
    walks = [_walk(bounds, start, target) for start in starts(len(ranked), target, risk)]
    table = tuple(
        Step(
            share=float(shares[place]),
            threshold=float(thresholds[place]),
            accepted=int(count[place]),
            failures=int(wrong[place]),
            upper_bound=float(bounds[place]),
            passed=tuple(name for name, walk in enumerate(walks) if place in walk),
        )
        for place in range(STEPS)
    )
    held = [step for step in table if step.passed]
    return Outcome(held[-1] if held else None, table, len(ranked))


def starts(labels: int, target: float, risk: float) -> list[int]:
    """Return at which step each walk begins; labels' number counts, not what they say."""
    places = []
    for failures, least, most in STARTS:
        wanted = min(labels_needed(target, risk, failures), most * labels)
        share = 1.05 * max(wanted, labels_needed(target, risk, least)) / labels
        places.append(min(int(np.ceil(share * STEPS)) - 1, STEPS - 1))
    return places


def _walk(bounds: Doubles, start: int, target: float) -> range:
    """Return the steps that hold from a start on, up to the first that does not."""
    place = start
    while place < len(bounds) and bounds[place] <= target:
        place += 1
    return range(start, place)


def _counted(ranked: Doubles, labels: np.ndarray, thresholds: Doubles) -> tuple[Doubles, Doubles]:
    """Return for each threshold how many labels lie at or above it, and how many of them fail."""
    order = np.argsort(-ranked, kind="stable")
    wrong = np.concatenate([[0], np.cumsum(~labels[order])])
    count = np.searchsorted(-ranked[order], -thresholds, side="right")
    return count.astype(float), wrong[count].astype(float)
