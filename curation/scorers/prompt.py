"""Does the picture show what its prompt says, more than what other prompts say?

A plain CLIP similarity has no scale of its own: what is high differs from style to style. Therefore
the prompt competes with those of other styles, and the value says by how much it wins.
"""

import numpy as np

from curation.scorers.contract import Measure, Picture

TEMPERATURE = 0.1
"""A lead of this much cosine over the best rival gives 0.73; the same behind it gives 0.27."""
PLAIN_MIDDLE, PLAIN_WIDTH = 0.25, 0.06
"""Used where there is no rival: a cosine that gives one half, and its spread."""


class Prompt:
    """How clearly the prompt fits better than the prompts of other styles."""

    name = "prompt"
    version = "1"
    title = "Prompt"
    explains = "High when the picture fits its own prompt better than those of other styles."
    needs_vector = True
    more = "truer to its prompt"
    less = "farther from its prompt"

    def measure(self, picture: Picture) -> Measure:
        """Return one half where the best rival fits as well, towards 1 as the lead grows."""
        own = float(picture.brief.prompt_vector @ picture.vector)
        if not picture.brief.rivals:
            value = float(1 / (1 + np.exp(-(own - PLAIN_MIDDLE) / PLAIN_WIDTH)))
            blame = "it hardly fits its prompt"
            return Measure(value, "it fits its prompt", blame, {"cosine": round(own, 4)})
        cosines = picture.brief.rival_vectors @ picture.vector
        best = int(cosines.argmax())
        lead = own - float(cosines[best])
        value = float(1 / (1 + np.exp(-lead / TEMPERATURE)))
        numbers = {
            "cosine": round(own, 4),
            "lead": round(lead, 4),
            "rank": int((cosines > own).sum()) + 1,
            "best_rival": picture.brief.rivals[best],
        }
        rival = picture.brief.rivals[best].partition(",")[0]
        blame = f"it looks more like “{rival}”"
        if lead > 0:
            blame = f"it looks nearly as much like “{rival}”"
        return Measure(value, "it shows what its prompt says", blame, numbers)
