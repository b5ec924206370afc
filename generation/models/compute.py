"""Where renders are made: this factory's workers, and other people's compute."""

import uuid
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q

from generation.models.checkpoints import Checkpoint
from generation.models.jobs import Render


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


class Provider(models.Model):
    """Other people's compute, how it is reached, and whether it is well."""

    class Kind(models.TextChoices):
        SAGEMAKER = "sagemaker", "AWS SageMaker, real-time endpoint"
        SAGEMAKER_ASYNC = "sagemaker-async", "AWS SageMaker, asynchronous endpoint"
        RUNPOD = "runpod", "RunPod serverless"
        STABILITY = "stability", "Stability REST API"
        OPENAI = "openai", "OpenAI-compatible images endpoint"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20, choices=Kind)
    base_url = models.URLField(max_length=300, help_text="Where its API is.")
    options = models.JSONField(
        default=dict, blank=True, help_text="What its kind needs: endpoint, region, bucket …"
    )
    key_variable = models.CharField(
        max_length=80,
        blank=True,
        help_text="Name of the environment variable that holds its key; the key is never stored.",
    )
    terms = models.CharField(max_length=120, blank=True, help_text="Its terms, by name and date.")
    allows_commercial_use = models.BooleanField(default=False)
    timeout_seconds = models.PositiveIntegerField(default=120, validators=[MinValueValidator(1)])
    most_at_once = models.PositiveSmallIntegerField(default=4, validators=[MinValueValidator(1)])
    daily_budget_cents = models.PositiveIntegerField(
        null=True, blank=True, help_text="Empty: no limit."
    )
    is_active = models.BooleanField(default=True)
    failures = models.PositiveIntegerField(default=0, help_text="in a row")
    closed_until = models.DateTimeField(
        null=True, blank=True, help_text="the circuit breaker lets nothing through until then"
    )
    probe_until = models.DateTimeField(
        null=True, blank=True, help_text="one render tries until then whether it is well again"
    )
    latency_seconds = models.FloatField(null=True, blank=True, help_text="of late, by image")
    last_error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Offer(models.Model):
    """A checkpoint as a provider offers it: under which name, for how much, and what it can do."""

    provider = models.ForeignKey(Provider, on_delete=models.CASCADE, related_name="offers")
    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.CASCADE, related_name="offers")
    model = models.CharField(max_length=120, blank=True, help_text="Its name there.")
    price_cents = models.DecimalField(
        max_digits=12, decimal_places=4, default=Decimal(0), help_text="For one image."
    )
    after_seconds = models.PositiveIntegerField(
        default=0, help_text="Used for renders that waited so long for a worker of our own."
    )
    capabilities = models.JSONField(default=dict, blank=True, help_text="Sizes and controls.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["provider", "checkpoint"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "checkpoint"], name="offer_once")
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint} at {self.provider}"


class RemoteCall(models.Model):
    """Ledger of one render asked of one provider: written before it is sent, never sent twice."""

    class State(models.TextChoices):
        SENDING = "sending", "About to be sent, or sent without an answer yet"
        RUNNING = "running", "Taken on"
        DONE = "done", "Done"
        REFUSED = "refused", "Refused: the provider will not make it"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled with its job"
        SPOILT = "spoilt", "Charged, but the answer was not the picture asked for"
        UNKNOWN = "unknown", "Nobody can say whether it was made; booked as charged"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    render = models.ForeignKey(Render, on_delete=models.PROTECT, related_name="remote_calls")
    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="calls")
    attempt = models.PositiveSmallIntegerField(default=1)
    remote_id = models.CharField(max_length=200, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.SENDING)
    cost_cents = models.DecimalField(max_digits=12, decimal_places=4, default=Decimal(0))
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["render", "provider", "attempt"], name="remote_call_once"
            ),
            models.UniqueConstraint(
                fields=["render"],
                condition=Q(state__in=["sending", "running"]),
                name="remote_call_one_open",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.render} at {self.provider}"
