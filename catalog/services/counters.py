"""Count what happens to a listing, in a row of its own: never in the one that carries the vector.

Both are single updates without a read, so that two at once both count.
"""

from uuid import UUID

from django.db.models import F

from catalog.models import ArtworkStats


def record_view(*, artwork_id: UUID) -> None:
    """Count one visit of an artwork's page."""
    ArtworkStats.objects.filter(pk=artwork_id).update(views=F("views") + 1)


def record_sale(*, artwork_ids: list[UUID]) -> None:
    """Count one sale for each artwork; called inside the transaction that grants the rights."""
    # Rows are locked in one order, so that two settlements at once cannot wait for each other.
    locked = ArtworkStats.objects.filter(pk__in=artwork_ids).order_by("pk").select_for_update()
    ArtworkStats.objects.filter(pk__in=[stats.pk for stats in locked]).update(sales=F("sales") + 1)
