"""Do new pictures rank like those on which a certificate rests? Windows of several lengths.

Each window of the newest values is compared with the certificate's by the largest distance of
their distribution functions (Kolmogorov and Smirnov). Short windows see a large change soon, long
ones a small one at last. The alarm level is set so that without any change one false alarm is to be
expected in `FALSE_ALARM_EVERY` pictures, however long it runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

WINDOWS = (60, 120, 200, 400, 1600)
EVERY = 10
"""Compared each time that so many pictures have come."""
FALSE_ALARM_EVERY = 50_000
QUANTILES = 201


@dataclass(frozen=True)
class Gauge:
    """How far one window is from the reference.

    Attributes:
        window: how many of the newest values it holds.
        distance: 0 the same … 1 apart.
        limit: the distance from which on it is a drift.
    """

    window: int
    distance: float
    limit: float

    @property
    def drifted(self) -> bool:
        """Whether the window is too far away."""
        return self.distance >= self.limit

    @property
    def level(self) -> float:
        """The distance as a share of the limit."""
        return self.distance / self.limit


def reference_of(values: ArrayLike) -> list[float]:
    """Return the quantiles of values that a certificate keeps."""
    shares = np.linspace(0, 1, QUANTILES)
    return [round(float(value), 6) for value in np.quantile(np.asarray(values, float), shares)]


def gauges(reference: Sequence[float], rests_on: int, newest: ArrayLike) -> list[Gauge]:
    """Return one gauge for each window that is full.

    Args:
        reference: what `reference_of` gave.
        rests_on: how many values it was made of.
        newest: ranking values since the certificate was issued, in their order, newest last.
    """
    values = np.asarray(newest, float)
    return [
        Gauge(window, distance(reference, values[-window:]), limit(window, rests_on))
        for window in WINDOWS
        if len(values) >= window
    ]


def distance(reference: Sequence[float], values: np.ndarray) -> float:
    """Return the largest difference between two distribution functions."""
    known, new = np.asarray(reference, float), np.sort(values)
    places = np.unique(np.concatenate([known, new]))
    shares = (np.searchsorted(known, places, side="right") - 0.5) / len(known)
    seen = np.searchsorted(new, places, side="right") / len(new)
    return float(np.abs(np.clip(shares, 0, 1) - seen).max())


def limit(window: int, rests_on: int) -> float:
    """Return the distance that chance exceeds once in `FALSE_ALARM_EVERY` pictures.

    Massart's bound for two samples, shared among windows; quantiles stand for the reference, which
    adds half a step.
    """
    risk = EVERY / FALSE_ALARM_EVERY / len(WINDOWS)
    together = window * rests_on / (window + rests_on)
    return float(np.sqrt(np.log(2 / risk) / (2 * together))) + 1 / QUANTILES
