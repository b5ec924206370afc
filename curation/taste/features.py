"""Gathers what a taste looks at: the vector, what can be named, the scores and the criteria."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from curation.models import Candidate
from curation.taste.fit import EMBEDDING


def features_of(
    candidate: Candidate, vector: NDArray[np.float32] | None, scores: Mapping[str, float]
) -> dict[str, float]:
    """Return every feature of a candidate by its name."""
    return {**_vector_features(vector), **{f"score.{name}": float(v) for name, v in scores.items()}}


def _vector_features(vector: Any) -> dict[str, float]:
    if vector is None:
        return {}
    return {f"{EMBEDDING}.{place}": float(value) for place, value in enumerate(vector)}
