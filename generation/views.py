"""The studio's pages: jobs, one job live, a form for new ones, pictures, workers.

Writes are verbs of `generation/services.py`; what pages show is gathered in `generation/pages.py`.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.core.files.storage import storages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_GET, require_POST

from generation import outlook, pages, queries, services
from generation.forms import spec_text
from generation.job_filters import JobFilter, choices
from generation.models import Job, Render

studio = permission_required("generation.add_job", raise_exception=True)
JOBS_PER_PAGE = 20
IMAGE_CACHE = "private, max-age=31536000, immutable"


@require_GET
@login_required
@studio
def jobs(request: HttpRequest) -> HttpResponse:
    chosen = JobFilter.of(request.GET)
    found = chosen.apply(queries.studio_jobs())
    page = Paginator(found, JOBS_PER_PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "chosen": chosen, "choices": choices()}
    return render(request, "generation/jobs.html", context)


@require_GET
@login_required
def job(request: HttpRequest, job_id: UUID) -> HttpResponse:
    found = _visible_job(request, job_id)
    context: dict[str, Any] = {"job": found, "tiles": pages.job_tiles(found)}
    context |= pages.job_head(found)
    context["spec_text"] = spec_text(found.spec)
    prompts = (tile.render.prompt for tile in context["tiles"])
    context["foreseen"] = outlook.foreseen(found, prompts)
    return render(request, "generation/job.html", context)


def _visible_job(request: HttpRequest, job_id: UUID) -> Job:
    """Return a job that the visitor may see; anybody else learns nothing of it."""
    return get_object_or_404(pages.visible_jobs(request.user).select_related("owner"), pk=job_id)


@require_POST
@login_required
def cancel(request: HttpRequest, job_id: UUID) -> HttpResponseRedirect:
    found = _visible_job(request, job_id)
    stopped = services.cancel_job(job_id=found.pk)
    messages.info(request, f"Cancelled: {stopped} renders will not be made.")
    return redirect(found)


@require_POST
@login_required
def retry(request: HttpRequest, job_id: UUID) -> HttpResponseRedirect:
    found = _visible_job(request, job_id)
    queued = services.retry_job(job_id=found.pk)
    messages.info(request, f"{queued} renders are queued again.")
    return redirect(found)


@require_GET
@login_required
def image(request: HttpRequest, render_id: UUID) -> HttpResponse:
    found = _visible_render(request, render_id)
    return _picture(request, found.file, "image/png", found.sha256)


@require_GET
@login_required
def thumbnail(request: HttpRequest, render_id: UUID) -> HttpResponse:
    found = _visible_render(request, render_id)
    return _picture(request, found.thumbnail, "image/webp", f"{found.sha256}-thumb")


def _visible_render(request: HttpRequest, render_id: UUID) -> Render:
    """Return a finished render for the studio, the curators, or its job's owner."""
    finished = Render.objects.filter(state=Render.State.RENDERED)
    if not request.user.has_perm("curation.review"):
        finished = finished.filter(job__in=pages.visible_jobs(request.user))
    return get_object_or_404(finished, pk=render_id)


def _picture(request: HttpRequest, name: str, content_type: str, version: str) -> HttpResponse:
    """Answer with a private file that never changes, or 304 where the browser has it."""
    etag = quote_etag(version)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        try:
            with storages["originals"].open(name) as file:
                response = HttpResponse(file.read(), content_type=content_type)
        except FileNotFoundError:
            raise Http404("This picture's file is missing.") from None
    response["ETag"], response["Cache-Control"] = etag, IMAGE_CACHE
    return response
