"""Gathers what a taste looks at: the vector, what can be named, the scores and the criteria.

Everything comes from rows, never from files, so that a taste is learnt anew in seconds. What a
candidate lacks is NaN, and counts as average.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import TextField
from django.db.models.expressions import RawSQL
from django.db.models.functions import Cast
from numpy.typing import NDArray

from curation.models import Attributes, Candidate, CandidateEmbedding, Criterion, Score
from curation.scorers import SCORERS
from curation.taste import criteria
from curation.taste.attributes import ATTRIBUTES, VERSION
from curation.taste.fit import EMBEDDING
from genart.lib.approval import EMBEDDING_DIM
from genart.ml.weights import clip_folder

Floats = NDArray[np.float32]
Doubles = NDArray[np.float64]

ATTRIBUTE, SCORE, CRITERION = "attribute", "score", "criterion"
"""Prefixes of the names of features; a criterion's is followed by its id."""


def names_for(live: Sequence[Criterion]) -> list[str]:
    """Return the features of a new head, in order."""
    return [
        *(f"{ATTRIBUTE}.{name}" for name in ATTRIBUTES),
        *(f"{SCORE}.{name}" for name in SCORERS),
        *(f"{CRITERION}.{criterion.pk}" for criterion in live),
        *(f"{EMBEDDING}.{place}" for place in range(EMBEDDING_DIM)),
    ]


def row_of(
    candidate: Candidate,
    vector: Floats,
    scores: Mapping[str, float],
    names: Sequence[str],
    attributes: Mapping[str, float] | None = None,
) -> Doubles:
    """Return the features of one candidate that is being judged, shape `(d,)`.

    Its stored attributes are read unless they are given.
    """
    if not attributes:
        stored = Attributes.objects.filter(candidate=candidate, version=VERSION).first()
        attributes = stored.values if stored else {}
    known = {f"{SCORE}.{name}": float(value) for name, value in scores.items()}
    known |= _named(ATTRIBUTE, attributes)
    known |= {f"{EMBEDDING}.{place}": float(value) for place, value in enumerate(vector)}
    for name, values in _criterion_columns(names, vector[None]).items():
        known[name] = float(values[0])
    return np.array([known.get(name, np.nan) for name in names])


def rows_of(candidate_ids: Sequence[UUID], names: Sequence[str]) -> Doubles:
    """Return the features of many candidates, shape `(n, d)`, in a fixed number of queries."""
    place = {key: index for index, key in enumerate(candidate_ids)}
    rows = np.full((len(place), len(names)), np.nan)
    column = {name: index for index, name in enumerate(names)}
    _fill_attributes(rows, place, column)
    _fill_scores(rows, place, column)
    vectors = _vectors(place)
    seen = np.flatnonzero(np.isfinite(vectors[:, 0]))
    for name, values in _criterion_columns(names, vectors[seen]).items():
        rows[seen, column[name]] = values
    embedded = [column[f"{EMBEDDING}.{index}"] for index in range(EMBEDDING_DIM)]
    rows[:, embedded] = vectors
    return rows


def _fill_attributes(rows: Doubles, place: Mapping[UUID, int], column: Mapping[str, int]) -> None:
    stored = Attributes.objects.filter(candidate__in=_any(place), version=VERSION)
    for key, values in stored.values_list("candidate", "values"):
        for name, value in _named(ATTRIBUTE, values).items():
            if name in column:
                rows[place[key], column[name]] = value


def _fill_scores(rows: Doubles, place: Mapping[UUID, int], column: Mapping[str, int]) -> None:
    """Fill in each scorer's newest value."""
    scorers = [name for name in SCORERS if f"{SCORE}.{name}" in column]
    stored = Score.objects.filter(candidate__in=_any(place), scorer__in=scorers).order_by("pk")
    for key, scorer, value in stored.values_list("candidate", "scorer", "value"):
        rows[place[key], column[f"{SCORE}.{scorer}"]] = value


def _vectors(place: Mapping[UUID, int]) -> Floats:
    """Return the vectors by the encoder in use, NaN where there is none."""
    vectors = np.full((len(place), EMBEDDING_DIM), np.nan, np.float32)
    known = CandidateEmbedding.objects.filter(
        candidate__in=_any(place), encoder=clip_folder().encoder
    ).annotate(text=Cast("vector", TextField()))
    rows = list(known.values_list("candidate", "text"))
    # All texts at once: number by number it takes as long as the whole fit.
    numbers = np.fromstring(",".join(text[1:-1] for _, text in rows), np.float32, sep=",")
    vectors[[place[key] for key, _ in rows]] = numbers.reshape(len(rows), EMBEDDING_DIM)
    return vectors


def _any(place: Mapping[UUID, int]) -> RawSQL:
    """Return the candidates as one array: thousands of parameters take their time."""
    return RawSQL("SELECT unnest(%s::uuid[])", [list(place)])


def _criterion_columns(names: Sequence[str], vectors: Floats) -> dict[str, Doubles]:
    """Return the values of the criteria that are among the features; retired ones count on."""
    ids = [int(name.partition(".")[2]) for name in names if name.startswith(f"{CRITERION}.")]
    if not ids:
        return {}
    senses = criteria.senses(list(Criterion.objects.filter(pk__in=ids)))
    return {f"{CRITERION}.{pk}": sense.values(vectors) for pk, sense in senses.items()}


def _named(prefix: str, values: Mapping[str, Any]) -> dict[str, float]:
    return {f"{prefix}.{name}": float(value) for name, value in values.items()}
