"""A brand: what it looks for, in words and pictures, and the taste that its decisions taught."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from pgvector.django import VectorField

from genart.lib.approval import EMBEDDING_DIM


class Brand(models.Model):
    """Criteria of one brand, in words for people; its gates are judged separately."""

    class Adoption(models.TextChoices):
        UNCERTIFIED = "uncertified", "By itself, unless a gate is certified"
        ALWAYS = "always", "By itself, even if that ends a certificate"
        PROPOSED = "proposed", "Only when somebody says so"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    criteria = models.TextField(
        blank=True, help_text="What curators should look for; shown beside every picture."
    )
    is_active = models.BooleanField(default=True)
    adoption = models.CharField(
        max_length=12,
        choices=Adoption,
        default=Adoption.UNCERTIFIED,
        help_text="When a new taste takes over. A certificate ends with the taste it names.",
    )

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Criterion(models.Model):
    """One thing a brand wants or does not want, in words, in reference pictures, or in both.

    It counts only while it is live, and goes live only when its examples come out as they must.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        LIVE = "live", "Live"
        RETIRED = "retired", "Retired"

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="criterion_set")
    name = models.CharField(max_length=80)
    words = models.JSONField(
        default=list, blank=True, help_text='What it looks like, for example ["wide empty sky"].'
    )
    opposite = models.JSONField(
        default=list, blank=True, help_text='What it does not look like: ["crowded with shapes"].'
    )
    wanted = models.BooleanField(default=True, help_text="Unwanted: it speaks against a picture.")
    weight = models.FloatField(default=1.0, help_text="0 … 5: how much it counts")
    is_hard = models.BooleanField(
        default=False, help_text="Hard: a picture that fails it meets a person, whatever else."
    )
    threshold = models.FloatField(default=0.5, help_text="From this value of 0 … 1 it is met.")
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    calibration = models.JSONField(
        default=dict, blank=True, help_text="what counts as one half, by encoder; set on going live"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["brand", "name", "pk"]
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "name"], condition=Q(state="live"), name="criterion_live_once"
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=0, threshold__lte=1, weight__gte=0, weight__lte=5),
                name="criterion_in_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand}: {self.name}"


class Reference(models.Model):
    """A picture that shows what a criterion means."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="references")
    image = models.CharField(max_length=200, help_text="name in `originals`")
    encoder = models.CharField(max_length=80, blank=True, default="")
    vector = VectorField(
        dimensions=EMBEDDING_DIM, null=True, help_text="empty until a worker has looked at it"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"reference of {self.criterion}"


class Example(models.Model):
    """A picture on which a criterion must come out one way before it may go live."""

    criterion = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="examples")
    must_pass = models.BooleanField()
    image = models.CharField(max_length=200, help_text="name in `originals`")
    encoder = models.CharField(max_length=80, blank=True, default="")
    vector = VectorField(
        dimensions=EMBEDDING_DIM, null=True, help_text="empty until a worker has looked at it"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"must {'pass' if self.must_pass else 'fail'} {self.criterion}"


class Head(models.Model):
    """What a brand's decisions taught: a calibrated probability of approval. Never edited."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="heads")
    version = models.PositiveIntegerField()
    is_active = models.BooleanField(default=False)
    encoder = models.CharField(max_length=80)
    features = models.JSONField(help_text="names, in the order of the weights")
    weights = models.JSONField(help_text="what the fit found, for `curation/taste/`")
    labels = models.PositiveIntegerField(help_text="decisions it was fitted on")
    comparisons = models.PositiveIntegerField(default=0)
    auc = models.FloatField(null=True, help_text="on decisions held out in turns")
    brier = models.FloatField(null=True, help_text="mean squared error of its probabilities")
    report = models.JSONField(default=dict, help_text="reliability, strongest features")
    trained_through = models.BigIntegerField(default=0, help_text="newest decision it knows")
    note = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    activated_at = models.DateTimeField(null=True, blank=True, help_text="the last time")
    activated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL
    )

    class Meta:
        ordering = ["brand", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["brand", "version"], name="head_version_once"),
            models.UniqueConstraint(
                fields=["brand"], condition=Q(is_active=True), name="head_active_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.brand} taste v{self.version}"


class Comparison(models.Model):
    """Somebody preferred one picture to another: the best of a stack beats each of the rest."""

    brand = models.ForeignKey(Brand, on_delete=models.PROTECT, related_name="comparisons")
    winner = models.ForeignKey("Candidate", on_delete=models.CASCADE, related_name="won")
    loser = models.ForeignKey("Candidate", on_delete=models.CASCADE, related_name="lost")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT)
    compared_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["winner", "loser", "user"], name="comparison_once"),
            models.CheckConstraint(condition=~Q(winner=F("loser")), name="comparison_of_two"),
        ]

    def __str__(self) -> str:
        return f"{self.winner} over {self.loser}"
