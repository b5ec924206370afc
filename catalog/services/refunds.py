"""Give money back, for a whole order or for some of its lines, and take the rights back with it.

A refund is a row before the gateway is asked. It is asked by an actor, again and again until it
answers (a refund's id is its idempotency key), and done when the gateway's word says so. Credits
that paid a part go back as credits; money goes back first.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone
from django.utils.translation import gettext_noop

from catalog.checkout.gateway import GatewayEvent
from catalog.demand.noting import record_refunded
from catalog.models import ArtworkStats, Grant, Order, OrderLine, Refund
from catalog.services import bells, credits
from catalog.services.counters import record_sale
from catalog.services.papers import issue_credit_note
from genart.accounts.models import User
from genart.lib.errors import StateConflict

State = Refund.State
DISPUTED = "The payment is disputed."
DISPUTE_LOST = "The payment was taken back by the bank."
PAID_TWICE = "Paid twice by mistake: the second payment goes back."


@transaction.atomic
def refund_order(
    *, order: Order, lines: Sequence[OrderLine] | None = None, reason: str, by: User | None = None
) -> Refund:
    """Ask the gateway to pay an order back, or some lines of it; rights end when it is done.

    Asked again for the same while the first is under way, it returns the first.

    Raises:
        StateConflict: the order is not paid, or nothing of it is left to pay back.
    """
    order = Order.objects.select_for_update(no_key=True, of=["self"]).get(pk=order.pk)
    if order.paid_at is None:
        raise StateConflict("This order was never paid: there is nothing to pay back.")
    asked = {line.pk for line in lines} if lines is not None else None
    left = [
        line
        for line in order.lines.select_related("credit_pack").order_by("pk")
        if (asked is None or line.pk in asked) and not _in_refund(line)
    ]
    if not left:
        under_way = order.refunds.filter(state=State.PENDING)
        if asked is not None:
            under_way = under_way.filter(lines__in=asked)
        found = under_way.first()
        if found is None:
            raise StateConflict("Nothing of this is left to pay back.")
        return found
    return _make(order, left, reason, by)


def pay_back_lost(order: Order, lines: Sequence[OrderLine], reason: str) -> Refund:
    """Pay back lines of an order just paid that could not be delivered."""
    return _make(order, lines, reason, None)


def pay_back_surplus(order: Order, event: GatewayEvent) -> str:
    """Pay back a second payment for an order that was paid before."""
    refund, created = Refund.objects.get_or_create(
        order=order,
        payment_reference=event.payment_reference,
        defaults={"amount_cents": event.amount_cents, "reason": PAID_TWICE},
    )
    if created:
        bells.repay(refund.pk)
    return "paid twice: the second payment goes back"


def on_refund_done(order: Order, event: GatewayEvent) -> str:
    """Note that a refund was paid; the caller holds the order's lock."""
    refund = _named(order, event)
    if refund is None:
        return "of no refund of ours"
    if refund.state != State.PENDING:
        return f"known: the refund is {refund.state}"
    finish(refund, reference=event.reference)
    return "refund done"


def on_refund_failed(order: Order, event: GatewayEvent) -> str:
    """Note that the gateway could not pay a refund; a person must look at it."""
    refund = _named(order, event)
    if refund is None:
        return "of no refund of ours"
    if refund.state == State.FAILED:
        return "known: the refund failed"
    after = "after it had been paid; its lines stay revoked" if refund.state == State.DONE else ""
    fail(refund, f"The gateway could not pay this refund {after}".strip() + ".")
    return f"refund failed {after}".strip()


def _named(order: Order, event: GatewayEvent) -> Refund | None:
    """Return the refund that an event is about."""
    return order.refunds.filter(pk=event.refund_id).first() if event.refund_id else None


def on_refunded(order: Order, event: GatewayEvent) -> str:
    """Finish the refunds that are covered by what was paid back by now.

    More than was asked for was paid back by hand at the gateway: a person must look at it.
    """
    paying = order.refunds.filter(payment_reference=event.payment_reference)
    refunds = list(paying.exclude(state=State.FAILED).order_by("created_at", "pk"))
    asked = sum(_money_of(refund) for refund in refunds)
    if event.amount_cents > asked:
        _flag(order, f"The gateway paid back {event.amount_cents - asked} cents by hand.")
        return "paid back by hand: a person must look"
    back = sum(_money_of(refund) for refund in refunds if refund.state == State.DONE)
    finished = 0
    for refund in refunds:
        if refund.state == State.PENDING and back + _money_of(refund) <= event.amount_cents:
            back += _money_of(refund)
            finish(refund)
            finished += 1
    return f"{finished} refunds done"


def on_disputed(order: Order, event: GatewayEvent) -> str:
    """Close the rights of an order whose payment is disputed, until that is decided."""
    ended = order.events.filter(kind__in=["dispute_won", "dispute_lost"])
    if order.paid_at is None or ended.filter(payload__data__object__id=event.reference).exists():
        return "late: it was decided before"
    revoke(list(order.lines.all()), DISPUTED)
    _flag(order, f"The payment is disputed ({event.reference}): answer at the gateway.")
    return "disputed: rights closed"


def on_dispute_won(order: Order, event: GatewayEvent) -> str:
    """Open the rights again that a dispute had closed."""
    grants = Grant.objects.filter(order_line__order=order, revoked_reason=DISPUTED)
    works = list(grants.values_list("artwork_id", flat=True))
    opened = grants.update(revoked_at=None, revoked_reason="")
    record_sale(artwork_ids=works)
    _flag(order, "")
    return f"dispute won: {opened} rights opened"


