"""Verb: keep a picture that specs may follow, as control image or as reference."""

import hashlib
import io

from django.db import IntegrityError, transaction

from genart.accounts.models import User
from genart.lib.errors import InvalidInput
from genart.lib.uploads import Limits, opened_image
from generation import originals
from generation.models import ControlImage

MOST_BYTES = 20 * 1024 * 1024
MOST_PIXELS = 25_000_000
LEAST_SIDE_PX = 64


def keep_picture(
    *, content: bytes, name: str, rights: str, by: User | None
) -> tuple[ControlImage, bool]:
    """Store a picture as PNG without anything but its pixels; return its row and whether it is new.

    The same pixels are one row, so it is safe to repeat.

    Raises:
        InvalidInput: it is no readable still picture, too large or too small, or nobody says
            whose it is.
    """
    name, rights = name.strip()[:120], rights.strip()[:200]
    if not name:
        raise InvalidInput("Give the picture a name.", where="name")
    if not rights:
        raise InvalidInput("Say whose the picture is and why it may serve.", where="rights")
    png, (width, height) = _png(content)
    digest = hashlib.sha256(png).hexdigest()
    found = ControlImage.objects.filter(sha256=digest).first()
    if found:
        return found, False
    file = originals.store(f"followed/{digest[:2]}/{digest}.png", png)
    fields = {"name": name, "rights": rights, "by": by, "width_px": width, "height_px": height}
    try:
        with transaction.atomic():
            return ControlImage.objects.create(sha256=digest, file=file, **fields), True
    except IntegrityError:
        return ControlImage.objects.get(sha256=digest), False


def _png(content: bytes) -> tuple[bytes, tuple[int, int]]:
    """Return a picture as PNG, turned as its camera says, and its sides."""
    taken = Limits(MOST_BYTES, MOST_PIXELS, LEAST_SIDE_PX, where="image")
    picture = opened_image(content, taken).convert("RGB")
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=6)
    return out.getvalue(), picture.size
