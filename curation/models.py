"""Rows of the second tier: what was judged, by what measure, and who decided.

States and their changes are drawn in `curation/README.md`; the verbs are in `curation/services.py`.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from pgvector.django import HalfVectorField, VectorField

from curation.fingerprint import SIGNATURE_DIM
from genart.lib.approval import EMBEDDING_DIM
from generation.models import Render, Tier


class Brand(models.Model):
    """Criteria of one brand, in words for people; its gates are judged separately."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    criteria = models.TextField(
        blank=True, help_text="What curators should look for; shown beside every picture."
    )
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Gate(models.Model):
    """A versioned rule that turns scores into approve, review or reject. Never edited in place."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="gates")
    tier = models.CharField(max_length=10, choices=Tier)
    version = models.PositiveIntegerField()
    rules = models.JSONField(
        help_text=(
            "For each scorer its two bounds: below `reject` is refused, at or above `approve` "
            'passes, between them a person decides. {"sharpness": {"reject": 0.1, "approve": 0.3}}'
        )
    )
    note = models.CharField(max_length=200, blank=True)
    is_active = models.BooleanField(default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["brand", "tier", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "tier", "version"], name="gate_version_once"),
            models.UniqueConstraint(
                fields=["brand", "tier"], condition=Q(is_active=True), name="gate_active_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} {self.tier} v{self.version}"


class Candidate(models.Model):
    """A render under judgement."""

    class State(models.TextChoices):
        SCORING = "scoring", "Being scored"
        REVIEW = "review", "Waits for a person"
        APPROVED = "approved", "Approved"
        REJECTED = "rejected", "Rejected"
        WITHDRAWN = "withdrawn", "Withdrawn"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    render = models.OneToOneField(Render, on_delete=models.PROTECT, related_name="candidate")
    brand = models.ForeignKey(Brand, on_delete=models.PROTECT)
    tier = models.CharField(max_length=10, choices=Tier)
    state = models.CharField(max_length=10, choices=State, default=State.SCORING)
    reasons = models.JSONField(default=list, help_text="sentences: why it is where it is")
    tags = models.JSONField(default=list, help_text="zero-shot words, best first")
    colors = models.JSONField(default=list, help_text="measured [hex, share], largest first")
    doubt = models.FloatField(
        default=0.0, help_text="0 sure … 1 undecided: the queue shows the most doubtful first"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    leased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="leased_candidates",
        help_text="the curator who looks at it; nobody while a worker scores it",
    )
    lease_expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        permissions = [("review", "May work the review queue")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["scoring", "review", "approved", "rejected", "withdrawn"]),
                name="candidate_state_known",
            )
        ]
        indexes = [
            models.Index(
                F("doubt").desc(), "created_at", condition=Q(state="review"), name="review_queue"
            )
        ]

    def __str__(self) -> str:
        return f"candidate of {self.render}"


class CandidateEmbedding(models.Model):
    """The image vector of one candidate by one encoder version."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="embeddings")
    encoder = models.CharField(max_length=80)
    vector = VectorField(dimensions=EMBEDDING_DIM)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "encoder"], name="embedding_once")
        ]

    def __str__(self) -> str:
        return f"{self.candidate} by {self.encoder}"


class Signature(models.Model):
    """The picture itself in 768 numbers, by which near-duplicates are found."""

    candidate = models.OneToOneField(
        Candidate, on_delete=models.CASCADE, related_name="signature", primary_key=True
    )
    method = models.CharField(max_length=20)
    vector = HalfVectorField(dimensions=SIGNATURE_DIM)

    def __str__(self) -> str:
        return f"{self.method} of {self.candidate}"


class Score(models.Model):
    """A number a scorer gave; a new version of the scorer adds a row and never overwrites."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="scores")
    scorer = models.CharField(max_length=40)
    version = models.CharField(max_length=80)
    value = models.FloatField(help_text="0 worst … 1 best")
    evidence = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "scorer", "version"], name="score_version_once"
            ),
            models.CheckConstraint(condition=Q(value__gte=0, value__lte=1), name="score_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.scorer} {self.value:.2f}"


class Flag(models.Model):
    """A compliance finding with its evidence, for example a near-duplicate."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=40)
    detector = models.CharField(max_length=80)
    severity = models.CharField(
        max_length=10, choices=[("hold", "Hold for a person"), ("block", "Reject")]
    )
    message = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["candidate", "kind", "detector"], name="flag_once")
        ]

    def __str__(self) -> str:
        return self.message


class Decision(models.Model):
    """Append-only verdict of a person or a gate; an undo is a further row that names its target."""

    class Verdict(models.TextChoices):
        APPROVE = "approve"
        REVIEW = "review"
        REJECT = "reject"
        UNDO = "undo"

    class Reason(models.TextChoices):
        NONE = "", "No reason"
        COMPOSITION = "composition", "Weak composition"
        ARTEFACTS = "artefacts", "Smears or artefacts"
        COLOUR = "colour", "Colours are off"
        OFF_BRIEF = "off_brief", "Not what the brief asked for"
        DUPLICATE = "duplicate", "Too close to another work"
        TASTE = "taste", "Not good enough to sell"

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
    previous_state = models.CharField(max_length=10, blank=True)
    decided_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-decided_at", "-pk"]
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
