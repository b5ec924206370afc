"""Finds stored pictures near to one: the same pixels by signature, the same look by embedding.

Copies are found in two steps. An index over short keys proposes the few known pictures that could
be one (`PROPOSED`), however many there are; then the picture is laid over these.
"""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import QuerySet
from pgvector.django import CosineDistance, L2Distance

from curation.compliance.alignment import Fit, best_fit
from curation.compliance.duplicates import Neighbour
from curation.fingerprint import METHOD, Floats, picture_key, unpacked
from curation.models import Candidate, CandidateEmbedding, ProtectedWork, Signature

KNOWN = (Candidate.State.APPROVED, Candidate.State.REVIEW, Candidate.State.WITHDRAWN)
"""States whose pictures a new one must not repeat."""
PROPOSED = 48
"""How many known pictures the index proposes."""


def nearest_copy(
    *,
    signature: Floats,
    vector: Floats | None,
    encoder: str,
    exclude: UUID,
    dismissed: Collection[UUID] = (),
) -> Neighbour | None:
    """Return the known picture that fits best to a picture in any view, whole or cropped.

    Args:
        signature: of the picture.
        vector: its image vector.
        encoder: which made the vector.
        exclude: the candidate itself.
        dismissed: candidates of which a person said that they are another picture.
    """
    rows = Signature.objects.filter(method=METHOD, candidate__state__in=KNOWN)
    rows = rows.exclude(candidate__in=[exclude, *dismissed])
    found = _best(rows.values_list("candidate_id", "thumb"), signature)
    if found is None:
        return None
    candidate_id, fit = found
    known = Candidate.objects.select_related("render__job").get(pk=candidate_id)
    return Neighbour(candidate_id, fit, _cosine(vector, candidate_id, encoder), f"“{known.render}”")


def nearest_work(signature: Floats) -> tuple[ProtectedWork, Fit] | None:
    """Return the protected work that fits best to a picture, however far."""
    rows = ProtectedWork.objects.filter(method=METHOD, is_active=True)
    found = _best(rows.values_list("pk", "thumb"), signature)
    return None if found is None else (ProtectedWork.objects.get(pk=found[0]), found[1])


def _best(rows: "QuerySet[Any, Any]", signature: Floats) -> tuple[Any, Fit] | None:
    """Return the key of the row whose picture fits best, and how; `None` where none comes near."""
    with transaction.atomic():
        _look_far()
        nearest = list(rows.order_by(L2Distance("key", picture_key(signature)))[:PROPOSED])
    if not nearest:
        return None
    fit = best_fit(signature, np.stack([unpacked(bytes(thumb)) for _, thumb in nearest]))
    return None if fit is None else (nearest[fit.index][0], fit)


def _look_far() -> None:
    """Let the index go on until enough rows pass the filters; for this transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL hnsw.ef_search = 96")
        cursor.execute("SET LOCAL hnsw.iterative_scan = relaxed_order")


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
