"""Finds stored pictures near to one: the same pixels by signature, the same look by embedding."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from django.db.models import FloatField
from django.db.models.functions import Cast, Least
from pgvector.django import CosineDistance, L2Distance

from curation.compliance.duplicates import Neighbour
from curation.fingerprint import GRID, METHOD, Floats, views
from curation.models import Candidate, CandidateEmbedding, Signature

KNOWN = (Candidate.State.APPROVED, Candidate.State.REVIEW)
"""States whose pictures a new one must not repeat."""


def nearest_copy(
    *, signature: Floats, vector: Floats | None, encoder: str, exclude: UUID
) -> Neighbour | None:
    """Return the known picture nearest to any of the eight views of `signature`."""
    distances = [Cast(L2Distance("vector", view), FloatField()) for view in views(signature)]
    row = (
        Signature.objects.filter(method=METHOD, candidate__state__in=KNOWN)
        .exclude(candidate=exclude)
        .annotate(distance=Least(*distances))
        .order_by("distance")
        .select_related("candidate__render__job")
        .first()
    )
    if row is None:
        return None
    return Neighbour(
        candidate_id=row.candidate_id,
        distance=row.distance / GRID,
        cosine=_cosine(vector, row.candidate_id, encoder),
        title=f"“{row.candidate.render}”",
    )


def nearest_looks(
    candidate: Candidate, states: Sequence[str], limit: int = 3
) -> list[list[Candidate]]:
    """Return for each state the brand's candidates whose embedding is nearest, nearest first."""
    mine = candidate.embeddings.order_by("-pk").first()
    if mine is None:
        return [[] for _ in states]
    return [_nearest(candidate, mine, state, limit) for state in states]


def _nearest(
    candidate: Candidate, mine: CandidateEmbedding, state: str, limit: int
) -> list[Candidate]:
    """Return the candidates of one state that look most like one."""
    others = CandidateEmbedding.objects.filter(
        encoder=mine.encoder, candidate__state=state, candidate__brand=candidate.brand_id
    ).exclude(candidate=candidate.pk)
    # Ids first: sorting narrow rows is several times quicker than sorting whole candidates.
    nearest = others.order_by(CosineDistance("vector", mine.vector))
    ids = list(nearest.values_list("candidate_id", flat=True)[:limit])
    rows = Candidate.objects.select_related("render__job").in_bulk(ids)
    return [rows[pk] for pk in ids if pk in rows]


def _cosine(vector: Floats | None, candidate_id: UUID, encoder: str) -> float | None:
    """Return the similarity of a vector to a stored candidate's, where both are there."""
    if vector is None:
        return None
    rows = CandidateEmbedding.objects.filter(candidate=candidate_id, encoder=encoder)
    stored = rows.values_list("vector", flat=True).first()
    return None if stored is None else float(np.asarray(stored) @ vector)
