"""Does the picture add something to its series, or say again what a sibling says?

Compared with the siblings that were there before it, so that the first of two that are alike keeps
its value. Copies to the pixel are the business of `curation/compliance/duplicates.py`.
"""

import numpy as np

from curation.scorers.contract import Measure, Picture

REACH = 0.05
"""A cosine distance to the nearest sibling that gives 0.63."""


class Diversity:
    """How far the nearest picture of its series is."""

    name = "diversity"
    version = "1"
    title = "Diversity"
    explains = "High when no earlier picture of its series looks much the same."
    needs_vector = True
    more = "more of its own in its series"
    less = "nearer to a sibling"

    def measure(self, picture: Picture) -> Measure | None:
        """Return 0 for the same look as a sibling, towards 1 as the nearest one is farther."""
        siblings = picture.brief.company.siblings
        if siblings is None or not len(siblings):
            return None
        gap = float(max(0.0, 1 - (siblings @ picture.look).max()))
        value = float(1 - np.exp(-gap / REACH))
        numbers = {"nearest": round(gap, 4), "siblings": len(siblings)}
        blame = "a sibling looks much the same"
        return Measure(value, "it adds to its series", blame, numbers)
