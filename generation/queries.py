"""Reads over jobs and renders: counts, status, time left, what the studio's pages show.

What became of a render after generation is read through the reverse relations `candidate` and
`artwork`, by name: the apps above bring them, this one does not import them.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Greatest
from django.utils import timezone

from generation.heartbeat import ALIVE_FOR
from generation.models import Job, Provider, RemoteCall, Render, Worker
from generation.remote import breaker
from generation.remote.market import Market

State = Render.State
RECENT = 40
"""Finished renders whose pace is taken for the pace of those to come."""

STRIP_LENGTH = 8
"""Pictures of a job in the list of jobs."""

COUNTS: dict[str, Q] = {
    "total": Q(),
    "queued": Q(state=State.QUEUED),
    "rendering": Q(state=State.RENDERING),
    "rendered": Q(state=State.RENDERED),
    "failed": Q(state=State.FAILED),
    "cancelled": Q(state=State.CANCELLED),
    "scoring": Q(state=State.RENDERED) & (Q(candidate=None) | Q(candidate__state="scoring")),
    "in_review": Q(candidate__state="review"),
    "approved": Q(candidate__state="approved"),
    "rejected": Q(candidate__state__in=["rejected", "withdrawn"]),
    "published": Q(artwork__isnull=False, artwork__withdrawn_at=None),
}
"""What is counted of a job's renders; `rendered` splits into the five after `cancelled`."""


def job_counts(job: Job) -> dict[str, int]:
    """Return how many of a job's renders are where."""
    return job.renders.aggregate(
        **{name: Count("pk", filter=condition) for name, condition in COUNTS.items()}
    )


def job_status(job: Job, counts: dict[str, int] | None = None) -> str:
    """Return one word for a job: queued, rendering, paused, done, failed or cancelled.

    `failed`: nothing is under way and every render failed. `done` may have failures among others.
    """
    if job.state == Job.State.CANCELLED:
        return "cancelled"
    counts = counts or job_counts(job)
    if job.state == Job.State.PAUSED and counts["queued"]:
        return "paused"
    if counts["rendering"] or (counts["queued"] and counts["rendered"]):
        return "rendering"
    if counts["queued"]:
        return "queued"
    return "failed" if counts["failed"] == counts["total"] else "done"


def time_left(job: Job, counts: dict[str, int]) -> timedelta | None:
    """Return an estimate of the time until a job's last image, or `None` without experience.

    The pace is that of the images finished last, those of this job first; what other jobs have
    in the queue is counted as well, since workers serve jobs in turn.
    """
    if not counts["queued"] + counts["rendering"]:
        return timedelta(0)
    if job.state != Job.State.ACTIVE:
        return None
    pace = seconds_per_render(job)
    if pace is None:
        return None
    waiting = Render.objects.filter(state__in=[State.QUEUED, State.RENDERING])
    mine = counts["queued"] + counts["rendering"]
    per_job = list(waiting.exclude(job=job).order_by().values_list("job").annotate(Count("pk")))
    ahead = sum(min(count, mine) for _job, count in per_job)
    half_done = counts["rendering"] / 2
    return timedelta(seconds=pace * max(mine + ahead - half_done, 0.5) / max(render_workers(), 1))


def seconds_per_render(job: Job) -> float | None:
    """Return how long one worker takes for one image of a job, from those finished last."""
    finished = Render.objects.filter(state=State.RENDERED, lane=job.lane)
    recent = _durations(finished.filter(job=job)) or _durations(finished)
    return sum(recent) / len(recent) if recent else None


def _durations(renders: QuerySet[Render]) -> list[float]:
    """Return seconds from start to end, divided by the images that shared the pass."""
    rows = renders.order_by("-finished_at").values_list("started_at", "finished_at", "fingerprint")
    return [
        (end - start).total_seconds() / max(int(fingerprint.get("batch_size", 1)), 1)
        for start, end, fingerprint in rows[:RECENT]
        if start and end
    ]


