"""Every render is there once, and none stays half-way: no stuck lease, no forgotten call."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, F, Max, Q

from curation.models import Candidate
from genart.integrity.contract import Broken, Rule
from generation.models import Job, RemoteCall, Render

State = Render.State
GOING_ON = (State.QUEUED, State.RENDERING)
OPEN = (RemoteCall.State.SENDING, RemoteCall.State.RUNNING)


def missing(before: datetime) -> Iterator[Broken]:
    """Yield jobs that lack renders: they are numbered from 0 without a gap."""
    jobs = Job.objects.filter(created_at__lt=before).annotate(
        found=Count("renders"), last=Max("renders__index")
    )
    for job in jobs.filter(Q(found=0) | ~Q(found=F("last") + 1)):
        expected = 1 if job.last is None else job.last + 1
        yield f"job {job.pk}", f"It has {job.found} of its {expected} renders."


def lease_kept(before: datetime) -> Iterator[Broken]:
    """Yield renders whose lease ran out and that nobody took back to the queue."""
    stuck = Render.objects.filter(state=State.RENDERING, lease_expires_at__lt=before)
    for pk, worker in stuck.values_list("pk", "worker"):
        yield f"render {pk}", f"The lease of {worker} ran out and it is still held."


def cancelled_and_waiting(before: datetime) -> Iterator[Broken]:
    """Yield renders of cancelled jobs that were not ended with them."""
    jobs = Q(job__state=Job.State.CANCELLED, job__cancelled_at__lt=before)
    for pk, state in Render.objects.filter(jobs, state__in=GOING_ON).values_list("pk", "state"):
        yield f"render {pk}", f"Its job is cancelled and it is {state}."


def call_forgotten(before: datetime) -> Iterator[Broken]:
    """Yield calls to providers that are open though their render ended long ago."""
    calls = RemoteCall.objects.filter(state__in=OPEN, render__finished_at__lt=before)
    for call in calls.exclude(render__state__in=GOING_ON).select_related("provider", "render"):
        yield f"call {call.pk}", f"{call.provider} may still work on a render that has ended."


def unjudged(before: datetime) -> Iterator[Broken]:
    """Yield pictures made for the shop that curation never got."""
    made = Render.objects.filter(
        state=State.RENDERED, finished_at__lt=before, job__purpose=Job.Purpose.SERIES
    )
    for pk in made.filter(candidate=None).values_list("pk", flat=True):
        yield f"render {pk}", "It is rendered and nobody judges it."


def scoring_stuck(before: datetime) -> Iterator[Broken]:
    """Yield candidates that wait for their measuring, and that no worker has in hand."""
    waiting = Candidate.objects.filter(state=Candidate.State.SCORING, created_at__lt=before)
    free = Q(lease_expires_at=None) | Q(lease_expires_at__lt=before)
    for pk in waiting.filter(free).values_list("pk", flat=True):
        yield f"candidate {pk}", "It waits to be measured and nobody does it."


RULES = (
    Rule("render.missing", missing),
    Rule("render.lease_kept", lease_kept),
    Rule("render.cancelled_and_waiting", cancelled_and_waiting),
    Rule("render.call_forgotten", call_forgotten),
    Rule("render.unjudged", unjudged),
    Rule("candidate.scoring_stuck", scoring_stuck),
)
