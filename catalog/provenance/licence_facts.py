"""What is said of a licence, once: JSON-LD, XMP, C2PA and the certificate all take it from here.

The buyer's name is not part of it. A file travels further than its buyer may wish; the serial leads
to the certificate page, which says what is public.
"""

import hashlib
from typing import Any

from django.conf import settings

from catalog.models import Grant, Licence
from genart.lib.languages import in_english


@in_english
def licence_facts(licence: Licence, grant: Grant | None = None) -> dict[str, Any]:
    """Return what a file, a page or a paper says of a licence.

    Args:
        licence: the version that is meant; `url` leads to exactly this version for ever.
        grant: where given, `serial`, `certificate_url` and `granted_at` are those of this right;
            otherwise they are empty.

    Returns:
        `slug`, `name`, `version`, `url`, `statement`, `rights`, `licensor_name`, `licensor_url`,
        `terms_sha256` (of the full text as UTF-8), `serial`, `certificate_url`, `granted_at`.
    """
    name = f"{licence.name} licence"
    url = f"{settings.SITE_URL}{licence.get_absolute_url()}?version={licence.version}"
    serial = grant.serial if grant else ""
    under = f"{name}, version {licence.version}"
    said = f"Licensed under the {under}; certificate {serial}." if serial else f"{under}."
    return {
        "slug": licence.slug,
        "name": name,
        "version": licence.version,
        "url": url,
        "statement": f"{said} {licence.summary} Full terms: {url}",
        "rights": rights_notice(),
        "licensor_name": settings.SHOP_LEGAL_NAME,
        "licensor_url": settings.SITE_URL,
        "terms_sha256": hashlib.sha256(licence.text.encode()).hexdigest(),
        "serial": serial,
        "certificate_url": f"{settings.SITE_URL}/certificates/{serial}/" if serial else "",
        "granted_at": grant.granted_at.isoformat() if grant and grant.granted_at else "",
    }


def rights_notice() -> str:
    """Return the notice of rights; it claims no copyright that a generated picture may not have."""
    return f"Licensed by {settings.SITE_NAME}; generated picture"


def public_licence() -> Licence | None:
    """Return the licence that previews name: the first on sale, as the page's JSON-LD does."""
    return Licence.objects.filter(is_active=True, is_exclusive=False).first()


def public_facts() -> dict[str, Any]:
    """Return what previews say of rights; nothing while no licence is on sale."""
    licence = public_licence()
    return licence_facts(licence) if licence else {}
