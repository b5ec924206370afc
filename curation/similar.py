"""Finds stored pictures near to one: the same pixels by signature, the same look by embedding."""

from uuid import UUID

import numpy as np
from django.db.models import FloatField, QuerySet
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


def nearest_looks(candidate: Candidate, state: str, limit: int = 3) -> QuerySet[Candidate]:
    """Return candidates of a state and the same brand whose embedding is nearest, nearest first.

    Each has `distance`, the cosine distance of 0 same … 2 opposite.
    """
    mine = candidate.embeddings.order_by("-pk").first()
    if mine is None:
        return Candidate.objects.none()
    others = Candidate.objects.filter(
        brand=candidate.brand_id, state=state, embeddings__encoder=mine.encoder
    ).exclude(pk=candidate.pk)
    nearest = others.annotate(distance=CosineDistance("embeddings__vector", mine.vector))
    return nearest.order_by("distance").select_related("render__job")[:limit]


def _cosine(vector: Floats | None, candidate_id: UUID, encoder: str) -> float | None:
    """Return the similarity of a vector to a stored candidate's, where both are there."""
    if vector is None:
        return None
    rows = CandidateEmbedding.objects.filter(candidate=candidate_id, encoder=encoder)
    stored = rows.values_list("vector", flat=True).first()
    return None if stored is None else float(np.asarray(stored) @ vector)
