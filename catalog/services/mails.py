"""Write to buyers: receipts, refunds, the way back to their works.

Each mail about a thing is sent once: its key is taken before it is sent, in one transaction, and
given back where sending fails, so that the next try sends it. `sweep_mails` finds what a lost
message left behind.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import IntegrityError, transaction
from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext, override

from catalog.languages import texts_of
from catalog.mail_page import write_mail
from catalog.models import Invoice, Order, Refund, SentMail
from catalog.papers.invoice_pdf import invoice_pdf
from catalog.services.recovery import (
    LINK_SECONDS,
    MAILS_AN_HOUR,
    mail_key,
    orders_of,
    sign_address,
)
from catalog.shop_words import licence_name
from genart.lib.figures import price
from genart.lib.languages import ENGLISH, language_now

SWEEP_DAYS = 14
SWEEP_QUIET = timedelta(minutes=2)
SWEEP_BATCH = 100


def send_receipt_mail(*, order_id: UUID) -> bool:
    """Send the receipt of a paid order, once; return whether it was sent now."""
    order = _paid_order(order_id)
    if order is None or not order.email:
        return False
    return _send_once(f"receipt:{order.pk}", order.language, lambda: _receipt(order))


def resend_receipt(*, order: Order) -> None:
    """Send the receipt once more, because somebody asked for it."""
    key = f"receipt:{order.pk}:again:{get_random_string(8)}"
    _send_once(key, order.language, lambda: _receipt(order))


def send_refund_mail(*, refund_id: UUID) -> bool:
    """Say that money went back, once; return whether it was sent now."""
    found = Refund.objects.select_related("order__buyer").filter(pk=refund_id)
    refund = found.filter(state=Refund.State.DONE).first()
    if refund is None or not refund.order.email:
        return False
    return _send_once(f"refund:{refund.pk}", refund.order.language, lambda: _refund(refund))


def send_recovery_mail(*, email: str, language: str = ENGLISH) -> bool:
    """Send the link that opens all orders of an address; nothing to an address without any.

    At most a few an hour go to one address.
    """
    orders, begin = orders_of(email), mail_key(email)
    lately = SentMail.objects.filter(
        key__startswith=begin, sent_at__gt=timezone.now() - timedelta(hours=1)
    )
    if not orders.exists() or lately.count() >= MAILS_AN_HOUR:
        return False
    key = f"{begin}{get_random_string(12)}"
    return _send_once(key, language, lambda: _recovery(email, orders.count()))


def sweep_mails() -> int:
    """Send receipts and notices of refunds that were not sent, of the last days; return how many.

    Safe to repeat. What happened just now is left to the message that is on its way.
    """
    now = timezone.now()
    span = (now - timedelta(days=SWEEP_DAYS), now - SWEEP_QUIET)
    paid = Order.objects.filter(_unsent("receipt:"), paid_at__range=span).exclude(email="")
    done = Refund.objects.filter(_unsent("refund:"), state=Refund.State.DONE, done_at__range=span)
    orders = list(paid.order_by("paid_at").values_list("pk", flat=True)[:SWEEP_BATCH])
    refunds = list(
        done.exclude(order__email="").order_by("done_at").values_list("pk", flat=True)[:SWEEP_BATCH]
    )
    receipts = sum(send_receipt_mail(order_id=order_id) for order_id in orders)
    return receipts + sum(send_refund_mail(refund_id=refund_id) for refund_id in refunds)


def _unsent(begin: str) -> Q:
    """Return the filter of rows about which no mail with such a key was sent."""
    key = Concat(Value(begin), Cast(OuterRef("pk"), CharField()))
    return Q(~Exists(SentMail.objects.filter(key=key)))


def order_url(order: Order) -> str:
    """Return the address of an order, with the secret that opens it for a guest."""
    path = reverse("catalog:order", args=[order.pk])
    key = "" if order.buyer_id else f"?key={order.secret}"
    return f"{settings.SITE_URL}{path}{key}"


def _send_once(key: str, language: str, write: Callable[[], EmailMultiAlternatives]) -> bool:
    try:
        with transaction.atomic():
            with override(language):
                mail = write()
            SentMail.objects.create(key=key, to=mail.to[0], subject=mail.subject[:200])
            mail.send()
    except IntegrityError:  # sent before, or just now by another
        return False
    return True


def _paid_order(order_id: UUID) -> Order | None:
    paid = Order.objects.select_related("buyer").filter(pk=order_id, paid_at__isnull=False)
    return paid.first()


def _receipt(order: Order) -> EmailMultiAlternatives:
    invoice = order.invoices.filter(kind=Invoice.Kind.INVOICE).first()
    lines = [_line(line, order) for line in _lines(order)]
    context = {
        "order": order,
        "lines": lines,
        "has_works": any(line["serial"] for line in lines),
        "total": price(order.total_cents, currency=order.currency, exact=True),
        "vat": price(order.vat_cents, currency=order.currency, exact=True)
        if order.vat_cents
        else "",
        "order_url": order_url(order),
        "library_url": f"{settings.SITE_URL}{reverse('catalog:library')}",
        "invoice": invoice,
    }
    name = settings.SITE_NAME
    return write_mail(
        "receipt",
        to=order.email,
        subject=gettext("Your receipt from %(name)s") % {"name": name},
        context=context,
        files=[_attached(invoice)] if invoice else [],
    )


def _refund(refund: Refund) -> EmailMultiAlternatives:
    order = refund.order
    note = Invoice.objects.filter(refund=refund).first()
    lines = [_line(line, order) for line in refund.lines.select_related("artwork", "credit_pack")]
    return write_mail(
        "refund",
        to=order.email,
        subject=gettext("Your refund from %(site_name)s") % {"site_name": settings.SITE_NAME},
        context={
            "order": order,
            "refund": refund,
            "lines": lines,
            "has_works": any(line["serial"] for line in lines),
            "money": price(
                refund.amount_cents - refund.credit_cents, currency=order.currency, exact=True
            ),
            "credits": price(refund.credit_cents, currency=order.currency, exact=True)
            if refund.credit_cents
            else "",
            "order_url": order_url(order),
            "note": note,
        },
        files=[_attached(note)] if note else [],
    )


def _recovery(email: str, count: int) -> EmailMultiAlternatives:
    path = reverse("catalog:found", args=[sign_address(email)])
    return write_mail(
        "recovery",
        to=email,
        subject=gettext("Your works at %(site_name)s") % {"site_name": settings.SITE_NAME},
        context={
            "url": f"{settings.SITE_URL}{path}",
            "count": count,
            "minutes": LINK_SECONDS // 60,
        },
    )


def _lines(order: Order) -> Any:
    lines = order.lines.select_related("artwork", "licence", "credit_pack", "grant")
    return lines.order_by("pk")


def _line(line: Any, order: Order) -> dict[str, str]:
    grant = getattr(line, "grant", None)
    path = reverse("catalog:certificate", args=[grant.serial]) if grant else ""
    return {
        "title": _title(line),
        "licence": licence_name(line.licence) if line.licence else "",
        "price": price(line.price_cents, currency=order.currency, exact=True),
        "serial": grant.serial if grant else "",
        "certificate_url": f"{settings.SITE_URL}{path}" if path else "",
    }


def _title(line: Any) -> str:
    """Return what was bought, in the language of the mail."""
    if line.artwork is None:
        return gettext(str(line.credit_pack))
    return texts_of(line.artwork, language_now()).title


def _attached(invoice: Invoice) -> tuple[str, bytes, str]:
    return f"{invoice}.pdf", invoice_pdf(invoice), "application/pdf"
