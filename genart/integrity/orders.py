"""What was paid is delivered once, and what was not paid is not."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import CharField, Count, Exists, F, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Concat

from catalog.models import (
    CreditEntry,
    Grant,
    Invoice,
    InvoiceCounter,
    Order,
    OrderLine,
    PaymentEvent,
    Refund,
    SentMail,
    TestCheckout,
)
from genart.integrity.contract import Broken, Rule

State = Order.State
PAID = (State.PAID, State.REFUNDED)


def _key(begin: str) -> Concat:
    """Return the key that a row's id makes, for a query about another table."""
    return Concat(Value(begin), Cast(OuterRef("pk"), CharField()))


def undelivered(before: datetime) -> Iterator[Broken]:
    """Yield paid lines that gave no right, no credits, and no money back."""
    paid = OrderLine.objects.filter(order__state__in=PAID, order__paid_at__lt=before)
    works = paid.filter(artwork__isnull=False, grant=None, refunds=None)
    for pk, order in works.values_list("pk", "order_id"):
        yield f"order {order}", f"Line {pk} is paid, and neither delivered nor paid back."
    given = CreditEntry.objects.filter(key=_key("pack:"))
    packs = paid.filter(~Exists(given), credit_pack__isnull=False, refunds=None)
    for pk, order in packs.values_list("pk", "order_id"):
        yield f"order {order}", f"The credits of line {pk} are paid and were not given."


def delivered_unpaid(before: datetime) -> Iterator[Broken]:
    """Yield rights that follow from orders nobody paid."""
    grants = Grant.objects.exclude(order_line__order__state__in=PAID).filter(granted_at__lt=before)
    for pk, order in grants.values_list("pk", "order_line__order_id"):
        yield f"order {order}", f"It is not paid and gave the right {pk}."


def not_of_the_line(before: datetime) -> Iterator[Broken]:
    """Yield rights to another work, or under another licence, than was paid for."""
    grants = Grant.objects.exclude(
        artwork=F("order_line__artwork"), licence=F("order_line__licence")
    ).filter(granted_at__lt=before)
    for pk, order in grants.values_list("pk", "order_line__order_id"):
        yield f"order {order}", f"The right {pk} is not what its line says."


def paid_unheard(before: datetime) -> Iterator[Broken]:
    """Yield payments of the test gateway that no order knows of."""
    pages = TestCheckout.objects.filter(state=TestCheckout.State.PAID, created_at__lt=before)
    heard = Order.objects.filter(pk=OuterRef("order_id"), paid_at__isnull=False)
    for reference, order in pages.filter(~Exists(heard)).values_list("reference", "order_id"):
        yield f"order {order}", f"Its payment {reference} arrived and it does not know."


def without_a_word(before: datetime) -> Iterator[Broken]:
    """Yield paid orders without an event that says so in the ledger."""
    said = PaymentEvent.objects.filter(order=OuterRef("pk"), kind="paid")
    orders = Order.objects.filter(~Exists(said), paid_at__lt=before)
    for pk in orders.values_list("pk", flat=True):
        yield f"order {pk}", "It is paid and no event in the ledger says so."


def not_acted_on(before: datetime) -> Iterator[Broken]:
    """Yield events that are in the ledger without what was done about them."""
    events = PaymentEvent.objects.filter(outcome="", received_at__lt=before)
    for event_id in events.values_list("event_id", flat=True):
        yield f"event {event_id}", "It was noted and nothing was done about it."


def without_invoice(before: datetime) -> Iterator[Broken]:
    """Yield paid orders without their invoice."""
    issued = Invoice.objects.filter(order=OuterRef("pk"), kind=Invoice.Kind.INVOICE)
    orders = Order.objects.filter(~Exists(issued), paid_at__lt=before)
    for pk in orders.values_list("pk", flat=True):
        yield f"order {pk}", "It is paid and has no invoice."


def number_missing(before: datetime) -> Iterator[Broken]:
    """Yield series of invoices with a gap: the tax office asks about those."""
    counted = dict(Invoice.objects.order_by().values_list("series").annotate(Count("pk")))
    for series, last in InvoiceCounter.objects.values_list("series", "last"):
        if counted.get(series, 0) != last:
            yield f"invoices {series}", f"{counted.get(series, 0)} papers have {last} numbers."


def refund_unasked(before: datetime) -> Iterator[Broken]:
    """Yield refunds that wait for the gateway's word for too long."""
    refunds = Refund.objects.filter(state=Refund.State.PENDING, created_at__lt=before)
    for pk, order in refunds.values_list("pk", "order_id"):
        yield f"order {order}", f"The refund {pk} is asked for and not paid."


def receipt_unsent(before: datetime) -> Iterator[Broken]:
    """Yield paid orders whose buyer was never written to."""
    sent = SentMail.objects.filter(key=_key("receipt:"))
    orders = Order.objects.filter(~Exists(sent), paid_at__lt=before).exclude(email="")
    for pk in orders.values_list("pk", flat=True):
        yield f"order {pk}", "Its receipt was not sent."


def credits_differ(before: datetime) -> Iterator[Broken]:
    """Yield paid orders that hold other credits than they were paid with."""
    of_orders = Q(creditentry__key__startswith="order:")
    held = Order.objects.annotate(held=-Sum("creditentry__cents", filter=of_orders, default=0))
    granted = Exists(Grant.objects.filter(order_line__order=OuterRef("pk")))
    kept = held.filter(granted, state__in=PAID, credits_cents__gt=0, paid_at__lt=before)
    for order in kept.exclude(held=F("credits_cents")):
        yield f"order {order.pk}", f"It holds {order.held} of {order.credits_cents} credits."


RULES = (
    Rule("order.undelivered", undelivered),
    Rule("order.delivered_unpaid", delivered_unpaid),
    Rule("order.not_of_the_line", not_of_the_line),
    Rule("order.paid_unheard", paid_unheard),
    Rule("order.without_a_word", without_a_word),
    Rule("payment.not_acted_on", not_acted_on),
    Rule("order.without_invoice", without_invoice),
    Rule("invoice.number_missing", number_missing),
    Rule("order.refund_unasked", refund_unasked),
    Rule("order.receipt_unsent", receipt_unsent),
    Rule("order.credits_differ", credits_differ),
)
