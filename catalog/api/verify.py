"""What we know of a file, for programs."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Router, Schema
from ninja.files import UploadedFile

from catalog.provenance.verdicts import as_answer
from catalog.provenance.verify import examine

router = Router(tags=["provenance"])
FILE: Any = File(..., description="PNG, JPEG, WebP, AVIF, GIF or TIFF.")


class SignatureOut(Schema):
    """What the file's C2PA manifest is worth: `none`, `broken`, `foreign` or `ours`."""

    state: str
    signer: str
    on_trust_list: bool
    faults: list[str]
    says_generated: bool


class VerifiedWorkOut(Schema):
    """The work that the file shows. `mark`: whether its pictures carry an invisible number."""

    id: str
    title: str
    url: str
    on_sale: bool
    mark: bool


class VerifyOut(Schema):
    """The answer.

    `verdict`: `original`, `signed`, `broken`, `stripped`, `changed`, `lookalike`, `foreign` or
    `unknown`. `matched_by`: `file`, `manifest`, `pixels`, `number`, `look` or `none`.
    """

    verdict: str
    headline: str
    known: list[str]
    unknown: list[str]
    matched_by: str
    signature: SignatureOut
    artwork: VerifiedWorkOut | None
    certificate: str | None


@router.post("/verify", response=VerifyOut, summary="What is known of a file")
def verify(request: HttpRequest, file: UploadedFile = FILE) -> dict[str, Any]:
    """Examine a picture file by its signature, bytes, pixels, invisible number and look.

    Needs no token; nothing that is sent is kept.
    """
    return as_answer(examine(file.read(settings.VERIFY_BYTES + 1)))
