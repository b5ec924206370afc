"""Candidates and scores over HTTP: read what was judged, decide, have an outside picture measured.

The same services as the review pages: what a program decides is logged as `api`. Scoring needs the
CLIP, which no web process loads: it is asked for, and fetched when a worker is done.
"""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from ninja import File, Form, Header, Query, Router, Status
from ninja.files import UploadedFile

from curation import records, services
from curation.models import Appraisal
from curation.uploads import MOST_BYTES
from genart.accounts.models import ApiToken, User
from genart.api.auth import TokenAuth
from genart.api.curation_schemas import (
    AppraisalIn,
    AppraisalOut,
    CandidateDetail,
    CandidatePage,
    CandidatesQuery,
    DecisionIn,
)
from genart.lib.color import hex_to_oklab
from genart.lib.errors import InvalidInput, NotAllowed, NotFound
from generation import queries as generation_queries
from generation.models import Render

router = Router(tags=["curation"])
READ = TokenAuth(ApiToken.Scope.CANDIDATES_READ)
DECIDE = TokenAuth(ApiToken.Scope.CANDIDATES_DECIDE)
SCORE = TokenAuth(ApiToken.Scope.SCORES_WRITE)
PICTURE: Any = File(..., description="PNG, JPEG or WebP; 20 MB and 50 megapixels at most.")


def curator(request: HttpRequest) -> User:
    """Return the caller, who must be a curator."""
    user: User = request.auth  # type: ignore[attr-defined]
    if not user.has_perm("curation.review"):
        raise NotAllowed("Only curators may read and judge candidates.")
    return user


@router.get("/candidates", response=CandidatePage, auth=READ, summary="Renders under judgement")
def list_candidates(request: HttpRequest, asked: Query[CandidatesQuery]) -> dict[str, Any]:
    """Return one page of candidates, newest first."""
    filters = asked.dict(exclude={"after", "limit"})
    wanted = records.Wanted(**filters)
    return records.page(wanted, curator(request), after=asked.after, limit=asked.limit)


@router.get(
    "/candidates/{candidate_id}",
    response={200: CandidateDetail, 304: None},
    auth=READ,
    url_name="get_candidate",
    summary="One candidate, with its evidence",
)
def get_candidate(
    request: HttpRequest,
    response: HttpResponse,
    candidate_id: UUID,
    if_none_match: str | None = Header(None, alias="If-None-Match"),
) -> Any:
    """Return scores, findings, checks and decisions. Its `ETag` serves `If-Match` when deciding."""
    found = records.one(candidate_id, curator(request))
    response["ETag"] = tag(found["version"])
    response["Cache-Control"] = "private, no-cache"
    if if_none_match and found["version"] in versions_in(if_none_match):
        return Status(304, None)
    return found


@router.get(
    "/candidates/{candidate_id}/image",
    auth=READ,
    url_name="candidate_image",
    summary="Its picture",
)
def candidate_image(request: HttpRequest, candidate_id: UUID) -> HttpResponse:
    """Return the original PNG."""
    curator(request)
    render = Render.objects.filter(candidate=candidate_id).first()
    if render is None:
        raise NotFound("There is no such candidate.", where="candidate_id")
    return HttpResponse(generation_queries.original_bytes(render), content_type="image/png")


@router.post(
    "/candidates/{candidate_id}/decisions",
    response={201: CandidateDetail},
    auth=DECIDE,
    summary="Approve or reject",
)
def decide(
    request: HttpRequest,
    response: HttpResponse,
    candidate_id: UUID,
    payload: DecisionIn,
    if_match: str | None = Header(None, alias="If-Match"),
) -> Status:
    """Decide on a candidate that waits; 409 says what happened where it does not any more."""
    user = curator(request)
    expected = payload.version or next(iter(versions_in(if_match or "")), "")
    services.decide_expecting(
        candidate_id=candidate_id,
        user=user,
        verdict=payload.verdict,
        reason=payload.reason,
        note=payload.note,
        expected=expected,
    )
    return Status(201, answered(response, candidate_id, user))


