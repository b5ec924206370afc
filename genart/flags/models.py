"""How features are switched, and whether the shop is closed for maintenance."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from genart.flags.declared import FLAGS


class Flag(models.Model):
    """A feature's switch, where somebody has touched it; else its default holds."""

    class State(models.TextChoices):
        ON = "on", "On for everybody"
        PARTLY = "partly", "On for some"
        OFF = "off", "Off"

    name = models.SlugField(max_length=60, unique=True)
    state = models.CharField(max_length=10, choices=State)
    percent = models.PositiveSmallIntegerField(
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text="Of people who are signed in, where it is on for some; always the same ones.",
    )
    persons = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        help_text="For whom it is on as well, where it is on for some.",
    )
    note = models.CharField(max_length=300, blank=True, help_text="Why.")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["on", "partly", "off"]), name="flag_state_known"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=0, percent__lte=100), name="flag_percent_within"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sentence(self) -> str:
        """What is gone where it is off; empty for a flag that the code no longer knows."""
        return FLAGS[self.name].sentence if self.name in FLAGS else ""


class Maintenance(models.Model):
    """A time in which the shop can be looked at and nothing is written; at most one is open."""

    message = models.CharField(max_length=300, blank=True, help_text="A sentence for visitors.")
    began_at = models.DateTimeField(auto_now_add=True)
    until = models.DateTimeField(null=True, blank=True, help_text="when it should be over")
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-began_at"]
        verbose_name_plural = "maintenance"
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(ended_at=None), name="maintenance_open_once"
            )
        ]

    def __str__(self) -> str:
        return f"Maintenance since {self.began_at:%Y-%m-%d %H:%M}"
