"""Is this picture, seen in any of its eight views, already in the collection?

Pure judgement over the nearest known picture; `curation/similar.py` finds it.
"""

from dataclasses import dataclass
from uuid import UUID

from curation.compliance.contract import Finding

KIND = "duplicate"
DETECTOR = "oklab16@1"
SAME = 0.012
"""A distance under which two pictures look the same: refused."""
CLOSE = 0.03
"""A distance under which a buyer would call it a variant: a person decides."""


@dataclass(frozen=True)
class Neighbour:
    """The nearest known picture.

    Attributes:
        candidate_id: whose it is.
        distance: root mean square colour difference of the signatures, nearest view.
        cosine: similarity of the image vectors, −1 to 1; `None` where one is missing.
        title: what it is called, for the message.
    """

    candidate_id: UUID
    distance: float
    cosine: float | None
    title: str


def find_duplicate(neighbour: Neighbour | None) -> Finding | None:
    """Return a finding where the nearest known picture is too near."""
    if neighbour is None or neighbour.distance >= CLOSE:
        return None
    same = neighbour.distance < SAME
    message = (
        f"It is the same picture as {neighbour.title}."
        if same
        else f"It is very close to {neighbour.title}."
    )
    evidence = {
        "match": str(neighbour.candidate_id),
        "distance": round(neighbour.distance, 4),
        "cosine": None if neighbour.cosine is None else round(neighbour.cosine, 4),
        "same_below": SAME,
        "close_below": CLOSE,
    }
    return Finding(KIND, DETECTOR, "block" if same else "hold", message, evidence=evidence)
