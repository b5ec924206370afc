"""Writes what taste is learnt from beside the scores: attributes, and the values of criteria.

Within a transaction that holds the candidate, as `curation/recording.py` does. Rows of one version
are written once.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from curation.models import Attributes, Candidate
from curation.taste.attributes import VERSION


def store_taste(
    candidate: Candidate, *, vector: NDArray[np.float32] | None, attributes: Mapping[str, float]
) -> None:
    """Write a candidate's attributes and what its brand's live criteria say. Safe to repeat."""
    if attributes:
        Attributes.objects.get_or_create(
            candidate=candidate, version=VERSION, defaults={"values": dict(attributes)}
        )
