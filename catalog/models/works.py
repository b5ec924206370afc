"""Listings and what finds them.

Counters live in `ArtworkStats` and vectors in `ArtworkEmbedding`: a counter in the row that
carries the vector was measured 530 times slower to update.
"""

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from pgvector.django import HalfVectorField, HnswIndex, VectorField

from genart.lib.approval import EMBEDDING_DIM
from generation.models import Render, Tier

NEWEST_OF = {
    "style": "style_slug",
    "collection": "collection",
    "palette": "palette_name",
    "category": "category",
}
"""Index name → column: a rare value's newest works are found without a walk over all others."""


class Collection(models.Model):
    """A series with a common look, or works gathered by a rule or by hand."""

    class Kind(models.TextChoices):
        SERIES = "series", "A series: the works of its jobs"
        RULE = "rule", "By rule: what a listing shows"
        HAND = "hand", "By hand: the works that were picked"

    slug = models.SlugField(max_length=80, unique=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.SERIES)
    rule = models.CharField(
        max_length=300,
        blank=True,
        help_text="By rule: the query of a listing, as in style=ripples&color=teal.",
    )
    picks: models.ManyToManyField = models.ManyToManyField(
        "Artwork", through="CollectionPick", related_name="picked_in", blank=True
    )
    is_featured = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="rule") | ~Q(rule=""), name="collection_rule_given"
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:collection", args=[self.slug])


class CollectionPick(models.Model):
    """One work's place in a collection made by hand."""

    collection = models.ForeignKey(Collection, on_delete=models.CASCADE)
    artwork = models.ForeignKey("Artwork", on_delete=models.CASCADE)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["collection", "artwork"], name="pick_once")]

    def __str__(self) -> str:
        return f"{self.artwork} in {self.collection}"


class Artwork(models.Model):
    """A published listing."""

    class Orientation(models.TextChoices):
        SQUARE = "square"
        PORTRAIT = "portrait"
        LANDSCAPE = "landscape"

    class Withdrawer(models.TextChoices):
        CURATION = "curation", "Curation took the approval back"
        SHOP = "shop", "The shop took it down"
        BUYER = "buyer", "Sold exclusively"

    class Size(models.TextChoices):
        SMALL = "small", _("Under 1 megapixel")
        MEDIUM = "medium", _("1 to 4 megapixels")
        LARGE = "large", _("Over 4 megapixels")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    render = models.OneToOneField(Render, on_delete=models.PROTECT, related_name="artwork")
    slug = models.SlugField(max_length=120, unique=True)
    title = models.CharField(max_length=120)
    description = models.TextField()
    alt_text = models.CharField(max_length=300)
    tags = ArrayField(models.CharField(max_length=40), default=list)
    category = models.CharField(max_length=40, blank=True, help_text="of `catalog/texts`")
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
    pixels = models.GeneratedField(
        expression=F("width_px") * F("height_px"),
        output_field=models.BigIntegerField(),
        db_persist=True,
    )
    size = models.CharField(max_length=6, choices=Size, default=Size.SMALL)
    price_cents = models.PositiveIntegerField(
        default=0, help_text="cheapest licence now, rules included; 0: none. Kept by `pricing.py`."
    )
    mark = models.PositiveBigIntegerField(
        null=True, unique=True, help_text="number in the invisible watermark; `None`: none holds"
    )
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
                | Q(withdrawn_at__isnull=False, withdrawn_by__in=["curation", "shop", "buyer"]),
                name="artwork_withdrawn_by_someone",
            )
        ]
        indexes = [
            GinIndex(fields=["title"], name="artwork_title_trgm", opclasses=["gin_trgm_ops"]),
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(withdrawn_at__isnull=True),
                name="artwork_newest",
            ),
            models.Index(
                fields=["price_cents", "id"],
                condition=Q(withdrawn_at__isnull=True),
                name="artwork_price",
            ),
            *(
                models.Index(
                    fields=[column, "-published_at", "-id"],
                    condition=Q(withdrawn_at__isnull=True),
                    name=f"artwork_{name}",
                )
                for name, column in NEWEST_OF.items()
            ),
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
                OpClass(
                    Cast("vector", HalfVectorField(dimensions=EMBEDDING_DIM)), "halfvec_cosine_ops"
                ),
                name="artwork_embedding_half",
                m=16,
                ef_construction=200,
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
    undiscovered = models.FloatField(
        default=0, help_text="good and seldom seen for its age; kept by a trigger, see `shelf.py`"
    )

    class Meta:
        indexes = [
            models.Index(fields=["-popularity", "-artwork"], name="stats_popularity"),
            models.Index(fields=["-undiscovered", "-artwork"], name="stats_undiscovered"),
        ]

    def __str__(self) -> str:
        return f"{self.views} views, {self.sales} sales"


class SearchWord(models.Model):
    """A word that occurs in some listing: what a mistyped word is compared with."""

    word = models.CharField(max_length=60, primary_key=True)

    class Meta:
        indexes = [GinIndex(fields=["word"], name="search_word_trgm", opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.word
