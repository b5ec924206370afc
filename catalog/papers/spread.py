"""Share a sum among lines, to the cent."""

from collections.abc import Sequence
from itertools import accumulate, pairwise


def spread(total: int, weights: Sequence[int]) -> list[int]:
    """Return parts of `total` in the proportion of `weights`, which add up to it exactly.

    Running sums are rounded, halves up, and a part is the difference of two: no part is more than
    a cent away from its own share. Where every weight is 0, the last line gets the sum.
    """
    whole = sum(weights)
    if not whole:
        return [0] * (len(weights) - 1) + [total] if weights else []
    running = [(2 * total * part + whole) // (2 * whole) for part in accumulate(weights, initial=0)]
    return [after - before for before, after in pairwise(running)]
