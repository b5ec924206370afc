"""Says what we know of a file: from its signature, bytes, pixels, number, look, and meaning.

Asked in this order, the surest first; a later question is asked only where the earlier ones left
the work open. What is found is put into sentences in `verdicts.py`. Nothing is stored.
"""

import hashlib
import threading
from dataclasses import dataclass, replace
from enum import StrEnum

from django.core.cache import cache
from django.db import connection
from django.db.models import F
from PIL import Image

from catalog.derivatives import widths_for
from catalog.models import Artwork, ArtworkEmbedding, Grant, SignedFile
from catalog.provenance.fingerprint import LIKE_BITS, look_of, pixels_sha256
from catalog.provenance.reading import Reading, State, read_manifest
from catalog.provenance.uploads import Upload, open_upload
from catalog.provenance.watermark import Read, read_number
from genart.lib.errors import GenartError, Unavailable

AT_ONCE, WAIT_SECONDS = 2, 20
MOST_READ_PIXELS = 12_000_000
SAME_SHAPE = 0.02
MASTERS_FIRST = F("grant").asc(nulls_first=True)  # a stripped copy points at no buyer
_turn = threading.BoundedSemaphore(AT_ONCE)


class Match(StrEnum):
    """How the work was recognised."""

    FILE = "file"
    MANIFEST = "manifest"
    PIXELS = "pixels"
    NUMBER = "number"
    LOOK = "look"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Finding:
    """What is known of a file.

    Attributes:
        match: the surest way in which it is one of ours.
        reading: its manifest.
        work: the work it shows, if known.
        file: the signed file it is, or was made from, if known.
        grant: whose licence it carries, if any.
        number: what the invisible mark said.
        bits_apart: of 256, between its look and the work's.
        is_damaged: whether it cannot be shown.
        neighbour: the work nearest in meaning, where none was found, and its likeness up to 1.
        claimed: the signed file whose manifest a broken one names: a hint, not a finding.
    """

    match: Match
    reading: Reading
    work: Artwork | None = None
    file: SignedFile | None = None
    grant: Grant | None = None
    number: Read | None = None
    bits_apart: int | None = None
    is_damaged: bool = False
    neighbour: tuple[Artwork, float] | None = None
    claimed: SignedFile | None = None


def examine(data: bytes) -> Finding:
    """Return what is known of a file that somebody sent.

    Raises:
        InvalidInput: it is not a picture that can be read.
        Unavailable: too many are examined just now.
    """
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise Unavailable("Many files are being examined just now. Try again in a minute.")
    try:
        return _examine(open_upload(data))
    finally:
        _turn.release()


def _examine(upload: Upload) -> Finding:
    reading = read_manifest(upload.data, upload.mime_type)
    digest = hashlib.sha256(upload.data).hexdigest()
    rows = SignedFile.objects.select_related("artwork", "grant__licence")
    if file := rows.filter(sha256=digest).first():
        return _of_file(Match.FILE, reading, file)
    if work := Artwork.objects.filter(sha256=digest).first():
        return Finding(Match.FILE, reading, work)
    if reading.state is State.OURS:
        file = rows.filter(manifest_label=reading.label).first()
        if file:
            return _of_file(Match.MANIFEST, reading, file)
    claimed = rows.filter(manifest_label=reading.label).first() if reading.label else None
    if upload.picture is None:
        return Finding(Match.NONE, reading, is_damaged=True, claimed=claimed)
    pixels = pixels_sha256(upload.picture)
    if file := rows.filter(pixels_sha256=pixels).order_by(MASTERS_FIRST, "signed_at").first():
        return _of_file(Match.PIXELS, reading, file)
    return replace(_by_picture(reading, upload.picture), claimed=claimed)


def _of_file(match: Match, reading: Reading, file: SignedFile) -> Finding:
    return Finding(match, reading, file.artwork, file, file.grant)


def _by_picture(reading: Reading, picture: Image.Image) -> Finding:
    """Ask the number and the look: both hold through changes, and point to a work."""
    read = read_number(picture, _sizes(picture.size))
    if read and (work := Artwork.objects.filter(mark=read.number).first()):
        return Finding(Match.NUMBER, reading, work, number=read)
    near = _nearest(look_of(picture))
    if near and near[1] <= LIKE_BITS:
        work = Artwork.objects.get(pk=near[0])
        return Finding(Match.LOOK, reading, work, bits_apart=near[1])
    return Finding(Match.NONE, reading, neighbour=_neighbour(picture))


def _neighbour(picture: Image.Image) -> tuple[Artwork, float] | None:
    """Return the work on sale that is nearest in meaning, and the cosine of both vectors."""
    from pgvector.django import CosineDistance

    from genart.ml.picture import encode_image

    try:
        vector = [float(value) for value in encode_image(picture)]
    except GenartError:  # pictures cannot be encoded here: the answer does without
        return None
    rows = ArtworkEmbedding.objects.filter(artwork__withdrawn_at=None).select_related("artwork")
    row = rows.annotate(apart=CosineDistance("vector", vector)).order_by("apart").first()
    return (row.artwork, 1 - row.apart) if row else None


def _sizes(size: tuple[int, int]) -> list[tuple[int, int]]:
    """Return the sizes that a picture may have been marked at, likeliest first.

    Its own; those of works of its shape; and, for a part cut out of a preview, as much more as the
    preview was made smaller.
    """
    width, height = size
    originals = cache.get_or_set("catalog.marked_sizes", _marked_sizes, 300) or []
    wanted = [size]
    for wide, high in originals:
        if abs(width / height / (wide / high) - 1) < SAME_SHAPE:
            wanted.append((wide, high))
    for wide, _high in originals:
        for preview in widths_for(wide):
            factor = wide / preview
            wanted.append((round(width * factor), round(height * factor)))
    return _affordable(list(dict.fromkeys(wanted)))


def _affordable(sizes: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the first sizes that together stay under what one upload may cost."""
    kept: list[tuple[int, int]] = []
    spent = 0
    for width, height in sizes:
        spent += width * height
        if spent > MOST_READ_PIXELS and kept:
            break
        kept.append((width, height))
    return kept


def _marked_sizes() -> list[tuple[int, int]]:
    """Return the sizes that marked works have, the commonest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT width_px, height_px FROM catalog_artwork WHERE mark IS NOT NULL"
            " GROUP BY 1, 2 ORDER BY count(*) DESC LIMIT 12"
        )
        return [(int(width), int(height)) for width, height in cursor.fetchall()]


def _nearest(look: str) -> tuple[str, int] | None:
    """Return the id of the work that looks most alike, and in how many bits it differs."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT artwork_id,"
            " bit_count(('x' || (facts->>'look'))::bit(256) # ('x' || %s)::bit(256)) AS apart"
            " FROM catalog_signedfile WHERE kind = 'original' AND facts->>'look' IS NOT NULL"
            " ORDER BY apart LIMIT 1",
            [look],
        )
        row = cursor.fetchone()
    return (str(row[0]), int(row[1])) if row else None
