"""How many wrong ones there may be, given how many were seen: Clopper and Pearson, 1934."""

from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Doubles = NDArray[np.float64]


def upper_bound(failures: ArrayLike, seen: ArrayLike, risk: float) -> Doubles:
    """Return what a share does not exceed, except with probability `risk`. Exact, never too low.

    Args:
        failures: how many of those seen were wrong.
        seen: how many were looked at; none: the bound is 1.
        risk: 0 … 1, the probability that the bound lies under the truth.
    """
    from scipy.special import betaincinv  # the quantile of scipy.stats.beta, ten times faster

    wrong, count = np.asarray(failures, float), np.asarray(seen, float)
    bound = betaincinv(wrong + 1, np.maximum(count - wrong, 1e-9), 1 - risk)
    return np.where(wrong >= count, 1.0, bound)


@cache
def labels_needed(target: float, risk: float, failures: int = 0) -> int:
    """Return how many must be seen, with so many failures, to bound a share by `target`."""
    low, high = failures + 1, failures + 2
    while upper_bound(failures, high, risk) > target:
        low, high = high, 2 * high
    while low < high:
        middle = (low + high) // 2
        low, high = (
            (low, middle)
            if upper_bound(failures, middle, risk) <= target
            else (
                middle + 1,
                high,
            )
        )
    return high
