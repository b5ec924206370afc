"""Writes what taste is learnt from beside the scores: attributes, and the values of criteria.

Called by `curation/recording.py` for a batch. Rows of one version are written once.
"""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from curation.examination import Examination
from curation.models import Attributes, Candidate, Criterion, Score
from curation.taste import criteria
from curation.taste.attributes import VERSION
from curation.taste.likelihood import Likelihood
from genart.ml.weights import clip_folder

Measured = Sequence[tuple[Candidate, Examination]]
TASTE = "taste"
"""The scorer of a head's probability."""
PREFIX = "criterion:"
"""Begins the scorer of a criterion's value; its id follows."""


def store_taste(examined: Measured) -> None:
    """Write attributes, and what the live criteria of each brand say. Safe to repeat."""
    Attributes.objects.bulk_create(
        [
            Attributes(candidate=candidate, version=VERSION, values=exam.attributes)
            for candidate, exam in examined
            if exam.attributes
        ],
        ignore_conflicts=True,
    )
    seen = [(candidate, exam.vector) for candidate, exam in examined if exam.vector is not None]
    live: dict[int, list[Criterion]] = {}
    for criterion in criteria.live_of({candidate.brand_id for candidate, _ in seen}):
        live.setdefault(criterion.brand_id, []).append(criterion)
    if live:
        Score.objects.bulk_create(_criterion_rows(seen, live), ignore_conflicts=True)


def store_likelihood(candidate: Candidate, likelihood: Likelihood) -> None:
    """Write a head's probability as a score. Safe to repeat."""
    row = Score(
        candidate=candidate,
        scorer=TASTE,
        version=likelihood.version,
        value=likelihood.value,
        evidence={"head": likelihood.head_id, "parts": dict(likelihood.contributions)},
    )
    Score.objects.bulk_create([row], ignore_conflicts=True)


def _criterion_rows(
    seen: Iterable[tuple[Candidate, NDArray[np.float32]]], live: Mapping[int, list[Criterion]]
) -> list[Score]:
    """Return the rows of all criteria of all pictures, not saved."""
    encoder = clip_folder().encoder
    senses = criteria.senses([criterion for group in live.values() for criterion in group])
    return [
        Score(
            candidate=candidate,
            scorer=f"{PREFIX}{criterion.pk}",
            version=encoder,
            value=float(senses[criterion.pk].values(vector[None])[0]),
            evidence={"name": criterion.name, "threshold": criterion.threshold},
        )
        for candidate, vector in seen
        for criterion in live.get(candidate.brand_id, [])
    ]
