"""Prepare one work for an outlet: its file, its row, and what keeps it back.

Part of `outlets.py`, which decides when. Nothing here looks at other works of the bundle.
"""

import hashlib
import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.storage import storages
from django.utils import timezone
from PIL import Image

from catalog.derivatives import put_whole
from catalog.images import picture_of
from catalog.models import Artwork, Grant, OutletItem, SignedFile, TextRevision
from catalog.outlets import Outlet, Piece
from catalog.outlets.checks import advice, faults
from catalog.outlets.pictures import as_jpeg, enlarged, facts_of
from catalog.services.exclusive import reserved
from catalog.services.sealing import original_of
from genart.lib.errors import GenartError
from genart.lib.screens import objection

BROKEN = "Its file cannot be read: held."
JPEG = "image/jpeg"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What an outlet would get of a work.

    Attributes:
        name: of the file in `originals`; empty where none is sent.
        look: of the picture, 64 hex digits.
    """

    row: dict[str, Any]
    reasons: list[str]
    name: str = ""
    look: str = ""


def gone(works: Iterable[Artwork]) -> dict[UUID, str]:
    """Return which works may not leave the shop, each with the reason, as of now."""
    found = list(works)
    ids = [work.pk for work in found]
    exclusive = Grant.objects.filter(
        artwork__in=ids, licence__is_exclusive=True, revoked_at=None
    ).values_list("artwork_id", flat=True)
    reasons = dict.fromkeys(reserved(ids), "Somebody is buying it exclusively just now.")
    for work in found:
        if work.withdrawn_at is not None:
            reasons[work.pk] = f"It is withdrawn: {work.withdrawn_reason or 'no reason given'}"
    return reasons | dict.fromkeys(exclusive, "It was sold exclusively.")


def prepare(item: OutletItem, outlet: Outlet, *, upscale: bool) -> Prepared:
    """Return row, file and faults of a work. Safe to repeat: the same file under the same name."""
    work = item.artwork
    why_not = outlet.refuses or gone([work]).get(work.pk, "")
    if why_not:
        return Prepared({}, [why_not])
    try:
        return _prepared(item, outlet, upscale)
    except GenartError as error:
        return Prepared({}, [f"{error.message} Held."])
    except (OSError, ValueError):
        return Prepared({}, [BROKEN])


def _prepared(item: OutletItem, outlet: Outlet, upscale: bool) -> Prepared:
    work = item.artwork
    piece = piece_of(work)
    original = Image.open(io.BytesIO(original_of(work))).convert("RGB")
    name, picture = "", original
    if outlet.sends_files:
        picture = enlarged(original, outlet.least_side_px) if upscale else original
        was = original.size if picture.size != original.size else None
        piece = replace(piece, enlarged_from=was)
        data = _written(work, picture, outlet.entry(piece))
        name = f"outlets/{item.export_id}/{item.pk}.jpg"
    else:
        data = _preview(work)
    facts = facts_of(data, is_enlarged=piece.enlarged_from is not None)
    row = outlet.entry(replace(piece, file=facts))
    day = timezone.now().date()
    reasons = _named(work) + faults(row, outlet.rules, day=day)
    if name and not reasons:
        _store(item, name, data, facts)
    wishes = advice(row, outlet.rules, day=day)
    return Prepared(row | {"advice": wishes}, reasons, name if not reasons else "", _look(picture))


def piece_of(work: Artwork) -> Piece:
    """Return a work as any outlet is told of it."""
    address = picture_of(work).largest
    return Piece(
        key=work.pk.hex[:8],
        artwork_id=str(work.pk),
        slug=work.slug,
        title=work.title,
        description=work.description,
        alt_text=work.alt_text,
        tags=tuple(work.tags),
        category=work.category,
        page_url=settings.SITE_URL + work.get_absolute_url(),
        image_url=address if "://" in address else settings.SITE_URL + address,
        price_cents=work.price_cents,
        currency=settings.CURRENCY,
        shop=settings.SITE_NAME,
        by_model=_by_model(work),
    )


def _by_model(work: Artwork) -> bool:
    """Tell whether a language model wrote the texts that are on the page."""
    live = work.texts.filter(language="en", state=TextRevision.State.LIVE).first()
    return live is not None and not live.writer.startswith(("person:", "embedded"))


def _named(work: Artwork) -> list[str]:
    """Return what the screens have against the words: names of artists, brands and the like."""
    said = objection(f"{work.title}. {', '.join(work.tags)}")
    return [said] if said else []


def _written(work: Artwork, picture: Image.Image, entry: dict[str, Any]) -> bytes:
    """Return the JPEG with what it says of itself, signed last."""
    from catalog.provenance.embed import with_metadata
    from catalog.provenance.manifest import preview_manifest
    from catalog.provenance.origin import said_of
    from catalog.provenance.signing import sign

    said = replace(
        said_of(work, {}),
        title=entry.get("title", work.title),
        description=entry.get("description", work.description),
        keywords=tuple(entry.get("keywords") or entry.get("tags") or work.tags),
        prompt="",
        prompt_writer="",
    )
    manifest = preview_manifest(work, {}, mime_type=JPEG, width_px=picture.width)
    return sign(with_metadata(as_jpeg(picture), said), JPEG, manifest).data


def _preview(work: Artwork) -> bytes:
    """Return the largest public WebP: what the outlet will fetch."""
    names = work.derivatives.get("webp", {})
    name = names[max(names, key=int)] if names else ""
    with storages["default"].open(name) as file:
        data: bytes = file.read()
    return data


def _store(item: OutletItem, name: str, data: bytes, facts: dict[str, Any]) -> None:
    from catalog.provenance.certificate import identity
    from catalog.provenance.fingerprint import pixels_sha256

    put_whole(storages["originals"], name, data)
    SignedFile.objects.update_or_create(
        storage="originals",
        name=name,
        defaults={
            "artwork": item.artwork,
            "kind": SignedFile.Kind.EXPORT,
            "sha256": hashlib.sha256(data).hexdigest(),
            "pixels_sha256": pixels_sha256(Image.open(io.BytesIO(data))),
            "signer": identity().name,
            "facts": {"outlet": item.export.outlet, "enlarged": facts["enlarged"]},
            "signed_at": timezone.now(),
        },
    )


def _look(picture: Image.Image) -> str:
    from catalog.provenance.fingerprint import look_of

    return look_of(picture)
