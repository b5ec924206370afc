"""The file that a buyer gets: the original, with what he may do with it."""

from dataclasses import dataclass

from django.core.files.storage import storages

from catalog.models import Grant
from genart.lib.errors import StateConflict


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


def deliver(grant: Grant) -> Delivered:
    """Return the file of a grant. Safe to repeat and beside itself: one grant has one file.

    Whether the grant may be opened (owner, limits, revoked) is the caller's question.

    Raises:
        StateConflict: the stored original is missing.
    """
    try:
        with storages["originals"].open(grant.artwork.original) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        raise StateConflict("The file cannot be found just now. We have been told.") from None
    return Delivered(data, f"{grant.artwork.slug}.png", "image/png")
