"""What a buyer has, for programs: licensed works, and links to their files.

It stands here and not in `catalog/api/`, since it needs tokens, which are above the shop.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from catalog.models import Grant, SignedFile
from catalog.provenance.licence_facts import licence_facts
from catalog.services.library import make_link
from genart.accounts.models import ApiToken
from genart.api.auth import TokenAuth
from genart.lib.errors import InvalidInput, NotFound

router = Router(tags=["library"])
READ = TokenAuth(ApiToken.Scope.ORDERS_READ)
WRITE = TokenAuth(ApiToken.Scope.ORDERS_WRITE)


class GrantsQuery(Schema):
    """Where a page begins, and how long it is."""

    after: str = Field("", max_length=80, description="`next` of the page before.")
    limit: int = Field(50, ge=1, le=200)


class GrantOut(Schema):
    """A right to one work under one licence. `file_sha256` is empty until the file was made."""

    id: UUID
    serial: str
    artwork_id: UUID
    title: str
    licence: str
    licence_version: int
    licence_url: str
    certificate_url: str
    order_id: UUID
    granted_at: datetime
    revoked_at: datetime | None
    downloads: int
    download_limit: int
    file_sha256: str


class GrantPage(Schema):
    """Rights of an account, newest first."""

    items: list[GrantOut]
    next: str | None


class LinkOut(Schema):
    """A link to a file; it opens without a token until `expires_at`, as often as is needed."""

    url: str
    expires_at: datetime
    downloads_left: int


@router.get("/library", response=GrantPage, auth=READ, summary="Licensed works")
def list_grants(request: HttpRequest, asked: Query[GrantsQuery]) -> dict[str, Any]:
    """Return what the token's account has licensed, newest first."""
    rows = _grants(request).order_by("-granted_at", "-pk")
    if asked.after:
        rows = rows.filter(_after(asked.after))
    page = list(rows[: asked.limit + 1])
    more = len(page) > asked.limit
    last = page[asked.limit - 1] if more else None
    return {
        "items": [_shown(grant) for grant in page[: asked.limit]],
        "next": f"{last.granted_at.isoformat()},{last.pk}" if last else None,
    }


@router.post("/library/{grant_id}/links", response=LinkOut, auth=WRITE, summary="Download a work")
def make_download_link(request: HttpRequest, grant_id: UUID) -> dict[str, Any]:
    """Return a link to the original with its licence. Each link counts as one download."""
    grant = _grants(request).filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("There is no such grant of yours.", where="grant_id")
    link = make_link(grant_id=grant.pk)
    grant.refresh_from_db(fields=["downloads", "download_limit"])
    left = grant.download_limit - grant.downloads
    return {"url": link.url, "expires_at": link.expires_at, "downloads_left": left}


def _grants(request: HttpRequest) -> Any:
    rows = Grant.objects.filter(buyer_id=request.auth.pk)  # type: ignore[attr-defined]
    files = SignedFile.objects.filter(grant=OuterRef("pk"), kind=SignedFile.Kind.DELIVERY)
    digest = Coalesce(Subquery(files.values("sha256")[:1]), Value(""))
    return rows.select_related("artwork", "licence", "order_line").annotate(file_sha256=digest)


def _after(cursor: str) -> Q:
    """Return the filter of what follows a cursor."""
    moment, _comma, key = cursor.partition(",")
    try:
        at, last = datetime.fromisoformat(moment.replace(" ", "+")), UUID(key)
    except ValueError:
        raise InvalidInput("This cursor is not one of ours.", where="after") from None
    if at.tzinfo is None:
        raise InvalidInput("This cursor is not one of ours.", where="after")
    return Q(granted_at__lt=at) | Q(granted_at=at, pk__lt=last)


def _shown(grant: Any) -> dict[str, Any]:
    facts = licence_facts(grant.licence, grant)
    return {
        "id": grant.pk,
        "serial": grant.serial,
        "artwork_id": grant.artwork_id,
        "title": grant.artwork.title,
        "licence": facts["slug"],
        "licence_version": facts["version"],
        "licence_url": facts["url"],
        "certificate_url": facts["certificate_url"],
        "order_id": grant.order_line.order_id,
        "granted_at": grant.granted_at,
        "revoked_at": grant.revoked_at,
        "downloads": grant.downloads,
        "download_limit": grant.download_limit,
        "file_sha256": grant.file_sha256,
    }
