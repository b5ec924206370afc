"""What somebody bought: the law keeps the papers, the rest loses its name."""

from django.db.models import Q, QuerySet

from catalog.models import (
    CreditEntry,
    Grant,
    Invoice,
    Order,
    OrderLine,
    PaymentEvent,
    Refund,
    SentMail,
)
from genart.privacy.holdings import Fate, Holding, of_account
from genart.privacy.subject import Subject
from genart.retention.services.forgetting import ERASED

SALE = "to sell to you and to prove what you may do with a work"
TAX = "because the tax law asks for it"


def orders_of(subject: Subject) -> QuerySet[Order]:
    """Return the orders of an account, or of a guest's address."""
    if subject.user is not None:
        return Order.objects.filter(buyer=subject.user)
    if not subject.email:
        return Order.objects.none()
    return Order.objects.filter(buyer=None, email__iexact=subject.email)


def _grants(subject: Subject) -> QuerySet[Grant]:
    return Grant.objects.filter(order_line__order__in=orders_of(subject))


def _mails(subject: Subject) -> QuerySet[SentMail]:
    """Return mails about a person's orders, and a guest's by his address.

    Keys name what a mail is about: `receipt:<order>`, `refund:<refund>`.
    """
    if subject.user is None:
        return SentMail.objects.filter(to__iexact=subject.email).exclude(to="")
    about = Q(pk=None)
    for order in orders_of(subject):
        about |= Q(key__startswith=f"receipt:{order.pk}")
    for refund in Refund.objects.filter(order__in=orders_of(subject)):
        about |= Q(key=f"refund:{refund.pk}")
    return SentMail.objects.filter(about)


HOLDINGS = (
    Holding(
        "orders", Order, orders_of, "Orders", TAX, Fate.LAW,
        ("buyer", "email", "bill_to", "vat_id", "vat_id_check", "country_evidence"),
        hides=("secret",),
    ),
    Holding(
        "order-lines", OrderLine,
        lambda subject: OrderLine.objects.filter(order__in=orders_of(subject)),
        "What you ordered", TAX, Fate.LAW, (),
    ),
    Holding(
        "invoices", Invoice, lambda subject: Invoice.objects.filter(order__in=orders_of(subject)),
        "Invoices and credit notes", TAX, Fate.LAW, (),
    ),
    Holding(
        "licences", Grant, _grants, "Licences you hold", SALE, Fate.BLANK, ("buyer", "licensee"),
        blanks={"licensee": "", "names_licensee": False},
    ),
    Holding(
        "refunds", Refund, lambda subject: Refund.objects.filter(order__in=orders_of(subject)),
        "Money that went back to you", TAX, Fate.LAW, (),
    ),
    Holding(
        "credits", CreditEntry, of_account(CreditEntry, "user"), "Credits", TAX, Fate.NUMBER,
        ("user",),
    ),
    Holding(
        "payments", PaymentEvent,
        lambda subject: PaymentEvent.objects.filter(order__in=orders_of(subject)),
        "What the payment service told us", SALE, Fate.BLANK, (), blanks={"payload": {}},
    ),
    Holding(
        "mails", SentMail, _mails, "Mails we sent you", "so that none is sent twice", Fate.BLANK,
        ("to",), blanks={"to": ERASED},
    ),
)  # fmt: skip
