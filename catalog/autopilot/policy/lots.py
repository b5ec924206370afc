"""Chances that keep floors and caps, and a fair draw by them.

Every change is made to the chances before the draw, so that the propensity that is written down is
the one by which the draw was made.
"""

from collections.abc import Sequence

import numpy as np

from catalog.autopilot.policy.ledger import Flags, Floats, Ints, summed

TINY = 1e-12


def capped(chances: Floats, caps: Floats) -> Floats:
    """Return chances of which none exceeds its cap; what is cut goes to the others in proportion.

    Where all caps together are below 1 the sum stays below 1.
    """
    chances = np.minimum(chances, caps)
    for _ in range(len(chances)):
        missing = 1.0 - chances.sum()
        free = (chances < caps - TINY) & (chances > 0)
        if missing <= TINY or not free.any():
            break
        raised = chances[free] * (1 + missing / chances[free].sum())
        chances[free] = np.minimum(raised, caps[free])
    return chances


def raised(chances: Floats, members: Flags, floor: float, spare: Floats) -> Floats:
    """Return chances of which `members` have at least `floor` together.

    Args:
        chances: sum 1.
        members: who shall have the floor.
        floor: 0 … 1.
        spare: how what is missing is shared among the members; need not sum to 1.
    """
    has = float(chances[members].sum())
    weight = np.where(members, np.maximum(spare, 0.0), 0.0)
    if has >= floor or weight.sum() <= 0:
        return chances
    mixed = (floor - has) / (1 - has)
    return (1 - mixed) * chances + mixed * weight / weight.sum()


def effective_number(shares: Floats) -> float:
    """Return the exponential of the entropy of shares: how many there effectively are."""
    shares = shares[shares > TINY]
    shares = shares / shares.sum() if len(shares) else shares
    return float(np.exp(-(shares * np.log(shares)).sum())) if len(shares) else 0.0


def diverse(chances: Floats, style: Ints, floor: float, may: Flags) -> Floats:
    """Return chances whose styles are effectively `floor` many, or as many as there are.

    Mixed with as little as needed of chances that give every style the same.

    Args:
        chances: of each arm, sum 1.
        style: number of each arm's style.
        floor: wanted effective number.
        may: arms that may have a chance.
    """
    size = int(style.max(initial=0)) + 1
    by_style = summed(style, chances, size)
    if effective_number(by_style) >= floor:
        return chances
    members = summed(style, may.astype(np.float64), size)
    even = (members > 0) / max((members > 0).sum(), 1)
    low, high = 0.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        enough = effective_number((1 - middle) * by_style + middle * even) >= floor
        low, high = (low, middle) if enough else (middle, high)
    inside = np.where(
        by_style[style] > TINY,
        chances / np.maximum(by_style, TINY)[style],
        may / np.maximum(members, 1)[style],
    )
    return ((1 - high) * by_style + high * even)[style] * inside


def drawn(chances: Floats, units: int, strata: Sequence[Ints], chance: np.random.Generator) -> Ints:
    """Return how many units each gets: on average `units * chances`, never off by one or more.

    Systematic sampling in a random order in which strata stay together, so that a stratum too gets
    what it is due: less than one unit off for the outermost, less than two for the next where those
    around it are two. Each one's chance is exactly the chance stated.

    Args:
        chances: of each; sum at most 1.
        units: how many are given.
        strata: stratum of each, the outermost first; may be empty.
        chance: where chance comes from.
    """
    turns = [chance.permutation(int(kind.max(initial=0)) + 1)[kind] for kind in strata]
    order = np.lexsort((chance.random(len(chances)), *turns[::-1]))
    ends = np.cumsum(chances[order]) * units
    points = chance.random() + np.arange(units)
    places = np.searchsorted(ends, points, side="right")
    given = np.bincount(places[places < len(order)], minlength=len(order))
    counts = np.zeros(len(chances), dtype=np.int64)
    counts[order] = given
    return counts
