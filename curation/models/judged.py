"""A candidate and everything that was found in it."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from pgvector.django import HnswIndex, VectorField

from curation.fingerprint import KEY_DIM
from curation.models.brands import Brand
from genart.lib.approval import EMBEDDING_DIM
from generation.models import Render, Tier


class Candidate(models.Model):
    """A render under judgement."""

    class State(models.TextChoices):
        SCORING = "scoring", "Being scored"
        HELD = "held", "Held: a check did not run"
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
    sample_share = models.FloatField(
        null=True,
        blank=True,
        help_text="the probability with which it was drawn as a random label; empty: it was not",
    )
    escalated_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0, help_text="times it was held")
    retry_at = models.DateTimeField(null=True, blank=True, help_text="when held: tried again then")
    publish_at = models.DateTimeField(
        null=True, blank=True, help_text="approved by a person: goes on sale then"
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
    leased_at = models.DateTimeField(null=True, blank=True)
    lease_expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["created_at"]
        permissions = [
            ("review", "May work the review queue"),
            ("decide_escalated", "May decide what curators hand up"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["scoring", "held", "review", "approved", "rejected", "withdrawn"]
                ),
                name="candidate_state_known",
            )
        ]
        indexes = [
            models.Index(
                F("doubt").desc(), "created_at", condition=Q(state="review"), name="review_queue"
            ),
            models.Index("retry_at", condition=Q(state="held"), name="held_candidates"),
            models.Index("brand", "created_at", name="candidates_of_brand"),
            models.Index("created_at", name="candidates_by_age"),
            models.Index("publish_at", condition=Q(publish_at__isnull=False), name="in_grace"),
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
        indexes = [
            HnswIndex(
                name="embedding_by_look",
                fields=["vector"],
                m=16,
                ef_construction=64,
                opclasses=["vector_cosine_ops"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.candidate} by {self.encoder}"


class Attributes(models.Model):
    """What can be named in one picture: warmth, clutter and the like, by one version of them."""

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="attributes")
    version = models.CharField(max_length=20)
    values = models.JSONField(help_text="name → 0 … 1; neither end is better")

    class Meta:
        verbose_name_plural = "attributes"
        constraints = [
            models.UniqueConstraint(fields=["candidate", "version"], name="attributes_once")
        ]

    def __str__(self) -> str:
        return f"attributes of {self.candidate}"


class Signature(models.Model):
    """The picture itself, small: an index over `key` proposes copies, `thumb` tells them."""

    candidate = models.OneToOneField(
        Candidate, on_delete=models.CASCADE, related_name="signature", primary_key=True
    )
    method = models.CharField(max_length=20)
    key = VectorField(dimensions=KEY_DIM)
    thumb = models.BinaryField(help_text="48 × 48 OKLab colours")

    class Meta:
        indexes = [
            HnswIndex(
                name="signature_by_key",
                fields=["key"],
                m=16,
                ef_construction=64,
                opclasses=["vector_l2_ops"],
            )
        ]

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


class Check(models.Model):
    """That a detector looked at a picture, and whether it could."""

    class Outcome(models.TextChoices):
        CLEAR = "clear", "Nothing found"
        FOUND = "found", "Something found"
        FAILED = "failed", "Could not run"
        SKIPPED = "skipped", "Does not apply"

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="checks")
    detector = models.CharField(max_length=40)
    version = models.CharField(max_length=80)
    outcome = models.CharField(max_length=10, choices=Outcome)
    message = models.CharField(max_length=300, blank=True, help_text="why it failed or was skipped")
    took_ms = models.FloatField(default=0.0)
    checked_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "detector", "version"], name="check_version_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.detector} {self.version}: {self.outcome}"


class Flag(models.Model):
    """A compliance finding with its evidence: which detector, how sure, where, what it matched."""

    class Kind(models.TextChoices):
        """The closed list of what can be held against a picture."""

        DUPLICATE = "duplicate", "Repeats another picture"
        PROTECTED = "protected", "Close to a protected work"
        WORDMARK = "wordmark", "Shows a wordmark"
        LOGO = "logo", "Shows a logo"
        LETTERING = "lettering", "Shows lettering"
        PROMPT = "prompt", "Its prompt names what may not be named"
        NUDITY = "nudity", "May show nudity"
        FACE = "face", "May show a face"
        LICENCE = "licence", "Something it is made with may not be sold"
        CLAIM = "claim", "A rights claim stands against it"
        CRITERION = "criterion", "Fails a hard criterion of its brand"

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="flags")
    kind = models.CharField(max_length=40, choices=Kind)
    detector = models.CharField(max_length=80)
    severity = models.CharField(
        max_length=10, choices=[("hold", "Hold for a person"), ("block", "Reject")]
    )
    message = models.CharField(max_length=300)
    score = models.FloatField(null=True, blank=True, help_text="0 … 1: how sure the detector is")
    box = models.JSONField(
        null=True, blank=True, help_text="[left, top, width, height] in shares of the picture"
    )
    mark = models.ForeignKey("Mark", null=True, blank=True, on_delete=models.SET_NULL)
    evidence = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidate", "kind", "detector", "message"], name="flag_once"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "duplicate",
                        "protected",
                        "wordmark",
                        "logo",
                        "lettering",
                        "prompt",
                        "nudity",
                        "face",
                        "licence",
                        "claim",
                        "criterion",
                    ]
                ),
                name="flag_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.message
