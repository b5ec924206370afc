"""What may not be shown, said or repeated: registers, each entry with its source."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from pgvector.django import VectorField

from curation.fingerprint import KEY_DIM
from genart.lib.approval import EMBEDDING_DIM

MARK_DIM = 128
"""Length of the vectors by which logos are found."""


class Mark(models.Model):
    """A registered mark: a word, a logo, or a logo with its word.

    A dead mark (`is_active` false) is kept and never matched.
    """

    class Kind(models.TextChoices):
        WORD = "word", "Word"
        LOGO = "logo", "Logo"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200)
    key = models.CharField(max_length=200, help_text="the name as it is compared")
    owner = models.CharField(max_length=200, blank=True)
    nice_classes = ArrayField(
        models.PositiveSmallIntegerField(), default=list, blank=True, help_text="1 … 45"
    )
    source = models.CharField(max_length=40, help_text="the register it comes from")
    number = models.CharField(max_length=40, help_text="its number there")
    image = models.CharField(max_length=200, blank=True, help_text="name in `originals`")
    vector = VectorField(dimensions=MARK_DIM, null=True, blank=True)
    encoder = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["source", "number", "kind"], name="mark_once"),
        ]
        indexes = [
            GinIndex(name="mark_key_trigrams", fields=["key"], opclasses=["gin_trgm_ops"]),
            models.Index(fields=["kind", "key"], name="mark_by_key"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_kind_display().lower()}, {self.source} {self.number})"


class ScreenTerm(models.Model):
    """A name that prompts and listings may not use."""

    class Kind(models.TextChoices):
        ARTIST = "artist", "Artist"
        PERSON = "person", "Person"
        CHARACTER = "character", "Character"
        BRAND = "brand", "Brand"

    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=120)
    key = models.CharField(max_length=120, help_text="the name as it is compared")
    aliases = models.JSONField(default=list, blank=True, help_text="other ways to say it")
    harmless = models.JSONField(
        default=list,
        blank=True,
        help_text='phrases in which it means something else: ["bosch drill"]',
    )
    is_common_word = models.BooleanField(
        default=False, help_text="Also an everyday word: refused only where the sentence shows it."
    )
    source = models.CharField(max_length=80, blank=True)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="screen_term_once")]

    def __str__(self) -> str:
        return self.name


class ProtectedWork(models.Model):
    """A picture that belongs to somebody, which no new one may come near to."""

    title = models.CharField(max_length=200)
    holder = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=80)
    image = models.CharField(max_length=200, help_text="name in `originals`")
    method = models.CharField(max_length=20)
    key = VectorField(dimensions=KEY_DIM)
    thumb = models.BinaryField(help_text="48 × 48 OKLab colours")
    encoder = models.CharField(max_length=80, blank=True)
    vector = VectorField(dimensions=EMBEDDING_DIM, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class RightsClaim(models.Model):
    """Somebody claims a right: everything made with one thing leaves the shop in one action."""

    class Scope(models.TextChoices):
        CHECKPOINT = "checkpoint", "Checkpoint"
        ADAPTER = "adapter", "Adapter"
        JOB = "job", "Job (one design spec)"
        STYLE = "style", "Style"
        RENDER = "render", "One picture"
        REFERENCE = "reference", "Reference picture"

    class State(models.TextChoices):
        UPHELD = "upheld", "Upheld: withdrawn, and nothing new is published"
        LIFTED = "lifted", "Lifted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    scope = models.CharField(max_length=12, choices=Scope)
    target = models.CharField(
        max_length=200, help_text="slug@version of a checkpoint or adapter, else a slug or an id"
    )
    claimant = models.CharField(max_length=200)
    reason = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.UPHELD)
    report = models.JSONField(default=dict, help_text="what was withdrawn, counted and listed")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["scope", "target"], condition=Q(state="upheld"), name="claim_upheld_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_scope_display()} {self.target}"
