"""Certificates for programs: whether a licence holds. Tells nothing of the buyer."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from catalog.models import Grant
from catalog.papers.certificate_facts import public_facts
from catalog.serials import plain_serial
from genart.lib.errors import NotFound

router = Router(tags=["certificates"])


class CertifiedLicenceOut(Schema):
    """The licence that was granted, in the version that counts."""

    slug: str
    name: str
    version: int
    url: str
    licensor_name: str
    licensor_url: str
    terms_sha256: str


class CertifiedWorkOut(Schema):
    """The work that it is for."""

    id: UUID
    title: str
    url: str
    width_px: int
    height_px: int


class CertificateOut(Schema):
    """A certificate. `state`: `valid` or `revoked`; `licensee` only where its holder shows it.

    `file_sha256` is of the licensed file, `picture_sha256` of the picture without metadata.
    """

    serial: str
    state: str
    url: str
    granted_on: date
    revoked_on: date | None
    licensee: str
    is_exclusive: bool
    licence: CertifiedLicenceOut
    work: CertifiedWorkOut
    file_sha256: str
    picture_sha256: str


@router.get("/certificates/{serial}", response=CertificateOut, summary="One certificate")
def get_certificate(request: HttpRequest, serial: str) -> dict[str, Any]:
    """Return whether a licence holds, by the number on its certificate."""
    rows = Grant.objects.select_related("artwork", "licence", "order_line__order")
    grant = rows.filter(serial=plain_serial(serial)).first()
    if grant is None:
        raise NotFound("No certificate has this number.", where="serial")
    facts = public_facts(grant)
    return facts | {"revoked_on": facts["revoked_on"] or None}
