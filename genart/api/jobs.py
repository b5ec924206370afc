"""Jobs over HTTP: commission a series, follow it, cancel it.

What became of each render is known by three apps, so the answer is composed here.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from ninja import File, Form, Header, Router, Status
from ninja.files import UploadedFile

from catalog import queries as catalog_queries
from curation import queries as curation_queries
from genart.accounts.models import ApiToken
from genart.api.auth import TokenAuth
from genart.api.jobs_schemas import (
    JobAccepted,
    JobIn,
    JobOut,
    PictureIn,
    PictureOut,
    PreviewOut,
)
from genart.lib.errors import InvalidInput
from generation import queries as generation_queries
from generation import services as generation
from generation.models import Job, Render
from generation.outlook import outlook_of
from generation.services.pictures import MOST_BYTES
from generation.spec import as_json

router = Router(tags=["jobs"])
KEY_LENGTH = 200
PICTURE: Any = File(..., description="PNG, JPEG or WebP; 20 MB and 25 megapixels at most.")


def absolute(path: str) -> str:
    """Return the public address of a path."""
    return path if path.startswith("http") else settings.SITE_URL + path


def links(job: Job) -> dict[str, str]:
    """Return a job's addresses."""
    return {
        "self": absolute(reverse("api-1:get_job", args=[job.pk])),
        "page": absolute(job.get_absolute_url()),
        "cancel": absolute(reverse("api-1:cancel_job", args=[job.pk])),
    }


def accepted(job: Job) -> Status:
    """Return the answer to a job that was taken on or cancelled."""
    content = {
        "id": job.pk,
        "status": generation_queries.job_status(job),
        "renders": job.renders.count(),
        "duplicates": job.outlook.get("duplicates", 0),
        "warnings": job.outlook.get("warnings", []),
        "links": links(job),
    }
    return Status(202, content)


def owned_job(request: HttpRequest, job_id: UUID) -> Job:
    """Return a job of the caller, or any job when the caller may see the studio."""
    jobs = Job.objects.all()
    user = request.auth  # type: ignore[attr-defined]
    if not user.has_perm("generation.add_job"):
        jobs = jobs.filter(owner=user)
    job = jobs.filter(pk=job_id).first()
    if job is None:
        raise Http404("There is no such job.")
    return job


@router.post(
    "/jobs",
    response={202: JobAccepted},
    auth=TokenAuth(ApiToken.Scope.JOBS_WRITE),
    url_name="create_job",
    summary="Commission a series",
)
def create_job(
    request: HttpRequest,
    payload: JobIn,
    idempotency_key: str | None = Header(None, alias="Idempotency-Key"),
) -> Status:
    """Take on a design spec. The same `Idempotency-Key` and spec answer with the same job."""
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= KEY_LENGTH:
        raise InvalidInput(
            f"Idempotency-Key must have 1 to {KEY_LENGTH} characters.",
            where="header.Idempotency-Key",
        )
    job, _created = generation.submit_job(
        spec=payload.spec,
        owner=request.auth,  # type: ignore[attr-defined]
        idempotency_key=idempotency_key,
        lane=payload.lane,
    )
    return accepted(job)


@router.post(
    "/jobs/preview",
    response=PreviewOut,
    auth=TokenAuth(ApiToken.Scope.JOBS_WRITE),
    url_name="preview_job",
    summary="What a series would become",
)
def preview_job(request: HttpRequest, payload: JobIn) -> dict[str, Any]:
    """Resolve a design spec to prompts, time and cost; nothing is written or rendered."""
    outlook = outlook_of(payload.spec, lane=payload.lane)
    return {
        "count": len(outlook.renders),
        "duplicates": outlook.compiled.duplicates,
        "combinations": outlook.combinations,
        "pairwise": outlook.pairwise,
        "tier": outlook.tier,
        "warnings": outlook.warnings,
        "estimate": outlook.estimate.as_dict(),
        "renders": [planned_out(render) for render in outlook.renders],
        "spec": as_json(outlook.spec),
    }


