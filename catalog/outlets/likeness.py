"""Which works are too like others to go to one outlet together. Pure.

Outlets refuse what looks like spam. Two works are too like where their vectors are nearly one, or
where as few bits of their looks differ as in copies of one picture.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import numpy as np

from catalog.provenance.fingerprint import LIKE_BITS, bits_apart

TOO_LIKE = 0.97
"""Cosine of two image vectors from which a buyer would call one a variant of the other."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A work as it is compared.

    Attributes:
        vector: of the image, `[EMBEDDING_DIM]`; `None` where there is none.
        look: 64 hex digits by `look_of`; empty where it is not known.
        where: end of a sentence: where the work went, or that it is in the bundle.
    """

    artwork_id: UUID
    title: str
    vector: Sequence[float] | None
    look: str
    where: str


def twins(works: Sequence[Seen], before: Sequence[Seen]) -> dict[UUID, str]:
    """Return which works must stay, each with the sentence that names its twin.

    Args:
        works: the strongest first; each is compared with those that were kept before it.
        before: what the outlet has already.
    """
    kept, held = list(before), {}
    matrix = [_unit(seen.vector) for seen in kept]
    for work in works:
        own = _unit(work.vector)
        twin = _twin(work, own, kept, matrix)
        if twin is None:
            kept.append(work)
            matrix.append(own)
        else:
            held[work.artwork_id] = f"Too like “{twin.title}”, {twin.where}."
    return held


def _twin(work: Seen, own: Any, kept: Sequence[Seen], matrix: Sequence[Any]) -> Seen | None:
    """Return the nearest of the kept works that is too like, if one is."""
    if not kept:
        return None
    cosines = np.asarray(matrix, np.float32) @ own
    best = int(cosines.argmax())
    if cosines[best] >= TOO_LIKE:
        return kept[best]
    for seen in kept:
        if work.look and seen.look and bits_apart(work.look, seen.look) <= LIKE_BITS:
            return seen
    return None


def _unit(vector: Sequence[float] | None) -> Any:
    """Return a vector of length 1; zeros, like nothing, where there is none."""
    if vector is None:
        return _nothing()
    values = np.asarray(vector, np.float32)
    length = float(np.linalg.norm(values))
    return values / length if length else _nothing()


def _nothing() -> Any:
    from genart.lib.approval import EMBEDDING_DIM

    return np.zeros(EMBEDDING_DIM, np.float32)
