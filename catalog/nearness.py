"""Which works are nearest to a vector, under any filter, and never fewer than there are.

The index of pgvector walks on until enough works pass the filter (`hnsw.iterative_scan`), within a
bound; a filter that few works pass is answered by measuring all of those. Whatever came back short
is measured in full, so that a query returns min(limit, matches) works always.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection, transaction
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.functions import Cast
from numpy.typing import NDArray
from pgvector import HalfVector
from pgvector.django import CosineDistance, HalfVectorField

from catalog.models import Artwork, ArtworkEmbedding
from genart.lib.approval import EMBEDDING_DIM

EXACT_WORKS = 4_000
"""Up to so many matching works all are measured: quicker then than a walk that skips most."""
SCAN_TUPLES = 60_000
SEARCH_WIDTH = 120
"""`hnsw.ef_search`: recall at 20 over 0.95 on a million clustered vectors, see the bench."""
Place = tuple[UUID, float]


class Placed(Func):
    """The condition that an ordinal is one of these; one parameter, however many there are."""

    template = "%(expressions)s::integer[])"
    arg_joiner = " = ANY("
    output_field = BooleanField()

    def __init__(self, column: str, ordinals: NDArray[np.int64]) -> None:
        super().__init__(F(column), Value("{" + ",".join(map(str, ordinals.tolist())) + "}"))


def nearest_to(
    vector: Sequence[float],
    limit: int,
    *,
    among: Q | None = None,
    matching: int | None = None,
    ordinals: NDArray[np.int64] | None = None,
    measured: bool = False,
) -> list[Place]:
    """Return works on sale and their cosine distances (0 … 2), nearest first.

    Args:
        vector: `EMBEDDING_DIM` numbers.
        limit: the most works.
        among: a condition on `artwork`, its fields named as of `Artwork`.
        matching: how many works have it, where that is known.
        ordinals: all works that have it, where few do.
        measured: measure all works that have it, and leave the index alone.
    """
    works = ArtworkEmbedding.objects.filter(artwork__withdrawn_at=None)
    if among is not None:
        works = works.filter(_of_artwork(among))
    distance = _distance_to(vector)
    if ordinals is not None:
        few = ArtworkEmbedding.objects.filter(Placed("artwork__entry__ordinal", ordinals))
        return _measured(few, distance, limit)
    if measured:
        return _measured(works, distance, limit)
    found = _walked(works, distance, limit)
    if len(found) < limit and (matching is None or len(found) < matching):
        found = _measured(works, distance, limit)
    return found


def _of_artwork(among: Q) -> Q:
    """Return a condition on artworks as one on their vectors."""
    moved = Q(_connector=among.connector, _negated=among.negated)
    children: list[Any] = list(among.children)
    for child in children:
        moved.children.append(
            _of_artwork(child) if isinstance(child, Q) else (f"artwork__{child[0]}", child[1])
        )
    return moved


def works_near(vector: Sequence[float], limit: int) -> list[tuple[Artwork, float]]:
    """Return works on sale and their distances by the index alone, in one query; maybe fewer."""
    near = (
        ArtworkEmbedding.objects.filter(artwork__withdrawn_at=None)
        .select_related("artwork")
        .defer("vector", "artwork__search")
        .annotate(distance=_distance_to(vector))
        .order_by("distance")
    )
    with _walking(limit):
        return [(row.artwork, row.distance) for row in near[:limit]]


def _distance_to(vector: Sequence[float]) -> Any:
    """Return the expression that the index is made of."""
    half = HalfVector(list(vector))
    return CosineDistance(Cast("vector", HalfVectorField(dimensions=EMBEDDING_DIM)), half)


def _walked(works: Any, distance: Any, limit: int) -> list[Place]:
    """Return the nearest by the index."""
    near = works.annotate(distance=distance).order_by("distance")
    with _walking(limit):
        return list(near.values_list("artwork_id", "distance")[:limit])


@contextmanager
def _walking(limit: int) -> Iterator[None]:
    """Walk the index as far as a limit needs."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('hnsw.iterative_scan', 'strict_order', true),"
            " set_config('hnsw.ef_search', %s, true),"
            " set_config('hnsw.max_scan_tuples', %s, true)",
            [str(min(1000, max(SEARCH_WIDTH, limit))), str(SCAN_TUPLES)],
        )
        yield


def _measured(works: Any, distance: Any, limit: int) -> list[Place]:
    """Return the nearest by measuring every one; the sum keeps the index out of it."""
    near = works.annotate(distance=distance + Value(0.0)).order_by("distance", "artwork_id")
    return list(near.values_list("artwork_id", "distance")[:limit])
