"""What listings say: every version of it, who wrote it, and the same in other languages."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from catalog.models.works import Artwork


class TextRevision(models.Model):
    """One version of a listing's texts in one language; the live one is copied to the listing.

    Never changed but in its state. `faults` says by field what the rules had against it.
    """

    class State(models.TextChoices):
        LIVE = "live", "On the page"
        PAST = "past", "Replaced"
        HELD = "held", "Held: against the rules"

    artwork = models.ForeignKey(Artwork, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8, default="en", help_text="BCP 47")
    title = models.CharField(max_length=200)
    description = models.TextField()
    alt_text = models.CharField(max_length=500)
    tags = ArrayField(models.CharField(max_length=60), default=list)
    category = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=4, choices=State)
    writer = models.CharField(max_length=120, help_text="name@version, or person:<username>")
    repairs = models.JSONField(default=list, help_text="sentences: what was mended before")
    faults = models.JSONField(default=dict)
    facts = models.JSONField(default=dict, help_text="what the writer was told")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["artwork", "language"],
                condition=models.Q(state="live"),
                name="text_live_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["language", "title"],
                condition=models.Q(state="live"),
                name="text_live_title",
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.language}, {self.state})"


class TextCall(models.Model):
    """One question to a paid writer, noted before it is asked: limits count these rows."""

    class Outcome(models.TextChoices):
        ASKED = "asked", "No answer yet"
        ANSWERED = "answered", "Answered"
        FAILED = "failed", "Failed"

    writer = models.CharField(max_length=120, help_text="name@version")
    artwork = models.ForeignKey(
        Artwork, null=True, blank=True, on_delete=models.SET_NULL, related_name="text_calls"
    )
    language = models.CharField(max_length=8)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.ASKED)
    reason = models.CharField(max_length=300, blank=True, help_text="why it failed")
    tokens_in = models.PositiveIntegerField(default=0)
    tokens_out = models.PositiveIntegerField(default=0)
    cost_millicents = models.PositiveIntegerField(default=0, help_text="thousandths of a cent")
    asked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["writer", "asked_at"], name="text_call_limits")]

    def __str__(self) -> str:
        return f"{self.writer}, {self.language}: {self.outcome}"
