"""A picture that somebody shows becomes an address that can be linked, sorted and filtered.

The picture itself is not kept. Its vector, in 192 bytes, is written into the address and signed, so
that no row is needed and nobody can search by what no picture gave. It holds for a month.
"""

import base64

import numpy as np
from django.core import signing
from django.utils.translation import gettext_noop

from catalog.provenance.uploads import open_upload
from genart.lib.approval import EMBEDDING_DIM
from genart.lib.errors import InvalidInput

SIGNER = signing.TimestampSigner(salt="catalog.picture", sep="~")
HOLDS_SECONDS = 30 * 24 * 3600
NO_PICTURES = gettext_noop(
    "Searching with a picture is not offered just now; words and colours find much, too."
)


def mark_of_upload(data: bytes) -> str:
    """Return the mark of an uploaded picture.

    Raises:
        InvalidInput: it is no picture, too large or damaged.
        Unavailable: pictures cannot be encoded here.
    """
    from genart.ml.picture import encode_image

    picture = open_upload(data).picture
    if picture is None:
        raise InvalidInput("This picture is damaged: it cannot be opened.", where="file")
    return mark_of([float(value) for value in encode_image(picture)])


def mark_of(vector: list[float]) -> str:
    """Return the signed mark of a vector, safe in an address."""
    values = np.asarray(vector, dtype=np.float32)
    scaled = np.round(127 * values / max(float(np.abs(values).max()), 1e-9)).astype(np.int8)
    text = base64.urlsafe_b64encode(scaled.tobytes()).decode().rstrip("=")
    return SIGNER.sign(text)


def vector_of(mark: str) -> list[float]:
    """Return the unit vector of a mark; its cosine to the one that was marked is over 0.999.

    Raises:
        InvalidInput: the mark is not ours, or has expired.
    """
    try:
        text = SIGNER.unsign(mark, max_age=HOLDS_SECONDS)
        data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (signing.BadSignature, ValueError):
        raise InvalidInput(
            "This search by picture has expired. Choose the picture again.", where="picture"
        ) from None
    values = np.frombuffer(data, np.int8).astype(np.float64)
    if len(values) != EMBEDDING_DIM:
        raise InvalidInput("Choose the picture again.", where="picture")
    return [float(value) for value in values / max(float(np.linalg.norm(values)), 1e-9)]
