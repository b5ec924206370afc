"""Where a score stands among the pictures of its style: a share of 0 … 1, and words.

A raw value says how sharp a picture is; among the works of its style it says more: what is sharp
for watercolours is soft for tiles. A `Scale` holds the quantiles of one scorer in one style; a
value is placed by straight lines between them, so a higher value never stands lower. Styles with
fewer than `LEAST` pictures use the scale of all styles.

Gates keep to the raw values. A place is a rank among whatever was made: where a whole style is
poor, half of it stands above the middle; and it moves with every picture, so that a verdict could
not be reached again from its evidence. Places explain, and are there to learn from; bounds and
certificates rest on what does not move.

Pure, but for `scales_for`, which reads rows.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from curation.models import Scale
from curation.scorers import SCORERS

STEPS = 21
LEAST = 30
"""A style with fewer pictures has no scale of its own."""
NOT_WORTH_SAYING = (0.3, 0.7)


class Place(NamedTuple):
    """Where a value stands: the share of pictures below it, by which scale, in words."""

    share: float
    scale: str
    words: str

    def as_evidence(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {"share": self.share, "scale": self.scale, "words": self.words}


def quantiles_of(values: Sequence[float]) -> list[float]:
    """Return `STEPS` quantiles at equal steps, from the least value to the largest."""
    return [round(float(q), 6) for q in np.quantile(values, np.linspace(0, 1, STEPS))]


def share_below(quantiles: Sequence[float], value: float) -> float:
    """Return which share of pictures lies below a value, 0 to 1; rises with the value.

    Where many pictures have the same value, it stands in the middle of them.
    """
    steps = np.linspace(0, 1, len(quantiles))
    rising = np.asarray(quantiles)
    low, high = np.searchsorted(rising, value, "left"), np.searchsorted(rising, value, "right")
    if high > low:
        return float((steps[low] + steps[high - 1]) / 2)
    return float(np.interp(value, rising, steps))


def place(scorer: str, value: float, scale: Scale) -> Place:
    """Return where a value stands on a scale."""
    share = round(share_below(scale.quantiles, value), 3)
    whole = "this style" if scale.style_id else "all styles"
    return Place(share, f"{scale.pk}@{scale.version}", _in_words(scorer, share, whole))


def scales_for(style_ids: Sequence[int]) -> dict[tuple[int, str, str], Scale]:
    """Return the newest scale by style, scorer and scorer version; one query."""
    rows = Scale.objects.filter(style__in=style_ids) | Scale.objects.filter(style=None)
    newest = {
        (row.style_id, row.scorer, row.scorer_version): row for row in rows.order_by("version")
    }
    found = {}
    for (style_id, scorer, version), row in newest.items():
        for wanted in [style_id] if style_id else style_ids:
            if style_id or (wanted, scorer, version) not in newest:
                found[wanted, scorer, version] = row
    return found


def placed(
    measured: Mapping[str, tuple[str, float]],
    style_id: int,
    scales: Mapping[tuple[int, str, str], Scale],
) -> dict[str, Place]:
    """Return the places of scorer → (version, value), where there is a scale."""
    return {
        name: place(name, value, scales[style_id, name, version])
        for name, (version, value) in measured.items()
        if (style_id, name, version) in scales
    }


def _in_words(scorer: str, share: float, whole: str) -> str:
    known = SCORERS.get(scorer)
    if known is None:
        return ""
    low, high = NOT_WORTH_SAYING
    if low < share < high:
        return f"usual for {whole}"
    word, of = (known.more, share) if share >= high else (known.less, 1 - share)
    return f"{word} than {of:.0%} of {whole}".replace("%", " %")
