"""What the certificate of a grant states. Words on the licence come from `licence_facts` alone."""

from typing import Any

from django.conf import settings

from catalog.models import Grant, SignedFile
from catalog.provenance.licence_facts import licence_facts
from genart.lib.languages import in_english


@in_english
def certificate_facts(grant: Grant) -> dict[str, Any]:
    """Return everything that the certificate's PDF states.

    `file_sha256` is of the file that the buyer gets, empty until it was made; `picture_sha256` of
    the picture as it was rendered, without metadata.
    """
    work = grant.artwork
    return {
        "serial": grant.serial,
        "url": f"{settings.SITE_URL}/certificates/{grant.serial}/",
        "granted_on": grant.granted_at.date().isoformat(),
        "licensee": grant.licensee or grant.order_line.order.email,
        "licence": licence_facts(grant.licence, grant),
        "summary": grant.licence.summary,
        "allows": list(grant.licence.allows),
        "forbids": list(grant.licence.forbids),
        "is_exclusive": grant.licence.is_exclusive,
        "work": {
            "id": str(work.pk),
            "title": work.title,
            "url": settings.SITE_URL + work.get_absolute_url(),
            "width_px": work.width_px,
            "height_px": work.height_px,
        },
        "picture_sha256": work.sha256,
        "file_sha256": file_sha256(grant),
        "order": str(grant.order_line.order_id),
        "revoked_on": grant.revoked_at.date().isoformat() if grant.revoked_at else "",
        "seller": settings.SHOP_LEGAL_NAME,
    }


def public_facts(grant: Grant) -> dict[str, Any]:
    """Return what anybody may read of a certificate: nothing of the buyer without his consent."""
    facts = certificate_facts(grant)
    shown = ("serial", "url", "granted_on", "licence", "summary", "allows", "forbids", "work",
             "is_exclusive", "picture_sha256", "file_sha256", "revoked_on")  # fmt: skip
    return {name: facts[name] for name in shown} | {
        "state": "revoked" if grant.revoked_at else "valid",
        "licensee": grant.licensee if grant.names_licensee else "",
    }


def file_sha256(grant: Grant) -> str:
    """Return the hash of the buyer's file; empty until it was made."""
    files = SignedFile.objects.filter(grant=grant, kind=SignedFile.Kind.DELIVERY)
    return files.values_list("sha256", flat=True).first() or ""
