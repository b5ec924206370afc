"""How scores read within one style, and pictures from outside that were only measured."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from curation.models.brands import Brand
from generation.models import Style

KEPT = timedelta(hours=1)
"""An outside picture and what was said of it are removed after this long."""


class Scale(models.Model):
    """Where one scorer's values lie in one style: its quantiles. Never edited, only followed.

    Without a style it is the scale of all styles, for those that have too few pictures.
    """

    style = models.ForeignKey(
        Style, null=True, blank=True, on_delete=models.CASCADE, related_name="scales"
    )
    scorer = models.CharField(max_length=40)
    scorer_version = models.CharField(max_length=80)
    version = models.PositiveIntegerField()
    quantiles = models.JSONField(help_text="values at equal steps from the least to the largest")
    pictures = models.PositiveIntegerField(help_text="it rests on")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["style", "scorer", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["style", "scorer", "scorer_version", "version"],
                name="scale_version_once",
                nulls_distinct=False,
            )
        ]

    def __str__(self) -> str:
        return f"{self.scorer} in {self.style or 'all styles'} v{self.version}"


def expiry() -> datetime:
    """Return when an appraisal that is made now is removed."""
    return timezone.now() + KEPT


class Appraisal(models.Model):
    """A picture from outside that a program wants measured. It is never judged nor published."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        FAILED = "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="appraisals"
    )
    brand = models.ForeignKey(Brand, null=True, blank=True, on_delete=models.CASCADE)
    image = models.CharField(max_length=200, help_text="name in `originals`")
    brief = models.JSONField(default=dict, help_text="prompt, layout, density, palette, tier")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    result = models.JSONField(default=dict)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=expiry)

    class Meta:
        ordering = ["created_at"]
        indexes = [
            models.Index("created_at", condition=Q(state="waiting"), name="waiting_appraisals"),
            models.Index("expires_at", name="expiring_appraisals"),
        ]

    def __str__(self) -> str:
        return f"appraisal {self.pk}"
