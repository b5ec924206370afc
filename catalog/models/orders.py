"""Carts, orders, and the rights that follow from them; payments are in `payments.py`."""

import secrets
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from catalog.models.terms import CreditPack, Licence, Promotion
from catalog.models.works import Artwork


class Cart(models.Model):
    """What a visitor means to buy; a guest's cart is found by its session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE
    )
    promotion = models.ForeignKey(Promotion, null=True, blank=True, on_delete=models.SET_NULL)
    updated_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"cart {self.pk}"


class CartItem(models.Model):
    """One artwork under one licence in a cart."""

    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="items")
    artwork = models.ForeignKey(Artwork, on_delete=models.CASCADE)
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT)
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["added_at"]
        constraints = [
            models.UniqueConstraint(fields=["cart", "artwork"], name="cart_artwork_once")
        ]

    def __str__(self) -> str:
        return f"{self.artwork} / {self.licence}"


def new_secret() -> str:
    """Return a secret for an address that only its receiver may open."""
    return secrets.token_urlsafe(24)


def new_serial() -> str:
    """Return the serial of a certificate, as in `GA-7F3K-9QXD-2M4T`: no letters that look alike."""
    letters = "".join(secrets.choice("23456789ABCDEFGHJKMNPQRSTUVWXYZ") for _ in range(12))
    return f"GA-{letters[:4]}-{letters[4:8]}-{letters[8:]}"


class Order(models.Model):
    """A purchase. Paid exactly when the gateway's event said so.

    A guest's order has no buyer: it belongs to an e-mail address and opens by `secret`. Amounts are
    in cents: `total = subtotal - discount`, with VAT inside, `vat = total - net`. Where the buyer
    owes no VAT here, it is taken off: `total` is smaller. Of `total`, `credits` are paid by credits
    and the rest, `due_cents`, at the gateway.
    """

    class State(models.TextChoices):
        PENDING = "pending", "Waits for payment"
        PAID = "paid", "Paid"
        REFUNDED = "refunded", "Refunded"
        CANCELLED = "cancelled", "Cancelled"

    class VatScheme(models.TextChoices):
        DOMESTIC = "domestic", "VAT of the shop's country"
        OSS = "oss", "VAT of the buyer's country (One Stop Shop)"
        REVERSE = "reverse", "Reverse charge: the buyer accounts for VAT"
        OUTSIDE = "outside", "Outside the scope of EU VAT"
        NONE = "none", "The shop charges no VAT"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    email = models.EmailField(blank=True)
    secret = models.CharField(max_length=40, unique=True, default=new_secret, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    subtotal_cents = models.PositiveIntegerField(default=0)
    discount_cents = models.PositiveIntegerField(default=0)
    net_cents = models.PositiveIntegerField(default=0)
    vat_cents = models.PositiveIntegerField(default=0)
    vat_rate_bp = models.PositiveIntegerField(default=0, help_text="basis points: 1900 is 19 %")
    vat_scheme = models.CharField(max_length=10, choices=VatScheme, default=VatScheme.NONE)
    total_cents = models.PositiveIntegerField()
    credits_cents = models.PositiveIntegerField(default=0, help_text="paid by credits")
    refunded_cents = models.PositiveIntegerField(default=0)
    currency = models.CharField(max_length=3)
    promotion = models.ForeignKey(Promotion, null=True, blank=True, on_delete=models.PROTECT)
    country = models.CharField(max_length=2, blank=True, help_text="ISO 3166, of the buyer")
    language = models.CharField(
        max_length=8,
        default="en",
        db_default="en",
        help_text="of the pages it was made on, and of its mails",
    )
    country_evidence = models.JSONField(
        default=dict, help_text="what pointed to which country, kept as the VAT rules ask"
    )
    bill_to = models.TextField(blank=True, help_text="name and address on the invoice")
    vat_id = models.CharField(max_length=20, blank=True)
    vat_id_check = models.JSONField(default=dict, help_text="what VIES or the format check said")
    waived_at = models.DateTimeField(
        null=True, blank=True, help_text="when the buyer gave up the right of withdrawal"
    )
    waiver_text = models.TextField(blank=True, help_text="the sentence the buyer agreed to")
    gateway = models.CharField(max_length=20)
    gateway_reference = models.CharField(max_length=120, blank=True)
    payment_reference = models.CharField(
        max_length=120, blank=True, help_text="what a refund must name at the gateway"
    )
    cart_id = models.UUIDField(null=True, blank=True, help_text="plain value: of which cart")
    problem = models.CharField(max_length=300, blank=True, help_text="what a person must look at")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(
        null=True, blank=True, help_text="until then it may be paid, and an exclusive is kept"
    )
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "paid", "refunded", "cancelled"]),
                name="order_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["paid", "refunded"], paid_at__isnull=False)
                | (~Q(state__in=["paid", "refunded"]) & Q(paid_at__isnull=True)),
                name="order_paid_at_when_paid",
            ),
            models.CheckConstraint(
                condition=Q(buyer__isnull=False) | ~Q(email=""), name="order_has_somebody"
            ),
            models.CheckConstraint(
                condition=Q(total_cents=F("net_cents") + F("vat_cents")), name="order_vat_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("total_cents")), name="order_refund_within"
            ),
            models.CheckConstraint(
                condition=Q(credits_cents__lte=F("total_cents")), name="order_credits_within"
            ),
        ]
        indexes = [
            models.Index(fields=["email"], name="order_email"),
            models.Index(fields=["cart_id"], name="order_cart"),
            models.Index(fields=["payment_reference"], name="order_payment"),
            models.Index(fields=["expires_at"], condition=Q(state="pending"), name="order_waiting"),
        ]

    def __str__(self) -> str:
        return f"order {str(self.pk)[:8]}"

    @property
    def due_cents(self) -> int:
        """Return what is paid at the gateway."""
        return self.total_cents - self.credits_cents


class OrderLine(models.Model):
    """One artwork under one licence, or one pack of credits, at the price of the moment.

    `price_cents` is what is paid: list price less its part of the discount, VAT inside.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    artwork = models.ForeignKey(Artwork, null=True, blank=True, on_delete=models.PROTECT)
    licence = models.ForeignKey(Licence, null=True, blank=True, on_delete=models.PROTECT)
    credit_pack = models.ForeignKey(CreditPack, null=True, blank=True, on_delete=models.PROTECT)
    list_cents = models.PositiveIntegerField(default=0)
    price_cents = models.PositiveIntegerField()
    refunded_cents = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "artwork"], name="order_artwork_once"),
            models.CheckConstraint(
                condition=Q(artwork__isnull=False, licence__isnull=False, credit_pack__isnull=True)
                | Q(artwork__isnull=True, licence__isnull=True, credit_pack__isnull=False),
                name="order_line_of_one_kind",
            ),
            models.CheckConstraint(
                condition=Q(refunded_cents__lte=F("price_cents")), name="order_line_refund_within"
            ),
        ]

    def __str__(self) -> str:
        return str(self.credit_pack) if self.credit_pack else f"{self.artwork} / {self.licence}"


class Grant(models.Model):
    """A right to one artwork under one licence. The door to the original.

    Its serial is on the certificate. A revoked grant stays as a record and opens nothing.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="grants",
    )
    artwork = models.ForeignKey(Artwork, on_delete=models.PROTECT, related_name="grants")
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT)
    order_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="grant")
    serial = models.CharField(max_length=24, unique=True, default=new_serial)
    licensee = models.CharField(max_length=200, blank=True, help_text="name on the certificate")
    names_licensee = models.BooleanField(
        default=False, help_text="the buyer wants his name on the public page of the certificate"
    )
    granted_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)
    downloads = models.PositiveIntegerField(default=0)
    download_limit = models.PositiveIntegerField(default=50)

    class Meta:
        ordering = ["-granted_at"]
        indexes = [models.Index(fields=["artwork", "buyer"], name="grant_of_buyer")]

    def __str__(self) -> str:
        return f"{self.artwork} for {self.buyer or self.order_line.order.email}"
