"""When labels may be looked at: each look costs a part of the risk, so they are few and planned.

Whoever tests after every label will sooner or later be lucky. Looks are therefore planned before
the first label comes, at numbers of labels that double, and all of them together have the risk δ.
"""

from typing import NamedTuple

from curation.certifying.bounds import labels_needed

PARTS = (0.15, 0.3, 0.3, 0.125)
"""Of the risk, for the first looks; each later one has half of the one before. They sum to one."""
ROOM = 1.5
"""The first look comes at this many times the labels that suffice if none fails."""


class Look(NamedTuple):
    """One planned look: how many labels it needs, and how sure it must be (0 … 1)."""

    number: int
    labels: int
    confidence: float


def look_at(number: int, *, target: float, confidence: float) -> Look:
    """Return the plan for the look of a number, from 1 on."""
    risk = 1 - confidence
    first = ROOM * labels_needed(round(target, 6), round(risk * PARTS[0] / 2, 9))
    labels = round(first / 10) * 10 * 2 ** (number - 1)
    return Look(number, labels, 1 - risk * part_of(number))


def part_of(number: int) -> float:
    """Return which part of the risk a look has."""
    if number <= len(PARTS):
        return PARTS[number - 1]
    return PARTS[-1] / 2 ** (number - len(PARTS))
