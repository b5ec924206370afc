"""The file that a buyer gets: the original with the licence of the grant in it, signed.

Its pixels are those of the original, but for the invisible number where one holds; the stored
original is never touched. Made at the first download and kept: the same bytes every time, which the
certificate names by hash.
"""

import hashlib
import io
import json
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from PIL import Image

from catalog.derivatives import put_whole
from catalog.models import Artwork, Grant, SignedFile
from catalog.provenance.embed import with_metadata
from catalog.provenance.fingerprint import pixels_sha256
from catalog.provenance.licence_facts import licence_facts, public_facts
from catalog.provenance.manifest import delivery_manifest, master_manifest
from catalog.provenance.origin import said_of
from catalog.provenance.signing import Signed, sign
from catalog.provenance.watermark import write_number


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file to send.

    Attributes:
        data: its bytes.
        filename: a name for the buyer's disk.
        content_type: its MIME type.
    """

    data: bytes
    filename: str
    content_type: str


@transaction.atomic
def deliver(grant: Grant) -> Delivered:
    """Return the file of a grant. Safe to repeat and beside itself: one grant has one file.

    Whether the grant may be opened (owner, limits, revoked) is the caller's question.

    Raises:
        StateConflict: the stored original is missing or not the one that was judged.
        Unavailable: the service that signs does not answer.
    """
    grant = (
        Grant.objects.select_for_update(of=("self",))
        .select_related("licence", "artwork__render__checkpoint", "artwork__render__job",
                        "artwork__render__style_version")
        .get(pk=grant.pk)
    )  # fmt: skip
    made = SignedFile.objects.filter(grant=grant).first()
    data = _stored(made) if made else None
    if data is None:
        data = _make(grant)
    return Delivered(data, f"{grant.artwork.slug}.png", "image/png")


def _stored(made: SignedFile) -> bytes | None:
    """Return a file as it was signed; `None` where it is lost or changed, so it is made again."""
    try:
        with storages[made.storage].open(made.name) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        return None
    return data if hashlib.sha256(data).hexdigest() == made.sha256 else None


def _make(grant: Grant) -> bytes:
    from catalog.services.sealing import original_of

    work, licence = grant.artwork, licence_facts(grant.licence, grant)
    original = original_of(work)
    pixels, is_marked = _with_number(work, original)
    manifest = delivery_manifest(work, licence, marked=is_marked)
    parent = _master(work, original)
    signed = sign(
        with_metadata(pixels, said_of(work, licence)), "image/png", manifest, parent=parent
    )
    name = f"delivered/{grant.pk}/{hashlib.sha256(signed.data).hexdigest()[:12]}.png"
    put_whole(storages["originals"], name, signed.data)
    _record(grant, name, signed, licence, pixels_sha256(Image.open(io.BytesIO(pixels))))
    return signed.data


def _record(grant: Grant, name: str, signed: Signed, licence: dict[str, Any], pixels: str) -> None:
    SignedFile.objects.update_or_create(
        grant=grant,
        defaults={
            "artwork": grant.artwork,
            "kind": SignedFile.Kind.DELIVERY,
            "storage": "originals",
            "name": name,
            "sha256": hashlib.sha256(signed.data).hexdigest(),
            "pixels_sha256": pixels,
            "manifest_label": signed.label,
            "signer": signed.signer,
            "facts": json.loads(json.dumps({"licence": licence})),
            "signed_at": timezone.now(),
        },
    )


def _with_number(work: Artwork, original: bytes) -> tuple[bytes, bool]:
    """Return the original with the work's number in its pixels, and whether it has one."""
    last = work.signed_files.filter(kind=SignedFile.Kind.ORIGINAL).first()
    mark = last.facts.get("mark") if last else None
    if not mark or work.mark != mark["number"]:
        return original, False
    picture = Image.open(io.BytesIO(original))
    buffer = io.BytesIO()
    write_number(picture, mark["number"], mark["strength"]).save(
        buffer, "PNG", icc_profile=picture.info.get("icc_profile")
    )
    return buffer.getvalue(), True


def _master(work: Artwork, original: bytes) -> bytes:
    """Return the signed original, whose manifest tells how the picture was made."""
    last = work.signed_files.filter(kind=SignedFile.Kind.ORIGINAL).first()
    stored = _stored(last) if last else None
    if stored is not None:
        return stored
    licence = public_facts()
    said = said_of(work, licence)
    return sign(with_metadata(original, said), "image/png", master_manifest(work, licence)).data
