"""Terms on sale and what they cost."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from generation.models import Tier


class Licence(models.Model):
    """Terms on sale. A change of text is a new version; old grants keep theirs."""

    slug = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    summary = models.CharField(max_length=300, help_text="One plain sentence for the buyer.")
    allows = models.JSONField(default=list, help_text="Short sentences: what the buyer may do.")
    forbids = models.JSONField(default=list, help_text="Short sentences: what the buyer may not.")
    text = models.TextField(help_text="The full terms.")
    position = models.PositiveSmallIntegerField(default=0)
    is_exclusive = models.BooleanField(
        default=False,
        help_text="A buy-out: the work leaves the shop, and nothing like it is made again.",
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="licence_version_once"),
            models.UniqueConstraint(
                fields=["slug"], condition=Q(is_active=True), name="licence_active_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (version {self.version})"

    def get_absolute_url(self) -> str:
        return reverse("catalog:licence", args=[self.slug])


class Price(models.Model):
    """What a licence costs for works of one tier, in cents of the shop's currency."""

    licence = models.ForeignKey(Licence, on_delete=models.CASCADE, related_name="prices")
    tier = models.CharField(max_length=10, choices=Tier)
    amount_cents = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["licence", "tier"], name="price_once")]

    def __str__(self) -> str:
        return f"{self.licence} / {self.tier}: {self.amount_cents / 100:.2f}"


class PriceRule(models.Model):
    """Changes prices of the works it fits; the first by position that fits counts."""

    name = models.CharField(max_length=80)
    licence_slug = models.SlugField(blank=True, help_text="Empty: every licence.")
    tier = models.CharField(max_length=10, choices=Tier, blank=True, help_text="Empty: both.")
    style_slug = models.SlugField(blank=True, help_text="Empty: every style.")
    least_sales = models.PositiveIntegerField(
        default=0, help_text="Only works that sold at least this often: demand has a price."
    )
    factor_percent = models.PositiveSmallIntegerField(
        default=100, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower is asked first.")
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(factor_percent__gte=1, factor_percent__lte=1000),
                name="price_rule_factor",
            ),
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True)
                | Q(ends_at__isnull=True)
                | Q(starts_at__lt=F("ends_at")),
                name="price_rule_begins_first",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.factor_percent} %"


class Promotion(models.Model):
    """A code that takes a share, or a sum, off an order."""

    code = models.CharField(max_length=30, unique=True, help_text="Written in capitals.")
    name = models.CharField(max_length=80)
    percent_off = models.PositiveSmallIntegerField(default=0)
    cents_off = models.PositiveIntegerField(default=0)
    licence_slug = models.SlugField(blank=True)
    style_slug = models.SlugField(blank=True)
    least_cents = models.PositiveIntegerField(default=0, help_text="Smallest sum it is given for.")
    most_uses = models.PositiveIntegerField(null=True, blank=True)
    once_per_buyer = models.BooleanField(default=True)
    starts_at = models.DateTimeField(null=True, blank=True)
    ends_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent_off__gte=1, percent_off__lte=100, cents_off=0)
                | Q(percent_off=0, cents_off__gte=1),
                name="promotion_share_or_sum",
            )
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.name}"


class CreditPack(models.Model):
    """Prepaid licences: a number of credits for a price; one credit stands for one cent of price.

    Bought as `credit_cents` of spending for `price_cents` of money.
    """

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    credit_cents = models.PositiveIntegerField(help_text="What it buys, in cents of list price.")
    price_cents = models.PositiveIntegerField(help_text="What it costs.")
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["position", "slug"]

    def __str__(self) -> str:
        return self.name
