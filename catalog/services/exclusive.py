"""Exclusive buy-out: one buyer gets the work for himself, and it leaves the shop.

At the start of a checkout the work is kept for its buyer, for as long as the payment page is open;
meanwhile nobody else can start one for it. Pages that were open before stay open: the first payment
wins, the other page is closed, and what slipped through is paid back at once (`settlement.py`).
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_noop, ngettext

from catalog.models import Artwork, Order, OrderLine
from catalog.signals import bought_out
from genart.lib.errors import StateConflict

REASON = gettext_noop("Sold exclusively.")


def lock_works(artwork_ids: Sequence[UUID]) -> dict[UUID, Artwork]:
    """Hold works until the end of the transaction, locked in one order."""
    rows = Artwork.objects.select_for_update(no_key=True).filter(pk__in=artwork_ids)
    return {work.pk: work for work in rows.order_by("pk")}


def check_reserved(artwork_ids: Sequence[UUID], *, instead_of: Sequence[Order] = ()) -> None:
    """Raise `StateConflict` where somebody else is about to buy one of the works exclusively.

    The caller holds the works' locks where he wants one exclusively himself.
    """
    until = reserved(artwork_ids, instead_of=instead_of)
    for artwork_id, moment in until.items():
        title = Artwork.objects.values_list("title", flat=True).get(pk=artwork_id)
        minutes = max(1, round((moment - timezone.now()).total_seconds() / 60))
        raise StateConflict(
            ngettext(
                "Somebody is buying “%(title)s” exclusively at this moment. If he does not pay, it "
                "is free again in %(minutes)s minute.",
                "Somebody is buying “%(title)s” exclusively at this moment. If he does not pay, it "
                "is free again in %(minutes)s minutes.",
                minutes,
            )
            % {"title": title, "minutes": minutes}
        )


def reserved(
    artwork_ids: Sequence[UUID], *, instead_of: Sequence[Order] = ()
) -> dict[UUID, datetime]:
    """Return which of the works are kept for an exclusive buyer, and until when."""
    lines = OrderLine.objects.filter(
        artwork__in=artwork_ids,
        licence__is_exclusive=True,
        order__state=Order.State.PENDING,
        order__expires_at__gt=timezone.now(),
    ).exclude(order__in=[order.pk for order in instead_of])
    rows = lines.values_list("artwork_id", "order__expires_at")
    return {artwork_id: until for artwork_id, until in rows if artwork_id and until}


def take_off_sale(artwork: Artwork) -> None:
    """Take a work that was bought exclusively off the shelf, and tell who listens.

    Part of the transaction that grants the right; the caller holds the work's lock.
    """
    artwork.withdrawn_at, artwork.withdrawn_by = timezone.now(), Artwork.Withdrawer.BUYER
    artwork.withdrawn_reason = REASON
    artwork.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
    told = {"render_id": artwork.render_id, "artwork_id": artwork.pk}
    transaction.on_commit(lambda: announce(told))


def announce(told: dict[str, UUID]) -> None:
    """Tell that a work was bought out. A listener's failure is no failure of the payment."""
    bought_out.send_robust(sender=Artwork, **told)


def orders_outbid(artwork_id: UUID) -> list[UUID]:
    """Return the orders that wait for a payment for a work that is no longer sold."""
    waiting = Q(state=Order.State.PENDING, lines__artwork_id=artwork_id)
    gone = Q(lines__artwork__withdrawn_by=Artwork.Withdrawer.BUYER)
    sold = Q(lines__licence__is_exclusive=True, lines__artwork__grants__revoked_at=None)
    sold &= Q(lines__artwork__grants__isnull=False)
    found = Order.objects.filter(waiting & (gone | sold)).order_by("pk")
    return list(found.values_list("pk", flat=True).distinct())
