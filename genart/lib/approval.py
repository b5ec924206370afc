"""What curation tells catalog about an approved render: plain values, no foreign key.

Passed by `genart/workflow.py` from `curation` to `catalog`, which may not import each other.
"""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

EMBEDDING_DIM = 192
"""Length of the image and text vectors of the scoring CLIP (unit length, cosine distance)."""


@dataclass(frozen=True, slots=True)
class Approval:
    """A render that may be published, and why.

    Attributes:
        render_id: the approved `generation.Render`.
        candidate_id: the `curation.Candidate` that was judged.
        decision_id: the `curation.Decision` that approved it.
        decided_by: `gate:<name>@<version>` or `user:<username>`.
        decided_at: when, aware.
        scores: scorer name → value.
        tags: zero-shot words for what is seen, best first.
        embedding: unit vector of length `EMBEDDING_DIM`, or empty when it was not measured.
        colors: measured dominant colours, `(hex, share)`, largest first.
    """

    render_id: UUID
    candidate_id: UUID
    decision_id: int
    decided_by: str
    decided_at: datetime
    scores: dict[str, float] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    embedding: tuple[float, ...] = ()
    colors: tuple[tuple[str, float], ...] = ()
