"""Give a work its signed files: number, metadata, signature; and say so in rows.

The stored original stays as it was judged, to the byte: what is served is made of it. Files are
written first under names that follow from what they say, then rows and the listing in one
transaction. Safe to repeat and beside itself. A change of texts or terms makes new files without
encoding a picture again: only words and signature differ.
"""

import hashlib
import io
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.core.files.storage import storages
from django.db import connection, transaction
from django.utils import timezone
from PIL import Image

from catalog import derivatives
from catalog.models import Artwork, SignedFile
from catalog.provenance.embed import MIME_TYPES, with_metadata
from catalog.provenance.fingerprint import look_of, pixels_sha256
from catalog.provenance.licence_facts import public_facts
from catalog.provenance.manifest import master_manifest, preview_manifest
from catalog.provenance.marking import choose_mark
from catalog.provenance.origin import said_of
from catalog.provenance.reading import read_manifest
from catalog.provenance.signing import Signed, sign
from catalog.provenance.xmp import ROOM_BYTES, Said, packet
from genart.lib.errors import StateConflict

SEAL_LOCK = 0x5EA1  # any constant: first half of the lock, the work is the second


@dataclass(frozen=True, slots=True)
class _File:
    """A file that was written, as its row will say."""

    kind: str
    storage: str
    name: str
    signed: Signed
    pixels: str
    facts: dict[str, Any]


@transaction.atomic
def seal_artwork(*, artwork_id: UUID, anew: bool = False) -> bool:
    """Give a work signed files that say what it says now; tell whether there was anything to do.

    Args:
        artwork_id: of the listing, on sale or not.
        anew: also where nothing changed, for another certificate.

    Raises:
        StateConflict: the stored original is missing or not the one that was judged.
        Unavailable: the service that signs does not answer; nothing was changed.
    """
    _wait_for_others(artwork_id)
    work = sealable().filter(pk=artwork_id).first()
    if work is None:
        return False
    licence = public_facts()
    said = said_of(work, licence)
    last = work.signed_files.filter(kind=SignedFile.Kind.ORIGINAL).first()
    says = _tag(said, work)
    if last is not None and last.facts["says"] == says and not anew:
        return False
    original = original_of(work)
    if last is None or not _all_there(work):
        pictures, found = _encoded(work, original)
    else:
        pictures, found = _kept(work), {"mark": last.facts["mark"], "look": last.facts["look"]}
    found |= {
        "says": says,
        "tag": _free_tag(work, says),
        "terms": licence.get("url", ""),
        "title": said.title,
    }
    files = [_master(work, original, said, licence, found)]
    files += [_preview(work, *entry, said, licence, found) for entry in pictures]
    _record(work, files)
    return True


def _wait_for_others(artwork_id: UUID) -> None:
    """Let one at a time sign a work: two would write different signatures under one name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [SEAL_LOCK, artwork_id.int % 2**31])


def _all_there(work: Artwork) -> bool:
    names = [name for by_width in work.derivatives.values() for name in by_width.values()]
    return bool(names) and all(storages["default"].exists(name) for name in names)


def sealable() -> Any:
    """Return works with all that is read of them here."""
    return Artwork.objects.select_related(
        "render__checkpoint", "render__job", "render__style_version"
    )


def original_of(work: Artwork) -> bytes:
    """Return the original as it was judged.

    Raises:
        StateConflict: it is missing, or not the one.
    """
    try:
        with storages["originals"].open(work.original) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        raise StateConflict("The file cannot be found just now. We have been told.") from None
    if hashlib.sha256(data).hexdigest() != work.sha256:
        raise StateConflict("The stored file is not the one that was judged.")
    return data


def _tag(said: Said, work: Artwork) -> str:
    """Return eight digits that differ where files would say something else."""
    told = json.dumps([asdict(said), work.decision_id], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:8]


def _free_tag(work: Artwork, says: str) -> str:
    """Return a tag for names that no file of the work has: one that was served never changes."""
    times = work.signed_files.filter(kind=SignedFile.Kind.ORIGINAL).count()
    return f"{says}{times}" if times else says


def _encoded(
    work: Artwork, original: bytes
) -> tuple[Iterator[tuple[str, int, bytes]], dict[str, Any]]:
    """Return previews with the number in them where it holds, and what was found about it."""
    picture = Image.open(io.BytesIO(original)).convert("RGB")
    marked = choose_mark(work, picture)
    found: dict[str, Any] = {"mark": None, "look": look_of(picture)}
    if marked is not None:
        work.mark = marked.number
        found["mark"] = {
            "number": marked.number,
            "strength": marked.strength,
            "psnr_db": round(marked.psnr_db, 1),
            "ssim": round(marked.ssim, 4),
        }
        picture = marked.picture
    return derivatives.encoded(picture, packet(Said(), room=ROOM_BYTES)), found


def _kept(work: Artwork) -> Iterator[tuple[str, int, bytes]]:
    """Yield the previews as they are: their pixels stay, what they say will be replaced."""
    for kind, names in work.derivatives.items():
        for width, name in names.items():
            with storages["default"].open(name) as file:
                yield kind, int(width), file.read()


def _master(
    work: Artwork, original: bytes, said: Said, licence: dict[str, Any], found: dict[str, Any]
) -> _File:
    signed = sign(with_metadata(original, said), "image/png", master_manifest(work, licence))
    name = f"signed/{work.pk}/{work.sha256[:8]}-{found['tag']}.png"
    derivatives.put_whole(storages["originals"], name, signed.data)
    found["is_listed"] = read_manifest(signed.data, "image/png").is_listed
    pixels = pixels_sha256(Image.open(io.BytesIO(original)))
    return _File(SignedFile.Kind.ORIGINAL, "originals", name, signed, pixels, found)


def _preview(
    work: Artwork,
    kind: str,
    width: int,
    data: bytes,
    said: Said,
    licence: dict[str, Any],
    found: dict[str, Any],
) -> _File:
    manifest = preview_manifest(work, licence, mime_type=MIME_TYPES[kind], width_px=width)
    signed = sign(with_metadata(data, said), MIME_TYPES[kind], manifest)
    name = f"art/{work.pk}/{width}-{work.sha256[:8]}-{found['tag']}.{kind}"
    derivatives.put_whole(storages["default"], name, signed.data)
    pixels = pixels_sha256(Image.open(io.BytesIO(data)))
    facts = {"tag": found["tag"], "terms": found["terms"], "width": width, "kind": kind}
    return _File(SignedFile.Kind.DERIVATIVE, "default", name, signed, pixels, facts)


def _record(work: Artwork, files: list[_File]) -> None:
    """Write the rows and turn the listing to its new files."""
    now = timezone.now()
    listing = Artwork.objects.select_for_update().get(pk=work.pk)
    names: dict[str, dict[str, str]] = {}
    for file in files:
        SignedFile.objects.update_or_create(
            storage=file.storage,
            name=file.name,
            defaults={
                "artwork": listing,
                "kind": file.kind,
                "sha256": hashlib.sha256(file.signed.data).hexdigest(),
                "pixels_sha256": file.pixels,
                "manifest_label": file.signed.label,
                "signer": file.signed.signer,
                "facts": file.facts,
                "signed_at": now,
            },
        )
        if file.kind == SignedFile.Kind.DERIVATIVE:
            names.setdefault(file.facts["kind"], {})[str(file.facts["width"])] = file.name
    listing.derivatives, listing.mark = names, work.mark
    listing.save(update_fields=["derivatives", "mark"])