def planned_out(render: Render) -> dict[str, Any]:
    """Return one picture that is not yet a row."""
    columns = ("index", "seed", "prompt", "negative_prompt", "palette", "layout", "density")
    shown = {name: getattr(render, name) for name in (*columns, "width_px", "height_px")}
    return shown | {"style": render.style_version.style.slug}


@router.post(
    "/pictures",
    response={200: PictureOut, 201: PictureOut},
    auth=TokenAuth(ApiToken.Scope.JOBS_WRITE),
    summary="Keep a picture to follow",
)
def keep_picture(
    request: HttpRequest, asked: Form[PictureIn], image: UploadedFile = PICTURE
) -> Status:
    """Keep a picture that specs may name by its `sha256`; 200 where it was kept before."""
    if (image.size or 0) > MOST_BYTES:
        raise InvalidInput("Send a picture of 20 MB at most.", where="image")
    user = request.auth  # type: ignore[attr-defined]
    row, is_new = generation.keep_picture(
        content=image.read(), name=asked.name, rights=asked.rights, by=user
    )
    return Status(201 if is_new else 200, row)


@router.get(
    "/jobs/{job_id}",
    response=JobOut,
    auth=TokenAuth(ApiToken.Scope.JOBS_READ),
    url_name="get_job",
    summary="What became of a job",
)
def get_job(request: HttpRequest, job_id: UUID) -> dict[str, Any]:
    """Return the job, its counts and each render with its judgement and listing."""
    job = owned_job(request, job_id)
    renders = list(job.renders.order_by("index"))
    ids = [render.pk for render in renders]
    cards = curation_queries.candidate_cards(ids)
    urls = catalog_queries.artwork_urls(ids)
    return {
        "id": job.pk,
        "title": job.title,
        "status": generation_queries.job_status(job),
        "created_at": job.created_at,
        "counts": generation_queries.job_counts(job),
        "consistency": job.consistency,
        "renders": [render_out(render, cards, urls) for render in renders],
        "links": links(job),
    }


def render_out(render: Render, cards: dict[UUID, Any], urls: dict[UUID, str]) -> dict[str, Any]:
    """Return one render as the API shows it."""
    rendered = render.state == Render.State.RENDERED
    url = urls.get(render.pk)
    return {
        "id": render.pk,
        "seed": render.seed,
        "prompt": render.prompt,
        "state": render.state,
        "error": render.error,
        "sha256": render.sha256,
        "image_url": absolute(reverse("api-1:render_image", args=[render.pk]))
        if rendered
        else None,
        "reseeds": render.reseeds,
        "adherence": render.adherence,
        "candidate": cards.get(render.pk),
        "artwork_url": absolute(url) if url else None,
    }


@router.post(
    "/jobs/{job_id}/cancel",
    response={202: JobAccepted},
    auth=TokenAuth(ApiToken.Scope.JOBS_WRITE),
    url_name="cancel_job",
    summary="Stop a job",
)
def cancel_job(request: HttpRequest, job_id: UUID) -> Status:
    """Cancel what is not yet rendered. Safe to repeat."""
    job = owned_job(request, job_id)
    generation.cancel_job(job_id=job.pk)
    job.refresh_from_db()
    return accepted(job)


@router.get(
    "/renders/{render_id}/image",
    auth=TokenAuth(ApiToken.Scope.JOBS_READ),
    url_name="render_image",
    summary="The rendered file",
)
def render_image(request: HttpRequest, render_id: UUID) -> HttpResponse:
    """Return the original PNG of a render the caller may see."""
    render = Render.objects.filter(pk=render_id, state=Render.State.RENDERED).first()
    if render is None:
        raise Http404("There is no such image.")
    owned_job(request, render.job_id)
    return HttpResponse(generation_queries.original_bytes(render), content_type="image/png")
