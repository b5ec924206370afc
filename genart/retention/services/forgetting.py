"""Verbs: delete or empty rows whose time is over, a batch at a time. Safe to repeat.

Each takes the moment before which things are too old, and whether it is only asked how many these
are. What is the record of something else (an order, a mail that may not be sent twice) stays and
loses what says whose it is.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from catalog.models import (
    Cart,
    Grant,
    Invoice,
    Lightbox,
    Order,
    PaymentEvent,
    SearchRecord,
    SentMail,
)
from genart.accounts.models import ApiToken
from generation.models import Job, RemoteCall, Render

BATCH = 2_000
"""Rows of one transaction: locks are short, and a stop loses one batch."""
ERASED = "erased@erased.invalid"
"""Stands where the database wants an address; the ending is reserved and reaches nobody."""
OF_ORDER = {
    "email": ERASED, "bill_to": "", "vat_id": "", "vat_id_check": {}, "country_evidence": {},
}  # fmt: skip
"""What an order says of a person, and what it says instead."""


@dataclass(frozen=True, slots=True)
class Removed:
    """How much went, or would go."""

    rows: int = 0
    files: int = 0
    bytes: int = 0


def sessions(before: datetime, dry: bool) -> Removed:
    """Delete sessions that have ended."""
    return _delete(Session.objects.filter(expire_date__lt=before), dry)


def searches(before: datetime, dry: bool) -> Removed:
    """Delete notes of searches."""
    return _delete(SearchRecord.objects.filter(created_at__lt=before), dry)


def carts(before: datetime, dry: bool) -> Removed:
    """Delete guests' carts."""
    return _delete(Cart.objects.filter(user=None, updated_at__lt=before), dry)


def lightboxes(before: datetime, dry: bool) -> Removed:
    """Delete guests' lightboxes that are not shared."""
    old = Lightbox.objects.filter(owner=None, is_shared=False, updated_at__lt=before)
    return _delete(old, dry)


def unpaid_orders(before: datetime, dry: bool) -> Removed:
    """Take away whose an order was that was never paid."""
    old = Order.objects.filter(state=Order.State.CANCELLED, paid_at=None, created_at__lt=before)
    told = old.exclude(email__in=("", ERASED)) | old.exclude(bill_to="") | old.exclude(vat_id="")
    return _update(told, dry, **OF_ORDER)


def payment_payloads(before: datetime, dry: bool) -> Removed:
    """Empty what a gateway said; that it said something stays, so that it is acted on once."""
    old = PaymentEvent.objects.filter(received_at__lt=before).exclude(payload={})
    return _update(old, dry, payload={})


def mails(before: datetime, dry: bool) -> Removed:
    """Take away to whom a mail went; that it went stays, so that it goes once."""
    return _update(SentMail.objects.filter(sent_at__lt=before).exclude(to=ERASED), dry, to=ERASED)


def tokens(before: datetime, dry: bool) -> Removed:
    """Delete tokens that were revoked."""
    return _delete(ApiToken.objects.filter(revoked_at__lt=before), dry)


def admin_log(before: datetime, dry: bool) -> Removed:
    """Delete Django's own notes of changes in the admin; the audit log is another and stays."""
    return _delete(LogEntry.objects.filter(action_time__lt=before), dry)


def looks(before: datetime, dry: bool) -> Removed:
    """Delete looks at styles with their renders; what a provider was paid for stays.

    Their files belong to nothing then: the storage sweep takes them.
    """
    open_states = (Render.State.QUEUED, Render.State.RENDERING)
    going_on = Render.objects.filter(job=OuterRef("pk"), state__in=open_states)
    paid = RemoteCall.objects.filter(render__job=OuterRef("pk"))
    old = Job.objects.filter(purpose=Job.Purpose.PREVIEW, created_at__lt=before).exclude(
        Exists(going_on) | Exists(paid)
    )
    if dry:
        return Removed(old.count())
    removed = 0
    for job_id in list(old.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            Render.objects.filter(job=job_id).delete()
            removed += Job.objects.filter(pk=job_id).delete()[0]
    return Removed(removed)


def papers(before: datetime, dry: bool) -> Removed:
    """Take names and addresses from papers that the law asks for no longer.

    Those of accounts that are open stay: their owners read them in their library.
    """
    of_order = Invoice.objects.filter(order=OuterRef("pk"))
    late = of_order.filter(issued_at__gte=before)
    named = of_order.exclude(facts__buyer__lines=[], facts__buyer__email="")
    old = Order.objects.filter(
        Exists(named), Q(buyer=None) | Q(buyer__is_active=False), ~Exists(late), paid_at__lt=before
    )
    if dry:
        return Removed(old.count())
    chosen = list(old.values_list("pk", flat=True)[:BATCH])
    with transaction.atomic():
        anonymise_papers(chosen)
        return Removed(Order.objects.filter(pk__in=chosen).update(**OF_ORDER))


def anonymise_papers(order_ids: list[Any]) -> None:
    """Take the person from invoices, certificates and payment events of orders. Safe to repeat."""
    for invoice in Invoice.objects.filter(order__in=order_ids).select_for_update():
        nobody = {"lines": [], "email": "", "vat_id": "", "consultation": ""}
        buyer = invoice.facts.get("buyer", {}) | nobody
        Invoice.objects.filter(pk=invoice.pk).update(
            facts=invoice.facts | {"buyer": buyer}, correction={}
        )
    Grant.objects.filter(order_line__order__in=order_ids).update(licensee="", names_licensee=False)
    PaymentEvent.objects.filter(order__in=order_ids).update(payload={})


def _delete(rows: QuerySet[Any], dry: bool) -> Removed:
    """Delete rows batch by batch; what comes along is not counted."""
    if dry:
        return Removed(rows.count())
    table: type[Model] = rows.model
    total = 0
    while chosen := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        table._base_manager.filter(pk__in=chosen).delete()
        total += len(chosen)
    return Removed(total)


def _update(rows: QuerySet[Any], dry: bool, **values: Any) -> Removed:
    """Give rows other values batch by batch; rows that have them must not be among them."""
    if dry:
        return Removed(rows.count())
    table: type[Model] = rows.model
    total = 0
    while chosen := list(rows.order_by().values_list("pk", flat=True)[:BATCH]):
        total += table._base_manager.filter(pk__in=chosen).update(**values)
    return Removed(total)
