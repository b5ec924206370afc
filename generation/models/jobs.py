"""What was asked for and what was made."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from generation.models.checkpoints import Checkpoint, GoldenRun
from generation.models.choices import Lane, Tier
from generation.models.styles import StyleVersion


class Job(models.Model):
    """One submitted design spec, expanded into renders."""

    class State(models.TextChoices):
        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"
        CANCELLED = "cancelled", "Cancelled"

    class Purpose(models.TextChoices):
        SERIES = "series", "A series for the shop"
        PREVIEW = "preview", "A look at a style; never judged, never sold"
        GOLDEN = "golden", "Proof of a checkpoint; never judged, never sold"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jobs"
    )
    title = models.CharField(max_length=200)
    spec = models.JSONField()
    spec_hash = models.CharField(max_length=64)
    collection = models.SlugField(max_length=80, blank=True)
    purpose = models.CharField(max_length=10, choices=Purpose, default=Purpose.SERIES)
    golden_run = models.ForeignKey(
        GoldenRun, null=True, blank=True, on_delete=models.PROTECT, related_name="jobs"
    )
    tier = models.CharField(max_length=10, choices=Tier)
    lane = models.CharField(max_length=10, choices=Lane, default=Lane.STANDARD)
    priority = models.SmallIntegerField(
        default=0,
        validators=[MinValueValidator(-10), MaxValueValidator(10)],
        help_text="-10 … 10; higher comes first.",
    )
    place = models.FloatField(
        null=True,
        blank=True,
        help_text="Among jobs of one priority: those with a place come first, in its order.",
    )
    budget_cents = models.PositiveIntegerField(
        null=True, blank=True, help_text="What other people's compute may cost; empty: no limit."
    )
    consistency = models.JSONField(
        default=dict, help_text="how alike its pictures are, and which are outliers"
    )
    outlook = models.JSONField(
        default=dict,
        help_text="what was foreseen at submit: duplicates dropped, warnings, time and cost",
    )
    state = models.CharField(max_length=10, choices=State, default=State.ACTIVE)
    idempotency_key = models.CharField(max_length=200, null=True, blank=True)
    event_sequence = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "idempotency_key"], name="job_idempotency_key_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["active", "paused", "cancelled"]), name="job_state_known"
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
    control = models.JSONField(
        default=dict, help_text='{"kind", "image", "sha256", "strength"}; empty: none'
    )
    reference = models.JSONField(
        default=dict, help_text='{"embedding" or "image", "sha256", "strength"}; empty: none'
    )
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
    reseeds = models.PositiveSmallIntegerField(
        default=0,
        help_text="times it was rendered anew with the next seed",
    )
    adherence = models.JSONField(
        default=dict, help_text="how near the picture is to its spec, by what was asked for"
    )
    cost_cents = models.DecimalField(
        max_digits=12, decimal_places=4, default=0, help_text="paid to a provider"
    )
    provider = models.CharField(max_length=50, blank=True, help_text="slug; empty: rendered here")
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
    origin = models.JSONField(
        default=dict,
        db_default={},
        blank=True,
        help_text="the request and trace that asked for it",
    )
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


class RenderEvent(models.Model):
    """An attempt at a render that ended without its picture; the last attempt is in its row."""

    class Kind(models.TextChoices):
        FAILED = "failed", "Ended in an error"
        RELEASED = "released", "Given back to the queue"
        LOST = "lost", "Its worker vanished"
        RESEEDED = "reseeded", "Outside its tolerance: made anew with the next seed"
        CANCELLED = "cancelled", "Cancelled"

    render = models.ForeignKey(Render, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind)
    worker = models.CharField(max_length=120, blank=True)
    provider = models.CharField(max_length=50, blank=True, help_text="slug; empty: tried here")
    seed = models.BigIntegerField()
    started_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField(help_text="when it ended")
    note = models.CharField(max_length=500, blank=True, help_text="why, a sentence")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.render}: {self.get_kind_display()}"


class ControlImage(models.Model):
    """A picture that a spec may refer to, as control image or as reference."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=120)
    file = models.CharField(max_length=200, help_text="name in `originals`")
    width_px = models.PositiveIntegerField()
    height_px = models.PositiveIntegerField()
    rights = models.CharField(max_length=200, help_text="Whose it is, and why it may serve.")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.name
