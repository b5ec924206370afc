"""Invoices with gap-free numbers, and the mails that were sent."""

import uuid

from django.db import models

from catalog.models.orders import Order
from catalog.models.payments import Refund


class InvoiceCounter(models.Model):
    """The last number of a series; taken under a row lock, so that none is lost or doubled."""

    series = models.CharField(max_length=20, primary_key=True, help_text="for example 2026")
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Invoice(models.Model):
    """An invoice, or a credit note for a refund: frozen facts from which the PDF is drawn."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", "Invoice"
        CREDIT_NOTE = "credit_note", "Credit note"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.INVOICE)
    series = models.CharField(max_length=20)
    number = models.PositiveIntegerField()
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="invoices")
    refund = models.OneToOneField(
        Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_note"
    )
    facts = models.JSONField(help_text="everything that is printed; never changed")
    correction = models.JSONField(
        default=dict, help_text="name and address as the buyer corrected them, once, and when"
    )
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["-issued_at", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["series", "number"], name="invoice_number_once"),
            models.UniqueConstraint(
                fields=["order"],
                condition=models.Q(kind="invoice"),
                name="invoice_of_order_once",
            ),
            models.CheckConstraint(
                condition=models.Q(kind="invoice", refund__isnull=True)
                | models.Q(kind="credit_note", refund__isnull=False),
                name="invoice_credit_note_of_refund",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.series}-{self.number:06d}"


class SentMail(models.Model):
    """That a mail about something was sent: each is sent once."""

    key = models.CharField(max_length=120, primary_key=True, help_text="as in receipt:<order>")
    to = models.EmailField()
    subject = models.CharField(max_length=200)
    sent_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.key} to {self.to}"
