"""How alike unit vectors are to one another, and which are strangers. Pure.

A picture's likeness is its mean cosine to the others of its series. A corridor says how alike they
should be; without one, a stranger is whoever lies far below the rest by the median of deviations,
which a few strangers cannot move.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LEAST_WORKS = 4
"""Fewer pictures have no look of their own."""
STRANGE = 3.5
"""Modified z-score from which a value is an outlier (Iglewicz and Hoaglin, 1993)."""
LEAST_DEVIATION = 0.02
"""Pictures that are all alike must not make the next one strange."""
MAD_TO_SIGMA = 1.4826


@dataclass(frozen=True, slots=True)
class Likeness:
    """What was found of a series.

    Attributes:
        mean: mean cosine of two of its pictures.
        each: mean cosine of each picture to the others.
        medoid: place of the picture most like the others.
    """

    mean: float
    each: tuple[float, ...]
    medoid: int


@dataclass(frozen=True, slots=True)
class Outlier:
    """A picture that does not belong: its place, its likeness, and why, in a sentence."""

    place: int
    likeness: float
    reason: str


def likeness_of(rows: Floats) -> Likeness | None:
    """Return how alike unit rows, shape `(n, width)`, are; `None` for fewer than two."""
    count = len(rows)
    if count < 2:
        return None
    cosines = np.clip(rows.astype(np.float64) @ rows.T.astype(np.float64), -1, 1)
    each = (cosines.sum(axis=1) - np.diag(cosines)) / (count - 1)
    return Likeness(float(each.mean()), tuple(each.tolist()), int(each.argmax()))


def outliers(rows: Floats, corridor: Mapping[str, float]) -> list[Outlier]:
    """Return the pictures to make anew, the strangest first; none in a series of few.

    Those that are too alike are told one by one: of two that are the same to each other, the later
    one goes.

    Args:
        rows: unit vectors, shape `(n, width)`.
        corridor: `least` and `most`, mean cosines; either may be missing.
    """
    found = likeness_of(rows) if len(rows) >= LEAST_WORKS else None
    if found is None:
        return []
    strange = _below(found, corridor["least"]) if "least" in corridor else _far(found)
    twins = _above(rows, found, corridor["most"]) if "most" in corridor else []
    known = {outlier.place for outlier in strange}
    return strange + [twin for twin in twins if twin.place not in known]


def _below(found: Likeness, least: float) -> list[Outlier]:
    """Return the pictures that are less like the others than the corridor allows."""
    rows = [
        Outlier(place, value, f"Its likeness to the series is {value:.2f}, below {least:g}.")
        for place, value in enumerate(found.each)
        if value < least
    ]
    return sorted(rows, key=lambda outlier: outlier.likeness)


def _far(found: Likeness) -> list[Outlier]:
    """Return the pictures that lie far below the rest."""
    values = np.array(found.each)
    middle = float(np.median(values))
    deviation = max(float(np.median(np.abs(values - middle))) * MAD_TO_SIGMA, LEAST_DEVIATION)
    rows = [
        Outlier(place, value, f"Its likeness is {value:.2f}, that of the others {middle:.2f}.")
        for place, value in enumerate(found.each)
        if (middle - value) / deviation > STRANGE
    ]
    return sorted(rows, key=lambda outlier: outlier.likeness)


def _above(rows: Floats, found: Likeness, most: float) -> list[Outlier]:
    """Return the later ones of pictures that are more like an earlier one than allowed."""
    cosines = np.tril(rows @ rows.T, -1)
    nearest = cosines.max(axis=1)
    return [
        Outlier(
            place,
            found.each[place],
            f"It is too like picture {int(cosines[place].argmax()) + 1} of its style: "
            f"{nearest[place]:.2f}, allowed {most:g}.",
        )
        for place in range(1, len(rows))
        if nearest[place] > most
    ]