def render_workers() -> int:
    """Return how many living workers render."""
    alive = Worker.objects.filter(seen_at__gt=timezone.now() - ALIVE_FOR)
    return alive.filter(queues__contains="render").count()


def tiles(job: Job, render_ids: Iterable[UUID | str] | None = None) -> QuerySet[Render]:
    """Return a job's renders with what became of them, all or the given ones."""
    renders = job.renders.select_related("candidate", "artwork", "style_version__style")
    if render_ids is not None:
        renders = renders.filter(pk__in=list(render_ids))
    return renders.order_by("index")


def studio_jobs() -> QuerySet[Job]:
    """Return jobs for the studio's list, newest first, with counts and pictures.

    Each has `total_renders`, `done_renders`, `failed_renders`, `rendering_renders`,
    `waiting_renders` (those being rendered included), `strip`: the first of its finished ones, and
    `more_renders`: how many finished ones are not in the strip.
    """
    finished = Render.objects.filter(state=State.RENDERED).order_by("index")[:STRIP_LENGTH]
    waiting = Q(renders__state__in=[State.QUEUED, State.RENDERING])
    return (
        Job.objects.select_related("owner")
        .annotate(
            total_renders=Count("renders"),
            done_renders=Count("renders", filter=Q(renders__state=State.RENDERED)),
            more_renders=Greatest(
                Count("renders", filter=Q(renders__state=State.RENDERED)) - STRIP_LENGTH, 0
            ),
            failed_renders=Count("renders", filter=Q(renders__state=State.FAILED)),
            rendering_renders=Count("renders", filter=Q(renders__state=State.RENDERING)),
            waiting_renders=Count("renders", filter=waiting),
        )
        .prefetch_related(Prefetch("renders", queryset=finished, to_attr="strip"))
        .order_by("-created_at")
    )


def workers() -> list[dict[str, Any]]:
    """Return the workers that were seen of late, each with whether it is alive and what it does."""
    limit = timezone.now() - ALIVE_FOR
    busy: dict[str, list[Render]] = {}
    for render in Render.objects.filter(state=State.RENDERING).select_related("job"):
        busy.setdefault(render.worker, []).append(render)
    return [
        {"worker": worker, "alive": worker.seen_at > limit, "renders": busy.get(worker.name, [])}
        for worker in Worker.objects.order_by("-seen_at")
    ]


def providers() -> list[dict[str, Any]]:
    """Return the providers with the state of their breaker, their offers and what they cost."""
    market, day = Market(), timezone.now() - timedelta(days=1)
    recent = RemoteCall.objects.filter(created_at__gt=day).order_by()
    calls: dict[int, dict[str, int]] = {}
    for provider, state, count in recent.values_list("provider", "state").annotate(Count("pk")):
        calls.setdefault(provider, {})[RemoteCall.State(state).name.lower()] = count
    spent = dict(RemoteCall.objects.order_by().values_list("provider").annotate(Sum("cost_cents")))
    return [
        {
            "provider": provider,
            "breaker": breaker.state_of(provider, market.now).value,
            "spent_today": market.spent_today(provider),
            "spent": spent.get(provider.pk, 0),
            "calls": calls.get(provider.pk, {}),
            "busy": sum(entry.provider_id == provider.pk for entry in market.under_way),
        }
        for provider in Provider.objects.prefetch_related("offers__checkpoint")
    ]


def render_history(renders: QuerySet[Render]) -> QuerySet[Render]:
    """Return renders with all that the page of one render shows."""
    return renders.select_related(
        "job__owner", "style_version__style", "checkpoint", "candidate", "artwork"
    ).prefetch_related("events", "remote_calls__provider")


def original_bytes(render: Render) -> bytes:
    """Return the original PNG of a rendered render."""
    with storages["originals"].open(render.file) as file:
        return file.read()
