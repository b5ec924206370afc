"""Does the picture keep to the colours that were asked for? Measured in OKLab, without a model."""

import numpy as np

from curation.scorers.contract import Measure, Picture
from genart.lib.color import hex_to_oklab, palette_distance

JUST_VISIBLE = 0.02


class Palette:
    """How near the dominant colours are to the requested ones."""

    name = "palette"
    version = "1"
    title = "Palette"
    explains = "High when every large area has a requested colour and few of them are missing."
    needs_vector = False
    more = "truer to its palette"
    less = "farther from its palette"

    def measure(self, picture: Picture) -> Measure:
        """Return 1 for exact colours; 0.04 away halves about a third, 0.15 away is a failure."""
        distance = palette_distance(picture.colors, picture.brief.palette)
        strange = _strangest(picture)
        # Colours that nobody asked for weigh most; one that is missing may just not be needed.
        near = np.exp(-((max(distance.foreign - JUST_VISIBLE / 2, 0) / 0.09) ** 1.5))
        complete = np.exp(-((max(distance.missing - 0.06, 0) / 0.25) ** 2))
        value = float(np.clip(0.8 * near + 0.2 * near * complete, 0, 1))
        numbers = {
            "foreign": round(distance.foreign, 4),
            "missing": round(distance.missing, 4),
            "share_error": round(distance.share_error, 4),
            "strangest": strange,
        }
        blame = f"its colours stray from the palette, most of all {strange}"
        return Measure(value, "its colours are close to the palette", blame, numbers)


def _strangest(picture: Picture) -> str:
    """Return the measured colour of some size that is farthest from every requested one."""
    asked = hex_to_oklab([color for color, _ in picture.brief.palette])
    large = [color for color, share in picture.colors if share >= 0.03] or [picture.colors[0][0]]
    gaps = np.linalg.norm(hex_to_oklab(large)[:, None] - asked[None], axis=-1).min(axis=1)
    return large[int(gaps.argmax())]