@router.delete(
    "/candidates/{candidate_id}/decisions/last",
    response=CandidateDetail,
    auth=DECIDE,
    summary="Take the decision back",
)
def undo(request: HttpRequest, response: HttpResponse, candidate_id: UUID) -> dict[str, Any]:
    """Take back the decision that stands; the candidate waits for review again."""
    user = curator(request)
    services.undo_on(candidate_id=candidate_id, user=user)
    return answered(response, candidate_id, user)


@router.post("/scores", response={202: AppraisalOut}, auth=SCORE, summary="Have a picture measured")
def create_score(
    request: HttpRequest,
    response: HttpResponse,
    asked: Form[AppraisalIn],
    image: UploadedFile = PICTURE,
) -> Status:
    """Take a picture in; fetch what was measured at the answer's `url`. Removed after an hour."""
    if (image.size or 0) > MOST_BYTES:
        raise InvalidInput("Send a picture of 20 MB at most.", where="image")
    row = services.ask_appraisal(
        owner=curator(request),
        data=image.read(),
        **asked.dict(exclude={"palette"}),
        palette=palette_from(asked.palette),
    )
    response["Location"] = appraisal_url(row)
    response["Retry-After"] = "1"
    return Status(202, appraisal_out(row))


@router.get(
    "/scores/{score_id}",
    response={200: AppraisalOut, 202: AppraisalOut},
    auth=SCORE,
    url_name="get_score",
    summary="What was measured",
)
def get_score(request: HttpRequest, response: HttpResponse, score_id: UUID) -> Status:
    """Answer 202 while it waits, 200 with the result, or with `error` where it failed."""
    row = own_appraisal(request, score_id)
    if row.state == Appraisal.State.WAITING:
        response["Retry-After"] = "1"
        return Status(202, appraisal_out(row))
    return Status(200, appraisal_out(row))


def own_appraisal(request: HttpRequest, score_id: UUID) -> Appraisal:
    """Return an appraisal of the caller."""
    row = Appraisal.objects.filter(pk=score_id, owner=curator(request)).first()
    if row is None:
        raise NotFound("There is no such score; they are kept for an hour.", where="score_id")
    return row


def answered(response: HttpResponse, candidate_id: UUID, user: User) -> dict[str, Any]:
    """Return a candidate as it is after a change, with its new tag."""
    found = records.one(candidate_id, user)
    response["ETag"] = tag(found["version"])
    return found


def appraisal_url(row: Appraisal) -> str:
    """Return where an appraisal is fetched."""
    return settings.SITE_URL + reverse("api-1:get_score", args=[row.pk])


def appraisal_out(row: Appraisal) -> dict[str, Any]:
    """Return an appraisal as the API shows it."""
    return {
        "id": row.pk,
        "state": row.state,
        "error": row.error,
        "expires_at": row.expires_at,
        "url": appraisal_url(row),
        "result": row.result or None,
    }


def palette_from(text: str) -> tuple[tuple[str, float], ...]:
    """Return the colours of `#C65D3B:0.5,#F6EADB`, each with its weight, 1 where none is given.

    Raises:
        InvalidInput: a colour or a weight cannot be read.
    """
    found = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        color, _colon, weight = part.partition(":")
        try:
            hex_to_oklab([color])
            found.append((color.upper(), float(weight or 1)))
        except ValueError as error:
            raise InvalidInput(
                "Write colours as #C65D3B or #C65D3B:0.5, with commas between.", where="palette"
            ) from error
        if not 0 < found[-1][1] <= 1:
            raise InvalidInput("A weight lies between 0 and 1.", where="palette")
    return tuple(found)


def tag(version: str) -> str:
    """Return a version as an entity tag."""
    return f'"{version}"'


def versions_in(header: str) -> list[str]:
    """Return the versions that `If-Match` or `If-None-Match` names."""
    parts = (part.strip().removeprefix("W/").strip('"') for part in header.split(","))
    return [part for part in parts if part and part != "*"]
