"""The print file of a grant: a buyer's original, enlarged to four megapixels and signed again.

For: buyers who hang a work on a wall. Not for: the original itself (`delivery.py`), which stays the
licensed file. Made by a worker when it is asked for, once, and kept; its manifest names the file it
was made of. Enlarging: `generation/upscale`.
"""

import hashlib
import io
import json

from django.core.files.storage import storages
from django.db import transaction
from django.utils import timezone
from PIL import Image

from catalog.derivatives import put_whole
from catalog.models import Artwork, Grant, SignedFile
from catalog.provenance.delivery import Delivered, deliver
from catalog.provenance.embed import with_metadata
from catalog.provenance.fingerprint import pixels_sha256
from catalog.provenance.licence_facts import licence_facts
from catalog.provenance.manifest import enlarged_manifest
from catalog.provenance.origin import said_of
from catalog.provenance.signing import Signed, sign
from generation.upscale import PRINT_PIXELS, is_printable, printable


def may_enlarge(work: Artwork) -> bool:
    """Return whether the original has fewer pixels than a print file."""
    return not is_printable((work.width_px, work.height_px), PRINT_PIXELS)


def print_row(grant: Grant) -> SignedFile | None:
    """Return the row of a grant's print file, if it was made."""
    rows = SignedFile.objects.filter(artwork=grant.artwork_id, kind=SignedFile.Kind.DELIVERY)
    return rows.filter(grant=None, removed_at=None, facts__print_of=str(grant.pk)).first()


def make_print(grant: Grant) -> SignedFile:
    """Make a grant's print file; seconds. Safe to repeat and beside itself: the first row stays.

    Raises:
        StateConflict: the stored original is missing or not the one that was judged.
        Unavailable: the service that signs, or the network that enlarges, does not answer.
    """
    found = print_row(grant)
    if found is not None:
        return found
    original = deliver(grant).data
    picture = Image.open(io.BytesIO(original))
    large = printable(picture, PRINT_PIXELS)
    buffer = io.BytesIO()
    large.save(buffer, "PNG", icc_profile=picture.info.get("icc_profile"))
    licence = licence_facts(grant.licence, grant)
    signed = sign(
        with_metadata(buffer.getvalue(), said_of(grant.artwork, licence)), "image/png",
        enlarged_manifest(grant.artwork, licence, width_px=large.width), parent=original,
    )  # fmt: skip
    return _kept(grant, signed, pixels_sha256(large))


@transaction.atomic
def _kept(grant: Grant, signed: Signed, pixels: str) -> SignedFile:
    Grant.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.pk)
    found = print_row(grant)
    if found is not None:
        return found
    sha256 = hashlib.sha256(signed.data).hexdigest()
    name = f"delivered/{grant.pk}/print-{sha256[:12]}.png"
    put_whole(storages["originals"], name, signed.data)
    facts = {"print_of": str(grant.pk), "licence": licence_facts(grant.licence, grant)}
    return SignedFile.objects.create(
        artwork=grant.artwork,
        kind=SignedFile.Kind.DELIVERY,
        storage="originals",
        name=name,
        sha256=sha256,
        pixels_sha256=pixels,
        manifest_label=signed.label,
        signer=signed.signer,
        facts=json.loads(json.dumps(facts)),
        signed_at=timezone.now(),
    )


def deliver_print(grant: Grant) -> Delivered | None:
    """Return a grant's print file, or `None` while there is none."""
    row = print_row(grant)
    if row is None:
        return None
    with storages[row.storage].open(row.name) as file:
        return Delivered(file.read(), f"{grant.artwork.slug}-print.png", "image/png")
