"""The studio's form that makes a style embedding of works of a job."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import slugify
from django.views.decorators.http import require_POST

from genart.lib.errors import GenartError
from generation import pages
from generation.models import Adapter, Job, Render
from generation.services import embeddings


@require_POST
@login_required
@permission_required("generation.add_job", raise_exception=True)
def make_embedding(request: HttpRequest, job_id: UUID) -> HttpResponseRedirect:
    """Make a style embedding of the chosen pictures, or of all that are no outliers."""
    job = get_object_or_404(pages.visible_jobs(request.user), pk=job_id)
    name = request.POST.get("name", "").strip() or f"Look of {job.title}"
    try:
        made = _make(job, name[:120], request)
        messages.success(request, made)
    except GenartError as error:
        messages.error(request, error.message)
    return redirect(job)


def _make(job: Job, name: str, request: HttpRequest) -> str:
    """Make the embedding and return a sentence that says so."""
    slug, works = slugify(name)[:50].strip("-"), _works(job, request.POST.getlist("works"))
    number = request.POST.get("adapter", "")
    if number.isdigit():
        adapter = get_object_or_404(Adapter, pk=int(number))
        embeddings.ask_reference(slug=slug, name=name, works=works, adapter=adapter)
        return f"A worker makes the style embedding {slug} for {adapter}."
    made = embeddings.make_embedding(slug=slug, name=name, works=works)
    return f"The style embedding {made.slug}@{made.version} is made of {len(made.works)} works."


def _works(job: Job, chosen: list[str]) -> list[UUID]:
    """Return the ids of finished pictures of a job: those chosen, else all but outliers."""
    done = list(
        job.renders.filter(state=Render.State.RENDERED)
        .order_by("index")
        .values_list("pk", flat=True)
    )
    if chosen:
        return [render_id for render_id in done if str(render_id) in chosen]
    strange = {outlier["render"] for outlier in job.consistency.get("outliers", [])}
    return [render_id for render_id in done if str(render_id) not in strange]
