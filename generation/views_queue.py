"""The studio's buttons about who is served when, and the page that shows the order.

Each button is a form. From the list of jobs or the queue, htmx gets the changed part back; without
JavaScript the visitor returns to the page where the button was. The verbs are in
`generation/services/ordering.py`.
"""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from genart.lib.errors import InvalidInput
from generation import pages, queries, services, standing
from generation.models import Job
from generation.views import studio


@require_POST
@login_required
def pause(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Let nothing more of a job be started."""
    found = get_object_or_404(pages.visible_jobs(request.user), pk=job_id)
    services.pause_job(job_id=found.pk)
    return _answer(request, found, f"{found.title} is paused.")


@require_POST
@login_required
def resume(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Let a paused job go on."""
    found = get_object_or_404(pages.visible_jobs(request.user), pk=job_id)
    services.resume_job(job_id=found.pk)
    return _answer(request, found, f"{found.title} goes on.")


@require_POST
@login_required
@studio
def priority(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Serve a job before, or behind, those of another priority."""
    found = get_object_or_404(Job, pk=job_id)
    try:
        wanted = int(request.POST.get("priority", ""))
    except ValueError:
        raise InvalidInput("Choose a priority as a whole number.", where="priority") from None
    services.set_priority(job_id=found.pk, priority=wanted)
    return _answer(request, found, f"{found.title} has priority {wanted}.")


@require_POST
@login_required
@studio
def move(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Put a job right before another, behind all in the order by hand, or out of that order."""
    found = get_object_or_404(Job, pk=job_id)
    before = request.POST.get("before", "")
    if before == "turns":
        services.release_place(job_id=found.pk)
    else:
        services.move_job(job_id=found.pk, before=_uuid(before) if before else None)
    return _answer(request, found, f"{found.title} was moved.")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput("There is no such job to stand before.", where="before") from None


@require_GET
@login_required
@studio
def row(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Answer with one row of the list of jobs, for lists that stay open."""
    found = queries.studio_jobs().filter(pk=job_id).first()
    if found is None:
        raise Http404("There is no such job.")
    return render(request, "generation/jobs.html#row", {"job": found})


@require_GET
@login_required
@studio
def queue_page(request: HttpRequest) -> HttpResponse:
    """Show what waits, lane by lane, in the order in which it is served."""
    return render(request, "generation/queue.html", {"lanes": standing.lanes()})


def _answer(request: HttpRequest, job: Job, text: str) -> HttpResponse:
    """Return the part that changed to htmx, or the visitor to where the button was."""
    if getattr(request, "htmx", False):
        if request.headers.get("HX-Target") == "queue":
            return render(request, "generation/queue.html#queue", {"lanes": standing.lanes()})
        changed = get_object_or_404(queries.studio_jobs(), pk=job.pk)
        return render(request, "generation/jobs.html#row", {"job": changed})
    messages.info(request, text)
    return _back(request, job)


def _back(request: HttpRequest, job: Job) -> HttpResponseRedirect:
    wanted = request.POST.get("back", "")
    if url_has_allowed_host_and_scheme(wanted, {request.get_host()}, request.is_secure()):
        return HttpResponseRedirect(wanted)
    return redirect(job)
