"""Does this picture repeat one of the collection: whole, cropped, mirrored, turned, brightened?

Pure judgement over how two pictures fit; `curation/similar.py` finds the known ones and lays the
picture over them. Each pair is judged by itself: that A is like B and B like C says nothing of A
and C.
"""

from dataclasses import dataclass
from uuid import UUID

from curation.compliance.alignment import Fit
from curation.compliance.contract import Finding, Severity

KIND = "duplicate"
NAME, VERSION = "duplicates", "oklab48@1"
DETECTOR = f"{NAME}@{VERSION}"
SAME = 0.012
"""A distance under which two pictures are the same: refused."""
CLOSE = 0.019
"""A distance under which a buyer would call it a variant: a person decides."""


@dataclass(frozen=True)
class Neighbour:
    """The known picture that fits best.

    Attributes:
        candidate_id: whose it is.
        fit: how the picture lies on it.
        cosine: similarity of the image vectors, −1 to 1; `None` where one is missing.
        title: what it is called, for the message.
    """

    candidate_id: UUID
    fit: Fit
    cosine: float | None
    title: str


def find_duplicate(neighbour: Neighbour | None) -> Finding | None:
    """Return a finding where the known picture that fits best is too near."""
    if neighbour is None or neighbour.fit.distance >= CLOSE:
        return None
    same = neighbour.fit.distance < SAME
    message = (
        f"It is the same picture as {neighbour.title}{how(neighbour.fit)}."
        if same
        else f"It is very close to {neighbour.title}{how(neighbour.fit)}."
    )
    evidence = {
        "match": str(neighbour.candidate_id),
        **fit_evidence(neighbour.fit),
        "cosine": None if neighbour.cosine is None else round(neighbour.cosine, 4),
        "same_below": SAME,
        "close_below": CLOSE,
    }
    severity: Severity = "block" if same else "hold"
    return Finding(KIND, DETECTOR, severity, message, sureness(neighbour.fit), evidence=evidence)


def sureness(fit: Fit) -> float:
    """Return 1 for equal pictures, and 0.5 at the distance from which a person decides."""
    return round(max(0.0, 1 - 0.5 * fit.distance / SAME), 4)


def fit_evidence(fit: Fit) -> dict[str, object]:
    """Return how two pictures fit, as JSON."""
    return {
        "distance": round(fit.distance, 4),
        "view": fit.view,
        "frame": [round(value, 3) for value in fit.frame],
        "gain": round(fit.gain, 3),
    }


def how(fit: Fit) -> str:
    """Return in what way a picture was changed, as an end of a sentence."""
    said = []
    if fit.view % 2:
        said.append("mirrored")
    if fit.view // 2:
        said.append("turned")
    if min(fit.frame[2:]) < 0.96:
        said.append("cropped")
    elif max(fit.frame[2:]) > 1.04:
        said.append("with more around it")
    if abs(fit.gain - 1) > 0.04:
        said.append("darker" if fit.gain > 1 else "brighter")
    return f", {' and '.join(said)}" if said else ""
