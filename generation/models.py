"""Rows of the first tier: what can be rendered, what was asked for, what was made.

States and their changes are drawn in `generation/README.md`; the verbs that change them are in
`generation/services.py` and, for claims and leases, `generation/queue.py`.
"""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

hex_color = RegexValidator(r"^#[0-9A-F]{6}$", "Write a colour as #RRGGBB in capitals.")


class Tier(models.TextChoices):
    """How far a work may go without a person."""

    COMMODITY = "commodity", "Commodity: may be published by the gate"
    PREMIUM = "premium", "Premium: a person decides"


class Lane(models.TextChoices):
    """How a job is rendered."""

    STANDARD = "standard", "Standard: batched, fast"
    ARCHIVE = "archive", "Archive: one by one, bit-identical whenever it is repeated"


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


class Checkpoint(models.Model):
    """A base model at one pinned revision, with what it may be used for."""

    class Source(models.TextChoices):
        HOUSE = "house", "House model, part of this project"
        FOLDER = "folder", "Folder on this machine"
        HUB = "hub", "Model hub repository"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    family = models.CharField(
        max_length=40, help_text="Which engine family drives it: house, sd, sdxl …"
    )
    source = models.CharField(max_length=10, choices=Source, default=Source.HOUSE)
    location = models.CharField(
        max_length=300, blank=True, help_text="Folder path, or hub repository such as org/name."
    )
    revision = models.CharField(
        max_length=64, blank=True, help_text="Commit of the hub repository; always pin it."
    )
    sha256 = models.CharField(
        "SHA-256 of the weights", max_length=64, blank=True, help_text="Checked at every load."
    )
    licence = models.CharField(max_length=120, help_text="For example Apache-2.0.")
    allows_commercial_use = models.BooleanField(default=False)
    data_statement = models.TextField(blank=True, help_text="What it was trained on.")
    capabilities = models.JSONField(default=dict, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Adapter(models.Model):
    """A LoRA or textual-inversion embedding at one pinned version."""

    class Kind(models.TextChoices):
        LORA = "lora", "LoRA"
        EMBEDDING = "embedding", "Textual-inversion embedding"

    slug = models.SlugField()
    version = models.CharField(max_length=20, default="1")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.LORA)
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="adapters", verbose_name="fits"
    )
    location = models.CharField(max_length=300, help_text="Path of the safetensors file.")
    sha256 = models.CharField("SHA-256 of the file", max_length=64)
    trigger_words = models.CharField(max_length=200, blank=True)
    licence = models.CharField(max_length=120)
    allows_commercial_use = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["slug", "version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="adapter_version_once")
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
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class StyleVersion(models.Model):
    """An immutable state of a style: every saved change makes a new one."""

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


class Job(models.Model):
    """One submitted design spec, expanded into renders."""

    class State(models.TextChoices):
        ACTIVE = "active"
        CANCELLED = "cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs"
    )
    title = models.CharField(max_length=200)
    spec = models.JSONField()
    spec_hash = models.CharField(max_length=64)
    collection = models.SlugField(max_length=80, blank=True)
    tier = models.CharField(max_length=10, choices=Tier)
    lane = models.CharField(max_length=10, choices=Lane, default=Lane.STANDARD)
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)
    event_sequence = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"], name="job_idempotency_key_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "cancelled"]), name="job_state_known"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("generation:job", args=[self.pk])


class Render(models.Model):
    """One image to make, then made."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        RENDERING = "rendering", "Rendering"
        RENDERED = "rendered", "Rendered"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="renders")
    index = models.PositiveIntegerField()
    style_version = models.ForeignKey(StyleVersion, on_delete=models.PROTECT)
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT)
    prompt = models.TextField()
    negative_prompt = models.TextField(blank=True)
    subject = models.CharField(max_length=300, blank=True)
    mood = models.JSONField(default=list)
    layout = models.CharField(max_length=40)
    density = models.FloatField()
    palette_name = models.CharField(max_length=80, blank=True)
    palette = models.JSONField(help_text="[{hex, weight}, …], weights sum to 1")
    slots = models.JSONField(help_text="six hex colours: background, four accents, dark")
    seed = models.BigIntegerField()
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    steps = models.PositiveSmallIntegerField()
    guidance = models.FloatField()
    scheduler = models.CharField(max_length=40)
    finish = models.CharField(max_length=20, blank=True)
    adapters = models.JSONField(default=list, help_text="[{slug, version, weight}, …]")
    lane = models.CharField(max_length=10, choices=Lane, default=Lane.STANDARD)
    group_key = models.CharField(
        max_length=64, help_text="renders with one key may share a forward pass"
    )
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(
        default=0, help_text="times it was tried and ended in an error"
    )
    losses = models.PositiveSmallIntegerField(
        default=0, help_text="times its worker vanished while rendering it"
    )
    lease_token = models.UUIDField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    worker = models.CharField(max_length=120, blank=True)
    step = models.PositiveSmallIntegerField(default=0)
    file = models.CharField(max_length=200, blank=True, help_text="name in `originals`")
    thumbnail = models.CharField(max_length=200, blank=True, help_text="name in `originals`")
    sha256 = models.CharField(max_length=64, blank=True)
    file_bytes = models.PositiveBigIntegerField(default=0)
    fingerprint = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["job", "index"]
        constraints = [
            models.UniqueConstraint(fields=["job", "index"], name="render_index_once"),
            models.CheckConstraint(
                condition=Q(state__in=["queued", "rendering", "rendered", "failed", "cancelled"]),
                name="render_state_known",
            ),
            models.CheckConstraint(
                condition=(Q(state="rendered") & ~Q(file="") & ~Q(sha256=""))
                | (~Q(state="rendered") & Q(file="")),
                name="render_has_file_when_rendered",
            ),
            models.CheckConstraint(
                condition=Q(state="rendering", lease_token__isnull=False)
                | (~Q(state="rendering") & Q(lease_token__isnull=True)),
                name="render_has_lease_while_rendering",
            ),
        ]
        indexes = [
            models.Index(
                fields=["job", "group_key", "index"],
                condition=Q(state="queued"),
                name="render_queue",
            ),
            models.Index(
                F("lease_expires_at"), condition=Q(state="rendering"), name="render_leases"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.job} #{self.index + 1}"


class Worker(models.Model):
    """A worker process that was seen; a stale `seen_at` means it is gone."""

    name = models.CharField(max_length=120, primary_key=True)
    queues = models.JSONField(default=list)
    device = models.CharField(max_length=80, blank=True)
    resident = models.JSONField(default=list, help_text="checkpoints it holds in memory")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
