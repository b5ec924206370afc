"""What the API takes and gives of jobs."""

from datetime import datetime
from typing import Any
from uuid import UUID

from ninja import Schema

from generation.models import Lane


class JobIn(Schema):
    """A design spec to render; its schema is at `/api/v1/design-spec.schema.json`."""

    spec: dict[str, Any]
    lane: Lane = Lane.STANDARD


class Links(Schema):
    """Where to look next."""

    self: str
    page: str
    cancel: str


class SpecWarning(Schema):
    """What works but is hardly meant so, and where it stands in the spec."""

    loc: list[str | int]
    msg: str


class JobAccepted(Schema):
    """A job that was taken on, without the pictures that would have been the same."""

    id: UUID
    status: str
    renders: int
    duplicates: int
    warnings: list[SpecWarning]
    links: Links


class EstimateOut(Schema):
    """What a series takes; `null` where nothing was measured yet."""

    compute_seconds: float | None
    wall_seconds: float | None
    workers: int
    measured: int
    is_scaled: bool
    cents: float | None
    remote: int


class PlannedOut(Schema):
    """One picture before it is made."""

    index: int
    seed: int
    prompt: str
    negative_prompt: str
    style: str
    palette: list[dict[str, Any]]
    layout: str
    density: float
    width_px: int
    height_px: int


class PreviewOut(Schema):
    """What a spec would become. `spec`, sent as it is, makes exactly these pictures."""

    count: int
    duplicates: int
    combinations: int
    pairwise: int | None
    tier: str
    warnings: list[SpecWarning]
    estimate: EstimateOut
    renders: list[PlannedOut]
    spec: dict[str, Any]


class CandidateOut(Schema):
    """What curation says of a render."""

    state: str
    scores: dict[str, float]
    reasons: list[str]


class TryOut(Schema):
    """A picture that was made anew with another seed, and why."""

    seed: int
    distances: dict[str, float]
    reason: str


class AdherenceOut(Schema):
    """How far a picture is from what was asked for, by name: 0 as asked … 1 as far as can be."""

    version: str = ""
    distances: dict[str, float] = {}
    outside: str = ""
    tries: list[TryOut] = []


class RenderOut(Schema):
    """One image of a job."""

    id: UUID
    seed: int
    prompt: str
    state: str
    error: str
    sha256: str
    image_url: str | None
    reseeds: int
    adherence: AdherenceOut
    candidate: CandidateOut | None
    artwork_url: str | None


class JobOut(Schema):
    """A job and what became of each of its renders."""

    id: UUID
    title: str
    status: str
    created_at: datetime
    counts: dict[str, int]
    consistency: dict[str, Any]
    renders: list[RenderOut]
    links: Links


class PictureIn(Schema):
    """What a picture to follow is called, whose it is and why it may serve."""

    name: str
    rights: str


class PictureOut(Schema):
    """A picture that specs may follow: they name it by its `sha256`."""

    sha256: str
    name: str
    rights: str
    width_px: int
    height_px: int
