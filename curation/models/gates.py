"""Gates, and what lets one publish by itself: a certificate, and the log of its states."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from curation.models.brands import Brand, Head
from generation.models import Style, Tier


class Gate(models.Model):
    """A versioned rule that turns scores into approve, review or reject. Never edited in place.

    It approves by itself only while it is certified; see `curation/README.md`.
    """

    class Autonomy(models.TextChoices):
        LEARNING = "learning", "Learning: people decide, and it collects their decisions"
        SHADOW = "shadow", "Shadow: it could be certified; people still decide"
        CERTIFIED = "certified", "Certified: it may publish by itself"
        SUSPENDED = "suspended", "Suspended: its certificate ended, people decide"

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="gates")
    tier = models.CharField(max_length=10, choices=Tier)
    style = models.ForeignKey(
        Style,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="gates",
        help_text="Only for this style; without one, for every style that has no gate of its own.",
    )
    version = models.PositiveIntegerField()
    rules = models.JSONField(
        help_text=(
            "For each scorer its two bounds: below `reject` is refused, at or above `approve` "
            'passes, between them a person decides. {"sharpness": {"reject": 0.1, "approve": 0.3}}'
        )
    )
    autonomy = models.CharField(max_length=10, choices=Autonomy, default=Autonomy.LEARNING)
    target = models.FloatField(
        default=0.05,
        help_text="At most this share of what it publishes may be such as people would refuse.",
    )
    confidence = models.FloatField(default=0.95, help_text="How sure that must be.")
    audit_share = models.FloatField(
        default=0.05, help_text="This share of its own approvals and rejections meets a person."
    )
    auto_promote = models.BooleanField(
        default=False,
        help_text="From shadow to certified by itself; otherwise somebody promotes it.",
    )
    note = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["brand", "tier", "style", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "tier", "style", "version"],
                name="gate_version_once",
                nulls_distinct=False,
            ),
            models.UniqueConstraint(
                fields=["brand", "tier", "style"],
                condition=Q(is_active=True),
                name="gate_active_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(autonomy__in=["learning", "shadow", "certified", "suspended"]),
                name="gate_autonomy_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.tier} v{self.version}"


class Certificate(models.Model):
    """What was shown about a gate: how often it may be wrong, how sure that is, and for what.

    It holds for the versions it names alone, and ends for good.
    """

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="certificates")
    head = models.ForeignKey(Head, null=True, blank=True, on_delete=models.PROTECT)
    threshold = models.FloatField(help_text="approves from this probability on")
    target = models.FloatField()
    confidence = models.FloatField()
    labels = models.PositiveIntegerField(help_text="randomly drawn human decisions it rests on")
    accepted = models.PositiveIntegerField(help_text="of these, at or above the threshold")
    failures = models.PositiveIntegerField(help_text="of these, refused by a person")
    upper_bound = models.FloatField(help_text="of the share of wrong approvals")
    share = models.FloatField(help_text="of all pictures, that it approves by itself")
    versions = models.JSONField(help_text="encoder, scorers, detectors, checkpoints, head, rules")
    steps = models.JSONField(default=list, help_text="every threshold that was tested, in order")
    reference = models.JSONField(default=list, help_text="quantiles of the scores it was made on")
    issued_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_because = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-issued_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["gate"], condition=Q(ended_at=None), name="certificate_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"certificate {self.pk} of {self.gate}"


class GateEvent(models.Model):
    """A change of a gate's autonomy, with its reason. Rows are added, never changed."""

    gate = models.ForeignKey(Gate, on_delete=models.PROTECT, related_name="events")
    before = models.CharField(max_length=10, choices=Gate.Autonomy)
    after = models.CharField(max_length=10, choices=Gate.Autonomy)
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )
    happened_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.gate}: {self.before} → {self.after}"
