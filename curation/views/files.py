"""Pictures of candidates, for curators alone."""

from uuid import UUID

from django.core.files.storage import storages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from curation.evidence import crop_bytes
from curation.models import Candidate, Flag
from curation.views.access import curators_only


@curators_only
@require_GET
def image(request: HttpRequest, candidate_id: UUID) -> FileResponse:
    """Send a candidate's original picture."""
    return _file(candidate_id, "file", "image/png")


@curators_only
@require_GET
def thumb(request: HttpRequest, candidate_id: UUID) -> FileResponse:
    """Send a candidate's thumbnail."""
    return _file(candidate_id, "thumbnail", "image/webp")


@curators_only
@require_GET
def found(request: HttpRequest, candidate_id: UUID, flag_id: int) -> HttpResponse:
    """Send what a detector found in a picture, cut out."""
    flag = get_object_or_404(
        Flag.objects.select_related("candidate__render"), pk=flag_id, candidate=candidate_id
    )
    name = flag.candidate.render.file
    if not flag.box or not name:
        raise Http404
    try:
        with storages["originals"].open(name) as file:
            cut = crop_bytes(file.read(), flag.box)
    except FileNotFoundError as error:
        raise Http404 from error
    response = HttpResponse(cut, content_type="image/webp")
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response


def _file(candidate_id: UUID, field: str, content_type: str) -> FileResponse:
    """Send a file of `originals`: it never changes, and is for this person's browser alone."""
    names = Candidate.objects.filter(pk=candidate_id).values_list(f"render__{field}", flat=True)
    name = names.first()
    if not name:
        raise Http404
    try:
        opened = storages["originals"].open(name)
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(opened, content_type=content_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    return response