def on_dispute_lost(order: Order, event: GatewayEvent) -> str:
    """Note that the bank took the payment back."""
    if order.paid_at is None:
        return "of an order that was not paid"
    _flag(order, f"The dispute {event.reference} was lost.")
    left = [line for line in order.lines.order_by("pk") if not _in_refund(line)]
    if not left:
        return "dispute lost: nothing was left"
    refund = _row(order, left, DISPUTE_LOST, None)
    _take_packs_back(refund, left, even_below_zero=True)
    finish(refund, reference=event.reference)
    return "dispute lost: paid back"


def finish(refund: Refund, *, reference: str = "") -> None:
    """Note a refund as paid and take back what it was for; the caller holds the order's lock."""
    refund.state, refund.done_at = State.DONE, timezone.now()
    refund.gateway_reference = reference or refund.gateway_reference
    refund.save(update_fields=["state", "done_at", "gateway_reference"])
    order, lines = refund.order, list(refund.lines.select_related("credit_pack"))
    if not lines:
        return
    refund.lines.update(refunded_cents=F("price_cents"))
    revoke(lines, refund.reason)
    record_refunded(lines=lines)
    if refund.credit_cents and order.buyer is not None:
        key, back = f"refund:{refund.pk}", refund.credit_cents
        credits.add_entry(
            user=order.buyer, cents=back, reason=gettext_noop("Paid back"), key=key, order=order
        )
    order.refunded_cents += refund.amount_cents
    if not order.lines.exclude(refunds__state=State.DONE).exists():
        order.state = Order.State.REFUNDED
    order.save(update_fields=["refunded_cents", "state"])
    issue_credit_note(refund=refund)
    bells.tell_refunded(refund.pk)


def fail(refund: Refund, problem: str) -> None:
    """Note that a refund was not paid; the caller holds the order's lock."""
    if refund.state == State.PENDING:
        refund.state = State.FAILED
        _give_packs_back(refund)
    refund.problem = problem[:300]
    refund.save(update_fields=["state", "problem"])
    _flag(refund.order, problem)


def revoke(lines: Sequence[OrderLine], reason: str) -> None:
    """End the rights of lines, and take their sales out of the counters. Safe to repeat."""
    grants = Grant.objects.filter(order_line__in=lines)
    open_ones = list(grants.filter(revoked_at=None).values_list("artwork_id", flat=True))
    grants.filter(revoked_at=None).update(revoked_at=timezone.now(), revoked_reason=reason[:200])
    grants.filter(revoked_reason=DISPUTED).exclude(revoked_reason=reason).update(
        revoked_reason=reason[:200]
    )
    stats = ArtworkStats.objects.filter(pk__in=open_ones, sales__gt=0).order_by("pk")
    locked = [row.pk for row in stats.select_for_update()]
    ArtworkStats.objects.filter(pk__in=locked).update(sales=F("sales") - 1)


def _make(order: Order, lines: Sequence[OrderLine], reason: str, by: User | None) -> Refund:
    """Write a refund and have it asked for; what is only credits is done at once."""
    refund = _row(order, lines, reason, by)
    _take_packs_back(refund, lines)
    if _money_of(refund):
        bells.repay(refund.pk)
    else:
        finish(refund)
    return refund


def _row(order: Order, lines: Sequence[OrderLine], reason: str, by: User | None) -> Refund:
    amount = sum(line.price_cents - line.refunded_cents for line in lines)
    asked = order.refunds.exclude(state=State.FAILED).filter(lines__isnull=False).distinct()
    money = order.due_cents - sum(_money_of(refund) for refund in asked)
    refund = Refund.objects.create(
        order=order,
        amount_cents=amount,
        credit_cents=max(0, amount - money),
        payment_reference=order.payment_reference,
        reason=reason[:300],
        asked_by=by,
    )
    refund.lines.set(lines)
    return refund


def _money_of(refund: Refund) -> int:
    """Return the part that goes back through the gateway."""
    return refund.amount_cents - refund.credit_cents


def _in_refund(line: OrderLine) -> bool:
    return line.refunds.exclude(state=State.FAILED).exists()


def _take_packs_back(
    refund: Refund, lines: Sequence[OrderLine], *, even_below_zero: bool = False
) -> None:
    """Take the credits of packs back while a refund is under way.

    Raises:
        StateConflict: they are spent already; nothing was written.
    """
    owner = refund.order.buyer
    packs = [line.credit_pack for line in lines if line.credit_pack is not None]
    taken = sum(pack.credit_cents for pack in packs)
    if not taken or owner is None:
        return
    credits.lock_account(owner)
    if credits.balance_of(owner) < taken and not even_below_zero:
        raise StateConflict("Credits of this pack are spent already: it cannot be paid back.")
    key = f"unpack:{refund.pk}"
    credits.add_entry(
        user=owner,
        cents=-taken,
        reason=gettext_noop("Pack given back"),
        key=key,
        order=refund.order,
    )


def _give_packs_back(refund: Refund) -> None:
    """Give the credits of packs again, after a refund failed."""
    taken = refund.order.creditentry_set.filter(key=f"unpack:{refund.pk}")
    cents = -int(taken.aggregate(sum=Sum("cents"))["sum"] or 0)
    if refund.order.buyer is not None:
        credits.add_entry(
            user=refund.order.buyer,
            cents=cents,
            reason=gettext_noop("Pack kept: it could not be paid back"),
            key=f"repack:{refund.pk}",
            order=refund.order,
        )


def _flag(order: Order, problem: str) -> None:
    order.problem = problem[:300]
    order.save(update_fields=["problem"])
