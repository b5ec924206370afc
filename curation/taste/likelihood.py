"""How likely a brand approves one candidate, by the taste it has learnt."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import numpy as np

from curation.models import Candidate, Head
from curation.taste.features import row_of
from curation.taste.fit import EMBEDDING, Fitted
from curation.taste.logistic import Doubles
from genart.ml.weights import clip_folder

LOOK = "look"
"""All that the vector says, in one part: its numbers have no names."""


@dataclass(frozen=True)
class Likelihood:
    """A calibrated probability with what made it.

    Attributes:
        value: 0 … 1.
        head_id: the row of `Head`.
        version: of the head, for scores and certificates.
        contributions: feature and what it adds to the log-odds, the strongest first.
    """

    value: float
    head_id: int
    version: str
    contributions: tuple[tuple[str, float], ...]


def likelihood_of(
    candidate: Candidate,
    *,
    vector: object,
    scores: Mapping[str, float],
    attributes: Mapping[str, float] | None = None,
) -> Likelihood | None:
    """Return how likely the brand approves a candidate, by its active head.

    Args:
        candidate: the picture that is judged.
        vector: unit image vector of the scoring CLIP, or `None`.
        scores: scorer → value.
        attributes: as measured just now; left out, those stored, or they count as average.

    Returns:
        `None` where the brand has no active head, or its encoder is not the one in use.
    """
    active = Head.objects.filter(brand=candidate.brand_id, is_active=True)
    head = active.defer("weights", "report").first()
    if head is None or vector is None or head.encoder != clip_folder().encoder:
        return None
    seen = np.asarray(vector, np.float32)
    return likelihood_by(head, row_of(candidate, seen, scores, head.features, attributes))


def likelihood_by(head: Head, row: Doubles) -> Likelihood:
    """Return what one head says of the features of a candidate, in the order of its own."""
    fitted = _fitted(head.pk, head.created_at)
    parts = dict(zip(fitted.names, fitted.parts(row)[0].tolist(), strict=True))
    return Likelihood(
        value=float(fitted.predict(row)[0]),
        head_id=head.pk,
        version=f"{head.version}+{head.encoder}",
        contributions=tuple(_gathered(parts)),
    )


@lru_cache(maxsize=64)
def _fitted(head_id: int, created_at: datetime) -> Fitted:
    """Return a head's taste; heads are never edited, so it is read once for each process."""
    head = Head.objects.get(pk=head_id, created_at=created_at)
    return Fitted.from_json(head.features, head.weights)


def _gathered(parts: Mapping[str, float]) -> list[tuple[str, float]]:
    """Return the named parts and the vector's as one, the strongest first."""
    named = {name: value for name, value in parts.items() if not name.startswith(EMBEDDING)}
    named[LOOK] = sum(value for name, value in parts.items() if name.startswith(EMBEDDING))
    rounded = ((name, round(value, 3)) for name, value in named.items())
    return sorted(rounded, key=lambda part: -abs(part[1]))
