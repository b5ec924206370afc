"""Is one gate worse than another on the same pictures? McNemar's test, exact and one-sided."""

from math import comb, erfc, sqrt


def worse_by_chance(only_new: int, only_old: int) -> float:
    """Return the probability of `only_new` or more if either were wrong alone as often.

    Args:
        only_new: pictures on which the new gate alone is wrong.
        only_old: pictures on which the old gate alone is wrong.
    """
    total = only_new + only_old
    if total > 1000:  # the normal distribution is near enough, and 2**total is not
        return 0.5 * erfc((only_new - only_old - 1) / sqrt(2 * total))
    return sum(comb(total, count) for count in range(only_new, total + 1)) / 2**total
