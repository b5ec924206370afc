"""Open the door to an original for who has a right to it."""

import logging
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import storages
from django.db.models import F

from catalog.models import Grant
from genart.accounts.models import User
from genart.lib.errors import NotFound, StateConflict

log = logging.getLogger(__name__)


def open_download(*, grant_id: UUID, user: User) -> tuple[Grant, File]:
    """Open the original of a grant for its buyer, and count the download.

    Raises:
        NotFound: there is no such grant of this user.
    """
    grants = Grant.objects.filter(pk=grant_id, buyer_id=user.pk, revoked_at=None)
    grant = grants.select_related("artwork").first()
    if grant is None:
        raise NotFound("There is no such download in your library.")
    try:
        file = storages["originals"].open(grant.artwork.original)
    except FileNotFoundError:
        log.exception("The original of artwork %s is missing.", grant.artwork_id)
        raise StateConflict("The file cannot be found just now. We have been told.") from None
    grants.update(downloads=F("downloads") + 1)
    return grant, file
