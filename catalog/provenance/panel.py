"""What the page of a work shows of its provenance, in plain words."""

from typing import Any

from django.utils.translation import gettext

from catalog.models import Artwork, SignedFile
from catalog.provenance.origin import judge_of, parts_of


def panel_of(work: Artwork) -> dict[str, Any]:
    """Return what `templates/catalog/provenance.html` shows; the work comes with its render."""
    first, *adapters = parts_of(work)
    master = work.signed_files.filter(kind=SignedFile.Kind.ORIGINAL).first()
    return {
        "slug": work.slug,
        "model": f"{first.name} {first.version[:12]}".strip(),
        "adapters": [f"{part.name} {part.version}" for part in adapters],
        "made_at": work.render.finished_at or work.published_at,
        "judge": _judge(work),
        "signature": _signature(master),
        "is_signed": master is not None,
        "is_marked": work.mark is not None,
        "sha256": work.sha256,
    }


def _judge(work: Artwork) -> str:
    judge = judge_of(work)
    if judge == "curator":
        return gettext("A curator, by eye")
    name, _at, version = judge.removeprefix("gate:").partition("@")
    if not version:
        return gettext("The gate %(name)s") % {"name": name}
    return gettext("The gate %(name)s, version %(version)s") % {"name": name, "version": version}


def _signature(master: SignedFile | None) -> str:
    """Say what a reader of C2PA will say: that a signer is known to us makes it known to nobody."""
    if master is None:
        return gettext("Being signed (C2PA)")
    said = (
        gettext("C2PA, by %(signer)s; on the trust list")
        if _is_listed(master)
        else gettext("C2PA, by %(signer)s; valid, signer not on the trust list")
    )
    return said % {"signer": master.signer}


def _is_listed(master: SignedFile) -> bool:
    return bool(master.facts.get("is_listed"))
