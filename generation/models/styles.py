"""What a style is: its content in versions, palettes, word lists, embeddings."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from generation.models.checkpoints import Adapter, Checkpoint
from generation.models.choices import Tier, hex_color


class Palette(models.Model):
    """A named set of colours: a background, four accents and a dark tone."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    background = models.CharField(max_length=7, validators=[hex_color])
    accents = models.JSONField(help_text='Four colours, for example ["#C8553D", "#E59A7A", …].')
    dark = models.CharField(max_length=7, validators=[hex_color])

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def slots(self) -> tuple[str, ...]:
        """The six colours in slot order: background, four accents, dark."""
        return (self.background, *self.accents, self.dark)


class WordList(models.Model):
    """Words that a spec may name: `{fruit}` in a subject takes one of the list `fruit`."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    words = models.JSONField(help_text='For example ["lemon", "fig", "quince"].')

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StyleEmbedding(models.Model):
    """A look as a vector: the mean of chosen works, for an IP-Adapter or to measure against."""

    class Kind(models.TextChoices):
        MEAN = "mean", "Mean of chosen works"
        IP_ADAPTER = "ip-adapter", "Embedding of an IP-Adapter"

    slug = models.SlugField()
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MEAN)
    encoder = models.CharField(max_length=120, help_text="What measured it, with its version.")
    vector = models.JSONField(help_text="Unit length.")
    works = models.JSONField(default=list, help_text="Ids of the renders it was made of.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["slug", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="style_embedding_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class Style(models.Model):
    """What an admin configures and a design spec names; its content is in `StyleVersion`."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    brand = models.SlugField(default="house", help_text="Brand whose gate and criteria apply.")
    tier = models.CharField(max_length=10, choices=Tier, default=Tier.COMMODITY)
    current_version = models.ForeignKey(
        "StyleVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_active = models.BooleanField(default=True)
    is_sketch = models.BooleanField(
        default=False,
        editable=False,
        help_text="Holds what somebody tries in the admin and has not saved; never offered.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StyleVersion(models.Model):
    """An immutable state of a style: every saved change makes a new one."""

    class SeedPolicy(models.TextChoices):
        ITEM = "item", "Each picture its own"
        FIXED = "fixed", "One for the whole series"
        LINKED = "linked", "One for pictures that differ in colours only"

    style = models.ForeignKey(Style, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT)
    motif = models.CharField(
        max_length=60,
        blank=True,
        help_text="House model: the family of pictures, for example boho-arches.",
    )
    prompt_template = models.TextField(
        default="{subject}, {layout}, {density}, {mood}",
        help_text="May use {subject} {layout} {density} {mood} {palette}.",
    )
    negative_prompt = models.TextField(blank=True)
    palettes = models.ManyToManyField(Palette, blank=True, help_text="None chosen: all allowed.")
    layouts = models.JSONField(default=list, blank=True, help_text="None listed: all allowed.")
    steps = models.PositiveSmallIntegerField(
        default=12, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    guidance = models.FloatField(
        default=3.0, validators=[MinValueValidator(0), MaxValueValidator(30)]
    )
    scheduler = models.CharField(max_length=40, default="default")
    seed_policy = models.CharField(
        max_length=10,
        choices=SeedPolicy,
        default=SeedPolicy.ITEM,
        help_text="Where a picture's seed comes from, unless its spec says otherwise.",
    )
    tolerances = models.JSONField(
        default=dict,
        blank=True,
        help_text='How far a picture may be from its spec: {"palette": 0.1, "layout": 0.3, …}; '
        "what is left out is measured and not enforced.",
    )
    reseeds = models.PositiveSmallIntegerField(
        default=2,
        validators=[MaxValueValidator(20)],
        help_text="How often a picture out of tolerance is rendered anew, with the next seed.",
    )
    corridor = models.JSONField(
        default=dict,
        blank=True,
        help_text='How alike the works of a series are: {"least": 0.5, "most": 0.95}, cosine.',
    )
    embedding = models.ForeignKey(
        "StyleEmbedding", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    embedding_weight = models.FloatField(default=1.0)
    finish = models.CharField(max_length=20, default="paper")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["style", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["style", "number"], name="style_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.style} v{self.number}"


class StyleAdapter(models.Model):
    """An adapter and its weight within one style version."""

    style_version = models.ForeignKey(
        StyleVersion, on_delete=models.CASCADE, related_name="style_adapters"
    )
    adapter = models.ForeignKey(Adapter, on_delete=models.PROTECT)
    weight = models.FloatField(default=1.0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["style_version", "adapter"], name="style_adapter_once")
        ]

    def __str__(self) -> str:
        return f"{self.adapter} at {self.weight}"
