"""Gives a work its number for the invisible mark, if the mark holds in its picture."""

import hashlib
from dataclasses import dataclass

from PIL import Image

from catalog.models import Artwork
from catalog.provenance.watermark import BITS, Marked, mark_where_it_holds

_TRIES = 4


@dataclass(frozen=True, slots=True)
class Numbered:
    """A marked picture and the number in it."""

    number: int
    picture: Image.Image
    strength: float
    psnr_db: float
    ssim: float


def choose_mark(work: Artwork, picture: Image.Image) -> Numbered | None:
    """Return the picture with a number of the work's own; `None` where none would hold unseen."""
    number = work.mark if work.mark is not None else _free_number(work)
    marked: Marked | None = mark_where_it_holds(picture, number)
    if marked is None:
        return None
    return Numbered(number, marked.picture, marked.strength, marked.psnr_db, marked.ssim)


def _free_number(work: Artwork) -> int:
    """Return a number that follows from the work's id and that no other work has."""
    number = 0
    for salt in range(_TRIES):
        digest = hashlib.sha256(f"{work.pk}:{salt}".encode()).digest()
        number = int.from_bytes(digest[:8]) % 2**BITS
        if not Artwork.objects.filter(mark=number).exclude(pk=work.pk).exists():
            break
    return number
