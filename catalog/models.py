"""Rows of the last tier: what is on sale, under which terms, and who bought it.

Counters live in `ArtworkStats` and vectors in `ArtworkEmbedding`: a counter in the row that
carries the vector was measured 530 times slower to update. Verbs are in `catalog/services.py`.
"""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from pgvector.django import HnswIndex, VectorField

from genart.lib.approval import EMBEDDING_DIM
from generation.models import Render, Tier


class Collection(models.Model):
    """A series with a common look."""

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    is_featured = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:collection", args=[self.slug])


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


class Artwork(models.Model):
    """A published listing."""

    class Orientation(models.TextChoices):
        SQUARE = "square"
        PORTRAIT = "portrait"
        LANDSCAPE = "landscape"

    class Withdrawer(models.TextChoices):
        CURATION = "curation", "Curation took the approval back"
        SHOP = "shop", "The shop took it down"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    render = models.OneToOneField(Render, on_delete=models.PROTECT, related_name="artwork")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=120)
    description = models.TextField()
    alt_text = models.CharField(max_length=300)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    style_slug = models.SlugField()
    style_name = models.CharField(max_length=120)
    collection = models.ForeignKey(
        Collection, null=True, blank=True, on_delete=models.SET_NULL, related_name="artworks"
    )
    tier = models.CharField(max_length=10, choices=Tier)
    palette_name = models.CharField(max_length=80, blank=True)
    colors = models.JSONField(default=list, help_text="[hex, share], largest first")
    color_names = ArrayField(models.CharField(max_length=20), default=list)
    orientation = models.CharField(max_length=10, choices=Orientation)
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    original = models.CharField(max_length=200, help_text="name in the `originals` storage")
    sha256 = models.CharField(max_length=64)
    file_bytes = models.PositiveBigIntegerField()
    derivatives = models.JSONField(
        default=dict, help_text='{"avif": {"320": name, …}, "webp": {…}} in the public storage'
    )
    placeholder = models.TextField(blank=True, help_text="tiny picture as a data URL")
    decided_by = models.CharField(max_length=120)
    candidate_id = models.UUIDField(help_text="plain value: catalog does not refer to curation")
    decision_id = models.BigIntegerField(help_text="plain value, of the approval last listed")
    quality = models.FloatField(default=0.5, help_text="0 … 1, breaks ties in listings")
    is_featured = models.BooleanField(default=False)
    search = SearchVectorField(null=True, editable=False)
    published_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=200, blank=True)
    withdrawn_by = models.CharField(
        max_length=10,
        choices=Withdrawer,
        blank=True,
        help_text="A new approval lists again what curation withdrew, never what the shop did.",
    )

    class Meta:
        ordering = ["-published_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by="")
                | Q(withdrawn_at__isnull=False, withdrawn_by__in=["curation", "shop"]),
                name="artwork_withdrawn_by_someone",
            )
        ]
        indexes = [
            GinIndex(fields=["search"], name="artwork_search"),
            GinIndex(fields=["color_names"], name="artwork_colors"),
            GinIndex(fields=["title"], name="artwork_title_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(withdrawn_at__isnull=True),
                name="artwork_newest",
            ),
            models.Index(fields=["style_slug"], name="artwork_style"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:artwork", args=[self.slug])


class ArtworkEmbedding(models.Model):
    """Image vector of an artwork: for search by meaning and for similar works."""

    artwork = models.OneToOneField(
        Artwork, primary_key=True, on_delete=models.CASCADE, related_name="embedding"
    )
    vector = VectorField(dimensions=EMBEDDING_DIM)

    class Meta:
        indexes = [
            HnswIndex(
                name="artwork_embedding_hnsw",
                fields=["vector"],
                m=16,
                ef_construction=64,
                opclasses=["vector_cosine_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"vector of {self.artwork_id}"


class ArtworkStats(models.Model):
    """Counters of an artwork; `popularity` is what the listing is sorted by."""

    artwork = models.OneToOneField(
        Artwork, primary_key=True, on_delete=models.CASCADE, related_name="stats"
    )
    views = models.PositiveBigIntegerField(default=0)
    sales = models.PositiveBigIntegerField(default=0)
    popularity = models.GeneratedField(
        expression=F("views") + F("sales") * 50,
        output_field=models.BigIntegerField(),
        db_persist=True,
        help_text="A sale weighs as much as fifty views.",
    )

    class Meta:
        indexes = [models.Index(fields=["-popularity", "-artwork"], name="stats_popularity")]

    def __str__(self) -> str:
        return f"{self.views} views, {self.sales} sales"


class SearchWord(models.Model):
    """A word that occurs in some listing: what a mistyped word is compared with."""

    word = models.CharField(max_length=60, primary_key=True)

    class Meta:
        indexes = [GinIndex(fields=["word"], name="search_word_trgm", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word


class Cart(models.Model):
    """What a visitor means to buy; a guest's cart is found by its session."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE
    )
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


class Order(models.Model):
    """A purchase. Paid exactly when the gateway's event said so."""

    class State(models.TextChoices):
        PENDING = "pending", "Waits for payment"
        PAID = "paid", "Paid"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="orders"
    )
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    total_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    gateway = models.CharField(max_length=20)
    gateway_reference = models.CharField(max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["pending", "paid", "cancelled"]), name="order_state_known"
            ),
            models.CheckConstraint(
                condition=Q(state="paid", paid_at__isnull=False)
                | (~Q(state="paid") & Q(paid_at__isnull=True)),
                name="order_paid_at_when_paid",
            ),
        ]

    def __str__(self) -> str:
        return f"order {str(self.pk)[:8]}"


class OrderLine(models.Model):
    """One artwork under one licence, at the price of the moment."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    artwork = models.ForeignKey(Artwork, on_delete=models.PROTECT)
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT)
    price_cents = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "artwork"], name="order_artwork_once")
        ]

    def __str__(self) -> str:
        return f"{self.artwork} / {self.licence}"


class Grant(models.Model):
    """A buyer's right to one artwork under one licence. The door to the original."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    buyer = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="grants"
    )
    artwork = models.ForeignKey(Artwork, on_delete=models.PROTECT, related_name="grants")
    licence = models.ForeignKey(Licence, on_delete=models.PROTECT)
    order_line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, related_name="grant")
    granted_at = models.DateTimeField(auto_now_add=True)
    downloads = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-granted_at"]

    def __str__(self) -> str:
        return f"{self.artwork} for {self.buyer}"


class PaymentEvent(models.Model):
    """Ledger of what the gateway told us; each event is acted on once."""

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=120)
    kind = models.CharField(max_length=60)
    payload = models.JSONField()
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
        PAID = "paid"
        DECLINED = "declined"

    __test__ = False  # not a test, whatever its name says to pytest

    reference = models.CharField(max_length=60, primary_key=True)
    order_id = models.UUIDField()
    amount_cents = models.PositiveIntegerField()
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    event_id = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.reference} {self.state}"
