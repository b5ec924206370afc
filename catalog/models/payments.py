"""What a gateway said, what went back, and an account's credits."""

import uuid

from django.conf import settings
from django.db import models

from catalog.models.orders import Order, OrderLine


class Refund(models.Model):
    """Money given back for lines of an order; the rights of these lines end when it is done.

    One without lines gives back a payment too many: the order stays as it is.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Asked of the gateway"
        DONE = "done", "Paid back"
        FAILED = "failed", "The gateway refused"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    lines = models.ManyToManyField(OrderLine, related_name="refunds")
    amount_cents = models.PositiveIntegerField()
    credit_cents = models.PositiveIntegerField(
        default=0, help_text="the part of the amount that goes back as credits"
    )
    payment_reference = models.CharField(
        max_length=120, blank=True, help_text="the payment that is paid back"
    )
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State, default=State.PENDING)
    gateway_reference = models.CharField(max_length=120, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.amount_cents / 100:.2f} of {self.order}"


class CreditEntry(models.Model):
    """One movement of an account's credits; their sum is the balance. Never changed."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credit_entries"
    )
    cents = models.IntegerField(help_text="positive: bought or given; negative: spent")
    reason = models.CharField(max_length=120)
    order = models.ForeignKey(Order, null=True, blank=True, on_delete=models.PROTECT)
    key = models.CharField(max_length=80, unique=True, help_text="says what it is for, once")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name_plural = "credit entries"

    def __str__(self) -> str:
        return f"{self.cents / 100:+.2f} {self.reason}"


class PaymentEvent(models.Model):
    """Ledger of what the gateway told us; each event is acted on once."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="events"
    )
    outcome = models.CharField(max_length=200, blank=True, help_text="what was done about it")
    received_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "event_id"], name="payment_event_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.event_id}"


class TestCheckout(models.Model):
    """What the embedded test gateway remembers of one payment page; a real one keeps its own."""

    class State(models.TextChoices):
        OPEN = "open"
        WAITING = "waiting"
        PAID = "paid"
        DECLINED = "declined"
        EXPIRED = "expired"

    __test__ = False  # not a test, whatever its name says to pytest

    reference = models.CharField(max_length=60, primary_key=True)
    order_id = models.UUIDField()
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    return_url = models.URLField(max_length=300, blank=True)
    events = models.JSONField(default=list, help_text="what it says, in order")
    refunds = models.JSONField(default=list, help_text="refunds that were asked, as it tells them")
    expires_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"
