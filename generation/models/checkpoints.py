"""What renders: base models, adapters, and how a new version of one is proved."""

from django.conf import settings
from django.db import models
from django.db.models import Q


class Checkpoint(models.Model):
    """A base model at one pinned revision, with what it may be used for."""

    class Source(models.TextChoices):
        HOUSE = "house", "House model, part of this project"
        FOLDER = "folder", "Folder on this machine"
        FILE = "file", "Single file on this machine"
        HUB = "hub", "Model hub repository"
        REMOTE = "remote", "Other people's compute only"

    class State(models.TextChoices):
        ADDING = "adding", "Being fetched and checked"
        READY = "ready", "Ready"
        FAILED = "failed", "Could not be added"

    slug = models.SlugField(unique=True)
    line = models.SlugField(
        blank=True, help_text="Checkpoints of one line are versions of one another."
    )
    number = models.PositiveIntegerField(default=1, help_text="Version within its line.")
    is_current = models.BooleanField(
        default=True, help_text="The version of its line that styles use; changed by `promote`."
    )
    name = models.CharField(max_length=120)
    family = models.CharField(
        max_length=40, help_text="Which engine family drives it: house, sd, sdxl …"
    )
    source = models.CharField(max_length=10, choices=Source, default=Source.HOUSE)
    location = models.CharField(
        max_length=300,
        blank=True,
        help_text="Path of the folder or file, or hub repository such as org/name.",
    )
    revision = models.CharField(
        max_length=64, blank=True, help_text="Commit of the hub repository; always pin it."
    )
    config = models.CharField(
        max_length=300,
        blank=True,
        help_text="Single file: the folder with model_index.json and the parts' configurations.",
    )
    sha256 = models.CharField(
        "SHA-256 of the weights", max_length=64, blank=True, help_text="Checked at every load."
    )
    tensor_sha256 = models.CharField(
        "SHA-256 of the tensors",
        max_length=64,
        blank=True,
        help_text="Of names, types, shapes and values: the same however the files are called.",
    )
    size_bytes = models.PositiveBigIntegerField(default=0, help_text="Of its weights, as found.")
    licence = models.CharField(max_length=120, help_text="For example Apache-2.0.")
    allows_commercial_use = models.BooleanField(default=False)
    data_statement = models.TextField(blank=True, help_text="What it was trained on.")
    parts = models.JSONField(
        default=list,
        blank=True,
        help_text="What it is made of, where that has terms of its own: "
        '[{"role": "text encoder", "name": …, "licence": …, "allows_commercial_use": true}, …].',
    )
    capabilities = models.JSONField(
        default=dict, blank=True, help_text="What it can do, in general and by pipeline."
    )
    execution = models.JSONField(
        default=dict,
        blank=True,
        help_text="How it is run: dtype, compile, attention, caches. Enters the fingerprint.",
    )
    is_active = models.BooleanField(default=True)
    state = models.CharField(max_length=6, choices=State, default=State.READY)
    state_note = models.CharField(
        max_length=500, blank=True, help_text="How far the adding is, or why it failed."
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "number"], condition=~Q(line=""), name="checkpoint_version_once"
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(is_current=True) & ~Q(line=""),
                name="checkpoint_line_has_one_current",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["adding", "ready", "failed"]),
                name="checkpoint_state_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Adapter(models.Model):
    """A LoRA, embedding, IP-Adapter or ControlNet at one pinned version."""

    class Kind(models.TextChoices):
        LORA = "lora", "LoRA"
        EMBEDDING = "embedding", "Textual-inversion embedding"
        IP_ADAPTER = "ip-adapter", "IP-Adapter: takes a picture or its embedding"
        CONTROLNET = "controlnet", "ControlNet: takes a control image"

    slug = models.SlugField()
    version = models.CharField(max_length=20, default="1")
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.LORA)
    checkpoint = models.ForeignKey(
        Checkpoint, on_delete=models.PROTECT, related_name="adapters", verbose_name="fits"
    )
    location = models.CharField(max_length=300, help_text="Path of the safetensors file or folder.")
    sha256 = models.CharField("SHA-256 of its weights", max_length=64)
    tensor_sha256 = models.CharField("SHA-256 of the tensors", max_length=64, blank=True)
    trigger_words = models.CharField(max_length=200, blank=True)
    size_bytes = models.PositiveBigIntegerField(default=0)
    licence = models.CharField(max_length=120)
    allows_commercial_use = models.BooleanField(default=False)
    data_statement = models.TextField(blank=True, help_text="What it was trained on.")
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["slug", "version"]
        constraints = [
            models.UniqueConstraint(fields=["slug", "version"], name="adapter_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


class GoldenPrompt(models.Model):
    """A prompt that every new version of a checkpoint line renders before it may be used."""

    line = models.SlugField(help_text="Line of checkpoints it belongs to.")
    spec = models.JSONField(help_text="A design spec of one picture, seed included.")
    note = models.CharField(max_length=200, blank=True, help_text="What to look at.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["line", "pk"]

    def __str__(self) -> str:
        return self.note or f"golden prompt {self.pk} of {self.line}"


class GoldenRun(models.Model):
    """A version's golden prompts, rendered and compared with those of the version before it."""

    class State(models.TextChoices):
        RENDERING = "rendering", "Being rendered"
        COMPARED = "compared", "Compared: ready for a decision"
        FAILED = "failed", "Could not be rendered"
        PROMOTED = "promoted", "Became current"
        REFUSED = "refused", "Refused"
        ROLLED_BACK = "rolled-back", "Was current and was taken back"

    checkpoint = models.ForeignKey(Checkpoint, on_delete=models.PROTECT, related_name="golden_runs")
    baseline = models.ForeignKey(
        Checkpoint, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State, default=State.RENDERING)
    figures = models.JSONField(default=dict, help_text="what was measured on both, by prompt")
    reason = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"golden run of {self.checkpoint}"
