"""Does the picture look like the works of its style that people or gates approved?

Where a style has fewer than `LEAST_WORKS` of them there is nothing to compare with, and the scorer
says nothing.
"""

import numpy as np

from curation.scorers.contract import Measure, Picture

LEAST_WORKS = 8
LEAST_SPREAD = 0.02
"""Works that all look alike must not make the next one strange."""


class Consistency:
    """How near the picture is to the middle of its style's approved works."""

    name = "consistency"
    version = "1"
    title = "Consistency"
    explains = "High when the picture looks like the approved works of its style."
    needs_vector = True
    more = "more like its style"
    less = "less like its style"

    def measure(self, picture: Picture) -> Measure | None:
        """Return 0.98 at the works' own mean, one half two standard deviations under it."""
        company = picture.brief.company
        if company.style is None or company.style_works < LEAST_WORKS:
            return None
        cosine = float(company.style @ picture.look)
        mean, spread = company.style_spread
        below = (mean - cosine) / max(spread, LEAST_SPREAD)
        value = float(1 / (1 + np.exp((below - 2) * 2)))
        numbers = {
            "cosine": round(cosine, 4),
            "usual": round(mean, 4),
            "spread": round(spread, 4),
            "works": company.style_works,
        }
        blame = f"it strays from the {company.style_works} approved works of its style"
        return Measure(value, "it looks like its style", blame, numbers)
