"""Ask for a print file of a licensed work. A worker makes it (`catalog/provenance/print_files.py`).

Whether somebody may ask is the caller's question (`catalog/order_access.py`).
"""

from collections.abc import Iterable
from uuid import UUID

from catalog.models import Grant, SignedFile
from catalog.provenance.print_files import make_print, may_enlarge, print_row
from catalog.services.library import refuse_revoked
from genart.lib.errors import NotFound, StateConflict
from genart.lib.queue import send_on_commit


def ask_print(*, grant_id: UUID) -> bool:
    """Have the print file of a grant made; tell whether it has to be waited for. Safe to repeat.

    Raises:
        NotFound: there is no such grant.
        Gone: the licence was revoked.
        StateConflict: the original has enough pixels already.
    """
    from catalog.tasks_papers import enlarge

    grant = _grant(grant_id)
    refuse_revoked(grant)
    if not may_enlarge(grant.artwork):
        raise StateConflict("The original is large enough to be printed: download that.")
    if print_row(grant) is not None:
        return False
    send_on_commit(enlarge, str(grant.pk))
    return True


def make_asked_print(*, grant_id: UUID) -> None:
    """Make the print file of a grant, unless it was revoked meanwhile. Safe to repeat."""
    grant = Grant.objects.select_related("artwork").filter(pk=grant_id, revoked_at=None).first()
    if grant is not None and may_enlarge(grant.artwork):
        make_print(_grant(grant_id))


def printed(grants: Iterable[Grant]) -> dict[UUID, int]:
    """Return which grants have a print file, by one query."""
    ids = {str(grant.pk): grant.pk for grant in grants}
    rows = SignedFile.objects.filter(
        kind=SignedFile.Kind.DELIVERY, grant=None, removed_at=None, facts__print_of__in=list(ids)
    )
    return {ids[row.facts["print_of"]]: row.pk for row in rows}


def _grant(grant_id: UUID) -> Grant:
    rows = Grant.objects.select_related(
        "licence", "artwork__render__checkpoint", "artwork__render__job",
        "artwork__render__style_version",
    )  # fmt: skip
    grant = rows.filter(pk=grant_id).first()
    if grant is None:
        raise NotFound("There is no such work in your library.")
    return grant
