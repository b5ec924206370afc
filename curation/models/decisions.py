"""Verdicts, and the opinions that are asked for beside them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from curation.models.gates import Gate
from curation.models.judged import Candidate


class Decision(models.Model):
    """Append-only verdict of a person or a gate; an undo is a further row that names its target.

    The database refuses to change or remove its rows; see `curation/README.md`.
    """

    class Verdict(models.TextChoices):
        APPROVE = "approve"
        REVIEW = "review"
        REJECT = "reject"
        UNDO = "undo"
        WITHDRAW = "withdraw"
        ESCALATE = "escalate"

    class Reason(models.TextChoices):
        NONE = "", "No reason"
        COMPOSITION = "composition", "Weak composition"
        ARTEFACTS = "artefacts", "Smears or artefacts"
        COLOUR = "colour", "Colours are off"
        OFF_BRIEF = "off_brief", "Not what the brief asked for"
        DUPLICATE = "duplicate", "Too close to another work"
        TASTE = "taste", "Not good enough to sell"
        RIGHTS = "rights", "Somebody else's mark, work or likeness"

    class Input(models.TextChoices):
        UNKNOWN = "", "Not known"
        KEY = "key", "Keyboard"
        POINTER = "pointer", "Mouse or touch"
        BULK = "bulk", "Several at once"
        API = "api", "A program"

    candidate = models.ForeignKey(Candidate, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.CharField(max_length=20, choices=Reason, blank=True, default="")
    note = models.CharField(max_length=300, blank=True)
    gate = models.ForeignKey(Gate, null=True, blank=True, on_delete=models.PROTECT)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT
    )
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )
    evidence = models.JSONField(default=dict, help_text="scores, flags and rules as they were")
    took_ms = models.PositiveIntegerField(
        null=True, blank=True, help_text="from when the picture was shown to the decision"
    )
    input = models.CharField(max_length=10, choices=Input, blank=True, default="")
    previous_state = models.CharField(max_length=10, blank=True)
    decided_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-decided_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "decided_at"], name="decisions_of_user"),
            models.Index("decided_at", name="decisions_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(gate__isnull=False) | Q(user__isnull=False), name="decision_has_author"
            )
        ]

    def __str__(self) -> str:
        return f"{self.verdict} by {self.author}"

    @property
    def author(self) -> str:
        """Who decided, as an `Approval` names it."""
        if self.user:
            return f"user:{self.user.get_username()}"
        if self.gate:
            return f"gate:{self.gate.brand.slug}/{self.gate.tier}@{self.gate.version}"
        return "nobody"  # the constraint rules this out

    @property
    def took_seconds(self) -> float | None:
        """How long the picture was looked at, where that is known."""
        return None if self.took_ms is None else self.took_ms / 1000


class Assignment(models.Model):
    """A picture put before a curator as if it waited, whatever was decided: a blind opinion.

    Audits check a gate's own approvals and rejections, second opinions check curators against one
    another, gold items have a known answer. To the curator all look like any other picture.
    An answer is kept for ever: within the time of grace it can be made void, never changed.
    """

    class Purpose(models.TextChoices):
        AUDIT_APPROVED = "audit_approved", "Audit of an automatic approval"
        AUDIT_REJECTED = "audit_rejected", "Audit of an automatic rejection"
        SECOND = "second", "Second opinion"
        GOLD = "gold", "Known answer"

    class State(models.TextChoices):
        OPEN = "open"
        DONE = "done"
        VOID = "void"

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="assignments")
    purpose = models.CharField(max_length=20, choices=Purpose)
    propensity = models.FloatField(help_text="the probability with which it was drawn, over 0 … 1")
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    expected = models.CharField(max_length=10, blank=True, help_text="gold: the right verdict")
    verdict = models.CharField(max_length=10, choices=Decision.Verdict, blank=True)
    reason = models.CharField(max_length=20, choices=Decision.Reason, blank=True, default="")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="assignments",
        help_text="who gave the opinion",
    )
    leased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leased_assignments",
    )
    leased_at = models.DateTimeField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)
    took_ms = models.PositiveIntegerField(null=True, blank=True)
    input = models.CharField(max_length=10, choices=Decision.Input, blank=True, default="")
    created_at = models.DateTimeField(auto_now_add=True)
    done_at = models.DateTimeField(null=True, blank=True)
    noted_at = models.DateTimeField(
        null=True, blank=True, help_text="when the answer took effect: it cannot be taken back"
    )

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index("created_at", condition=Q(state="open"), name="open_assignments"),
            models.Index(
                "done_at", condition=Q(state="done", noted_at=None), name="unnoted_assignments"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "purpose"],
                condition=Q(state="open"),
                name="assignment_open_once",
            ),
            models.CheckConstraint(
                condition=Q(propensity__gt=0, propensity__lte=1), name="assignment_propensity"
            ),
            models.CheckConstraint(
                condition=~Q(state="done") | Q(verdict__in=["approve", "reject"]),
                name="assignment_done_has_verdict",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} of {self.candidate}"
