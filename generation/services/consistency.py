"""Verbs: measure a finished series, and have its outliers made anew."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from genart.lib.errors import NotFound, Unavailable
from generation import progress
from generation.consistency.measuring import Findings, Stranger, findings_of, series_of
from generation.consistency.reopening import reopen, undecided
from generation.models import Job, Render

UNFINISHED = Q(renders__state__in=[Render.State.QUEUED, Render.State.RENDERING])
RENDERED = Q(renders__state=Render.State.RENDERED)
RECENT = timedelta(days=2)
"""Series that ended longer ago are measured no more."""
LONGEST = timedelta(days=14)
"""How long a series may have taken to be found by the sweep."""


def unmeasured_jobs(*, limit: int = 20) -> list[UUID]:
    """Return series that are complete and were not measured since, those that waited longest first.

    A job that was cancelled is measured as it is, and nothing of it is made anew.
    """
    since = timezone.now() - RECENT
    jobs = (
        Job.objects.filter(purpose=Job.Purpose.SERIES, created_at__gt=since - LONGEST)
        .annotate(
            waiting=Count("renders", filter=UNFINISHED),
            made=Count("renders", filter=RENDERED),
            ended=Max("renders__finished_at", filter=RENDERED),
        )
        .filter(waiting=0, made__gte=2, ended__gt=since)
        .order_by("ended")
    )
    found = [job.pk for job in jobs if job.consistency.get("until") != _stamp(job.ended)]
    return found[:limit]


def measure_consistency(*, job_id: UUID) -> dict[str, Any] | None:
    """Measure a complete series and put its outliers back on the queue. Safe to repeat.

    What was measured is written before any render changes. Outliers are made anew only where their
    style has a corridor, while it allows fresh tries, and while nobody has decided on them.

    Returns:
        `Job.consistency`; `None` where the series is not complete or changed meanwhile.

    Raises:
        NotFound: there is no such job.
    """
    job = Job.objects.filter(pk=job_id).first()
    if job is None:
        raise NotFound("There is no such job.")
    renders = series_of(job)
    until = _until(job)
    if until is None or len(renders) < 2:
        return None
    if job.consistency.get("until") == until:
        return job.consistency
    try:
        findings = findings_of(job, renders)
    except (Unavailable, OSError) as error:  # said once, not every few seconds
        findings = Findings({"pictures": len(renders), "error": str(error)[:300]}, [])
    return _settle(job_id, until, findings)


@transaction.atomic
def _settle(job_id: UUID, until: str, findings: Findings) -> dict[str, Any] | None:
    """Write what was found and reopen outliers, if the series is still the one measured."""
    job = Job.objects.select_for_update(no_key=True).get(pk=job_id)
    if _until(job) != until or job.consistency.get("until") == until:
        return None
    rounds = [*job.consistency.get("rounds", [])]
    job.consistency = findings.record | {
        "until": until,
        "outliers": [_told(stranger) for stranger in findings.strangers],
        "rounds": rounds,
    }
    job.save(update_fields=["consistency"])
    if job.state == Job.State.ACTIVE:
        again = _reopen_all(job, [one for one in findings.strangers if one.enforced])
        if again:
            mean = findings.record["mean"]
            rounds.append({"mean": mean, "again": [str(render_id) for render_id in again]})
            job.save(update_fields=["consistency"])
            progress.announce(job_id, again)
    return job.consistency


def _reopen_all(job: Job, strangers: Iterable[Stranger]) -> list[UUID]:
    """Reopen what may be; return the ids."""
    reasons = {stranger.render_id: stranger.reason for stranger in strangers}
    free = undecided(job.renders.filter(pk__in=list(reasons)))
    rows = Render.objects.filter(pk__in=free.values("pk")).order_by("pk")
    locked = list(rows.select_for_update(no_key=True, of=("self",)))
    still = set(free.values_list("pk", flat=True))
    return [
        render.pk for render in locked if render.pk in still and reopen(render, reasons[render.pk])
    ]


def _until(job: Job) -> str | None:
    """Return what tells the present pictures of a complete series from later ones."""
    rows = job.renders.aggregate(
        ended=Max("finished_at", filter=Q(state=Render.State.RENDERED)),
        waiting=Count("pk", filter=Q(state__in=[Render.State.QUEUED, Render.State.RENDERING])),
    )
    return None if rows["waiting"] or rows["ended"] is None else _stamp(rows["ended"])


def _stamp(at: datetime) -> str:
    return at.isoformat()


def _told(stranger: Stranger) -> dict[str, Any]:
    return {
        "render": str(stranger.render_id),
        "index": stranger.index,
        "likeness": stranger.likeness,
        "reason": stranger.reason,
    }
