"""What `genart/api/curation.py` takes and gives."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema
from pydantic import Field

from curation import records
from curation.models import Decision
from genart.api.bodies import Moment


class CandidatesQuery(Schema):
    """Which candidates; every given filter must hold."""

    state: str = Field("", description="scoring, held, review, approved, rejected or withdrawn.")
    brand: str = Field("", max_length=80, description="Brand slug.")
    style: str = Field("", max_length=80, description="Style slug.")
    tier: str = Field("", description="commodity or premium.")
    kind: str = Field("", description="A finding of this kind is held against it.")
    since: Moment | None = Field(None, description="Admitted at or after this moment.")
    after: str = Field("", max_length=200, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=records.MOST_PER_PAGE)


class CandidateSummary(Schema):
    """A render under judgement."""

    id: UUID
    render_id: UUID
    job_id: UUID
    brand: str
    style: str
    tier: str
    state: str
    reasons: list[str]
    created_at: datetime
    decided_at: datetime | None
    version: str = Field(description="Give it back with a decision to be sure of what you saw.")


class CandidatePage(Schema):
    """A page of candidates, newest first."""

    items: list[CandidateSummary]
    next: str | None


class PlaceOut(Schema):
    """Where a score stands in its style."""

    share: float
    scale: str
    words: str


class ScoreOut(Schema):
    """What one version of a scorer said; 0 worst … 1 best."""

    scorer: str
    title: str
    version: str
    value: float
    praise: str
    blame: str
    place: PlaceOut | None = None


class FlagOut(Schema):
    """Something held against a picture; `box` is left, top, width, height in shares."""

    kind: str
    detector: str
    severity: str
    message: str
    score: float | None
    box: list[float] | None
    evidence: dict[str, Any] = {}


class CheckOut(Schema):
    """That a detector looked."""

    detector: str
    version: str
    outcome: str
    message: str
    checked_at: datetime


class DecisionOut(Schema):
    """A verdict of a person or a gate; rows are added, never changed."""

    id: int
    verdict: str
    reason: str
    note: str
    author: str
    input: str
    decided_at: datetime
    undoes: int | None


class CandidateDetail(CandidateSummary):
    """A candidate with all that is known of it."""

    prompt: str
    tags: list[str]
    colors: list[tuple[str, float]]
    scores: list[ScoreOut]
    flags: list[FlagOut]
    checks: list[CheckOut]
    decisions: list[DecisionOut]


class DecisionIn(Schema):
    """A verdict; a rejection names a reason of the closed list."""

    verdict: str = Field(description="approve or reject.")
    reason: str = Field(
        "", description=", ".join(value for value in Decision.Reason.values if value)
    )
    note: str = Field("", max_length=300)
    version: str = Field("", description="`version` of the candidate when you read it.")


class AppraisalIn(Schema):
    """What the picture was meant to be; whatever is left out is not measured."""

    prompt: str = ""
    layout: str = Field("", description="left, right, high, low, centered or diagonal.")
    density: float = Field(0.5, description="0 sparse … 1 dense.")
    palette: str = Field("", description="#C65D3B:0.5,#F6EADB:0.5 — weights may be left out.")
    brand: str = Field("", description="Slug: its taste and its gate are asked too.")
    tier: str = "commodity"


class GateOut(Schema):
    """What the rules of a gate would say of a picture; nothing comes of it."""

    gate: str
    would: str
    reasons: list[str]
    doubt: float


class TasteOut(Schema):
    """How likely a brand approves, by what it has learnt."""

    probability: float
    version: str
    parts: dict[str, float]


class AppraisalResult(Schema):
    """What was measured."""

    encoder: str
    vector: list[float]
    colors: list[tuple[str, float]]
    tags: list[str]
    scores: list[ScoreOut]
    flags: list[FlagOut]
    unchecked: list[dict[str, str]]
    failures: dict[str, str]
    taste: TasteOut | None
    gate: GateOut | None


class AppraisalOut(Schema):
    """A picture that waits, or what was measured."""

    id: UUID
    state: str
    error: str
    expires_at: datetime
    url: str
    result: AppraisalResult | None
