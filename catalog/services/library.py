"""Open what a buyer has: links to files that end by themselves, within the limit of the grant.

A link counts once, when it is made, under the grant's row lock; until it ends it may be used again,
so that a broken download can be repeated. What is revoked opens nothing, whatever link there is.
Who may ask for a link is the caller's question (`catalog/order_access.py`).
"""

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.core.files.storage import storages
from django.db import transaction
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from catalog.models import Grant, Order, SignedFile
from catalog.papers.certificate_pdf import certificate_pdf
from catalog.provenance.delivery import Delivered, deliver
from genart.lib.errors import GenartError, InvalidInput, NotFound

SALT = "catalog.download"
LEAST_SECONDS, MOST_SECONDS = 600, 3 * 3600
SLOWEST_BYTES_PER_SECOND = 100_000
MOST_IN_BUNDLE, BUNDLE_BYTES = 40, 96_000_000
ZIP_DATE = (2020, 1, 1, 0, 0, 0)


class Gone(GenartError):
    """The licence was revoked, or the link has ended: answered 410."""

    code = "gone"
    status = 410


class LimitReached(GenartError):
    """Every download of a grant is used: answered 429."""

    code = "limit_reached"
    status = 429


@dataclass(frozen=True, slots=True)
class Link:
    """An address of a file. It opens without anything else, until `expires_at`."""

    path: str
    expires_at: datetime

    @property
    def url(self) -> str:
        """Return the whole address."""
        return settings.SITE_URL + self.path


@transaction.atomic
def make_link(*, grant_id: UUID) -> Link:
    """Count a download and return the link to it.

    Raises:
        NotFound: there is no such grant.
        Gone: the licence was revoked.
        LimitReached: no download is left; nothing was counted.
    """
    rows = Grant.objects.select_for_update(of=["self"], no_key=True).select_related("artwork")
    grant = rows.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("There is no such download in your library.")
    refuse_revoked(grant)
    if grant.downloads >= grant.download_limit:
        raise LimitReached(
            gettext(
                "All %(download_limit)s downloads of this file are used. Write to "
                "%(shop_email)s with the number %(serial)s, and we open more."
            )
            % {
                "download_limit": grant.download_limit,
                "shop_email": settings.SHOP_EMAIL,
                "serial": grant.serial,
            }
        )
    grant.downloads += 1
    grant.save(update_fields=["downloads"])
    seconds = lifetime_seconds(grant.artwork.file_bytes)
    token = signing.TimestampSigner(salt=SALT).sign_object([str(grant.pk), seconds])
    path = reverse("catalog:file", args=[token])
    return Link(path, timezone.now() + timedelta(seconds=seconds))


def read_link(*, token: str) -> tuple[Grant, int]:
    """Return the grant of a link that still holds, and the seconds it has left.

    Raises:
        NotFound: nobody signed this.
        Gone: it has ended, or the licence was revoked meanwhile.
    """
    signer = signing.TimestampSigner(salt=SALT)
    try:
        grant_id, seconds = signer.unsign_object(token)
        made = _made_at(signer, token)
    except (signing.BadSignature, ValueError, TypeError):
        raise NotFound("There is no such download.") from None
    left = int(seconds) - int(timezone.now().timestamp() - made)
    if left <= 0:
        raise Gone("This link has ended. Open your library, or your order, and take a new one.")
    grant = _grants().filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("There is no such download.")
    refuse_revoked(grant)
    return grant, left


def refuse_revoked(grant: Grant) -> None:
    """Raise where a grant was revoked, with the reason."""
    if grant.revoked_at is None:
        return
    reason = grant.revoked_reason.rstrip(".") or "the payment went back"
    raise Gone(
        f"This licence was revoked on {grant.revoked_at:%-d %B %Y}: {reason}. "
        f"If that is a mistake, write to {settings.SHOP_EMAIL}."
    )


def lifetime_seconds(file_bytes: int) -> int:
    """Return how long a link holds: from ten minutes to three hours, by the size of the file."""
    return min(MOST_SECONDS, LEAST_SECONDS + file_bytes // SLOWEST_BYTES_PER_SECOND)


def storage_url(grant: Grant, seconds: int) -> str:
    """Return an address of the file at its own storage, signed by it; empty where it has none.

    Only stores with addresses that end (S3) have one; a local folder has not. The file is made
    where it is not there yet.
    """
    storage: Any = storages["originals"]
    if not hasattr(storage, "querystring_expire"):
        return ""
    filename = f"{grant.artwork.slug}.png"
    if not SignedFile.objects.filter(grant=grant, kind=SignedFile.Kind.DELIVERY).exists():
        filename = deliver(grant).filename
    file = SignedFile.objects.filter(grant=grant, kind=SignedFile.Kind.DELIVERY).first()
    if file is None or file.storage != "originals":
        return ""
    says = {"ResponseContentDisposition": f'attachment; filename="{filename}"'}
    url: str = storage.url(file.name, parameters=says, expire=max(1, seconds))
    return url


def bundle(*, order: Order) -> bytes:
    """Return a ZIP of the files and certificates of an order; each file counts as a download.

    Raises:
        InvalidInput: it has more than may be packed at once; nothing was counted.
        Gone, LimitReached: as for a single file; nothing was counted.
    """
    with transaction.atomic():
        for grant in open_grants(order):
            make_link(grant_id=grant.pk)
    return _packed(open_grants(order))


def open_grants(order: Order) -> list[Grant]:
    """Return the grants of an order that open something.

    Raises:
        InvalidInput: none does, or they are too many or too large to be packed at once.
    """
    grants = list(_grants().filter(order_line__order=order, revoked_at=None).order_by("pk"))
    if not grants or not fits_bundle(grants):
        raise InvalidInput("Take these files one by one: they are too many for one archive.")
    return grants


def fits_bundle(grants: Sequence[Grant]) -> bool:
    """Tell whether files may be packed at once: the archive is made in memory."""
    size = sum(grant.artwork.file_bytes for grant in grants)
    return len(grants) <= MOST_IN_BUNDLE and size <= BUNDLE_BYTES


def allow_more(*, grant_id: UUID, downloads: int = 50) -> None:
    """Raise the limit of a grant."""
    Grant.objects.filter(pk=grant_id).update(download_limit=F("download_limit") + downloads)


def _packed(grants: Sequence[Grant]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:  # pictures do not get smaller
        for grant in grants:
            file: Delivered = deliver(grant)
            _add(archive, f"{grant.serial}-{file.filename}", file.data)
            _add(archive, f"{grant.serial}-certificate.pdf", certificate_pdf(grant))
    return out.getvalue()


def _add(archive: zipfile.ZipFile, name: str, data: bytes) -> None:
    archive.writestr(zipfile.ZipInfo(name, ZIP_DATE), data)


def _made_at(signer: signing.TimestampSigner, token: str) -> int:
    """Return the time in a token whose signature holds."""
    stamped = token.rsplit(signer.sep, 1)[0]
    return signing.b62_decode(stamped.rsplit(signer.sep, 1)[1])


def _grants() -> QuerySet[Grant]:
    return Grant.objects.select_related("artwork", "licence", "order_line__order__buyer")
