"""What the studio's pages show, gathered for views and the consumer alike. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.urls import reverse

from genart.accounts.models import User
from generation import previews, queries
from generation.models import Job, Render
from generation.waiting import why_waiting

FATES = {
    "scoring": ("Being judged", "info"),
    "review": ("In review", "warn"),
    "approved": ("Approved", "good"),
    "rejected": ("Rejected", "bad"),
    "withdrawn": ("Withdrawn", "bad"),
}
"""A candidate's state as a tile says it, and the badge's colour."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One render on a job's page.

    Attributes:
        render: the row.
        preview: the latest preview while it is rendered, as a data URL.
        word: where it is, in one or two words.
        tone: colour of the badge.
        reasons: why it is there, sentences.
        artwork_url: its listing, if it has one.
    """

    render: Render
    preview: str
    word: str
    tone: str
    reasons: list[str]
    artwork_url: str

    @property
    def is_rendered(self) -> bool:
        """Whether there is a picture."""
        return self.render.state == Render.State.RENDERED

    @property
    def is_under_way(self) -> bool:
        """Whether a worker has it in hand."""
        return self.render.state == Render.State.RENDERING


def visible_jobs(user: User | AnonymousUser) -> QuerySet[Job]:
    """Return the jobs that a visitor may see: all for the studio, else one's own."""
    if not user.is_authenticated:
        return Job.objects.none()
    if user.has_perm("generation.add_job"):
        return Job.objects.all()
    return Job.objects.filter(owner=user)


def job_tiles(job: Job, render_ids: Iterable[UUID | str] | None = None) -> list[Tile]:
    """Return a job's tiles, all or those of the given renders, in order."""
    renders = list(queries.tiles(job, render_ids))
    if any(render.state in (Render.State.QUEUED, Render.State.RENDERING) for render in renders):
        previews.watch(job.pk)
    shown = previews.latest(
        [render.pk for render in renders if render.state == Render.State.RENDERING]
    )
    return [tile(render, shown.get(render.pk, "")) for render in renders]


def tile(render: Render, preview: str = "") -> Tile:
    """Return one render as pages show it; its candidate and artwork are best read along."""
    candidate: Any = getattr(render, "candidate", None)
    artwork: Any = getattr(render, "artwork", None)
    word, tone = render.get_state_display(), _tone(render)
    reasons = [render.error] if render.error else []
    if render.state == Render.State.RENDERED:
        word, tone = FATES.get(getattr(candidate, "state", "scoring"), FATES["scoring"])
        reasons = list(getattr(candidate, "reasons", []))
    listed = bool(artwork) and artwork.withdrawn_at is None
    if listed:
        word, tone = "Published", "good"
    return Tile(render, preview, word, tone, reasons, artwork.get_absolute_url() if listed else "")


def _tone(render: Render) -> str:
    tones: dict[str, str] = {Render.State.FAILED: "bad", Render.State.RENDERING: "info"}
    return tones.get(render.state, "plain")


def job_head(job: Job) -> dict[str, Any]:
    """Return the counts, status and time left of a job, and why it waits if not for its turn."""
    counts = queries.job_counts(job)
    why = why_waiting(job) if counts["queued"] else ""
    stands_still = bool(why) and not counts["rendering"] and job.state == Job.State.ACTIVE
    left = None if stands_still else queries.time_left(job, counts)
    ended = counts["rendered"] + counts["failed"] + counts["cancelled"]
    return {
        "counts": counts,
        "status": "waiting" if stands_still else queries.job_status(job, counts),
        "seconds_left": left.total_seconds() if left is not None else None,
        "ended": ended,
        "under_way": counts["queued"] + counts["rendering"],
        "stats": stats(counts),
        "why_waiting": why,
        "socket": f"/ws/jobs/{job.pk}/",
        "address": reverse("generation:job", args=[job.pk]),
    }


def stats(counts: dict[str, int]) -> list[tuple[str, int, str]]:
    """Return `(words, number, tone)` of what a page counts; rarer ones only above zero."""
    rows = [
        ("queued", counts["queued"], "plain"),
        ("rendering", counts["rendering"], "info"),
        ("rendered", counts["rendered"], "plain"),
        ("in review", counts["in_review"], "warn"),
        ("published", counts["published"], "good"),
        ("rejected", counts["rejected"], "bad"),
    ]
    rare = [("failed", counts["failed"], "bad"), ("cancelled", counts["cancelled"], "plain")]
    return rows + [row for row in rare if row[1]]
