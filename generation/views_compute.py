"""The studio's pages about compute: workers, providers, and the history of one render."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.shortcuts import render as show
from django.views.decorators.http import require_GET

from generation import pages, queries, trails
from generation.models import Render
from generation.views import studio


@require_GET
@login_required
@studio
def workers(request: HttpRequest) -> HttpResponse:
    """Show who renders here, on what, holding what, and what it has in hand."""
    waiting = Render.objects.filter(state=Render.State.QUEUED).count()
    context = {"workers": queries.workers(), "waiting": waiting}
    return show(request, "generation/workers.html", context)


@require_GET
@login_required
@studio
def providers(request: HttpRequest) -> HttpResponse:
    """Show other people's compute: whether it is well, how fast, and what it cost."""
    return show(request, "generation/providers.html", {"providers": queries.providers()})


@require_GET
@login_required
def render_trail(request: HttpRequest, render_id: UUID) -> HttpResponse:
    """Show the history of a render to the studio, the curators, and its job's owner."""
    renders = Render.objects.all()
    if not request.user.has_perm("curation.review"):
        renders = renders.filter(job__in=pages.visible_jobs(request.user))
    found = get_object_or_404(queries.render_history(renders), pk=render_id)
    tile = pages.tile(found)
    context = {
        "render": found,
        "tile": tile,
        "steps": trails.trail(found),
        "fingerprint": trails.facts(found.fingerprint),
        "adherence": trails.facts(found.adherence),
    }
    return show(request, "generation/render.html", context)
