"""What the autopilot may do: versions of rules, never edited, of which one is in force."""

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from generation.models import Style

SHARE = [MinValueValidator(0.0), MaxValueValidator(1.0)]


class AutopilotRules(models.Model):
    """One version of what the owner allows; each saved change is a new one, one is in force."""

    class Mode(models.TextChoices):
        OFF = "off", "Off: nothing is looked at, nothing is proposed"
        SHADOW = "shadow", "Shadow: it writes down what it would do, and nothing is made"
        SUGGEST = "suggest", "Suggest: a person approves each proposal"
        AUTO = "auto", "Auto: it commissions by itself, within these limits"

    version = models.PositiveIntegerField(unique=True, editable=False)
    is_active = models.BooleanField(default=False, editable=False)
    mode = models.CharField(
        max_length=8,
        choices=Mode,
        default=Mode.SUGGEST,
        help_text="How far it may go by itself. Start with shadow or suggest.",
    )
    expires_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="From then on auto falls back to suggest, so that nobody forgets it is on. "
        "Empty: never.",
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The account that commissions. Empty: the first administrator.",
    )
    brand = models.SlugField(
        default="house", help_text="Slug of the brand: only its styles are used."
    )
    styles: models.ManyToManyField = models.ManyToManyField(
        Style,
        blank=True,
        related_name="+",
        help_text="Styles it may use. None chosen: every active style of the brand.",
    )
    blocked_words = models.TextField(
        blank=True,
        help_text="Words and phrases that no proposal may hold, one to a line; looked for in "
        "everything that was written, whoever wrote it. The register of names is asked as well.",
    )
    parent_specs = models.JSONField(
        default=dict,
        blank=True,
        help_text='Design specs to begin from, by style: {"boho-arches": {"version": 1, …}}. A '
        "style without one begins from its most successful series.",
    )
    renders_per_day = models.PositiveIntegerField(
        default=48, help_text="Most renders that it commissions in one day; 0: none."
    )
    gpu_seconds_per_day = models.FloatField(
        default=3600.0,
        validators=[MinValueValidator(0.0)],
        help_text="Most seconds of this factory's workers in one day, as measured, and as "
        "estimated for what is not rendered yet.",
    )
    cents_per_day = models.FloatField(
        default=0.0,
        validators=[MinValueValidator(0.0)],
        help_text="Most cents in one day for other people's compute; 0: only styles that are "
        "rendered here.",
    )
    exploration_floor = models.FloatField(
        default=0.15,
        validators=SHARE,
        help_text="At least this share of the renders goes to what was not tried enough or is "
        "looked for in vain, 0 to 1.",
    )
    diversity_floor = models.FloatField(
        default=3.0,
        validators=[MinValueValidator(1.0), MaxValueValidator(50.0)],
        help_text="Effective number of styles (e to the entropy of their shares) over the last "
        "seven days and the new renders together; 3 means: as varied as three equal styles.",
    )
    step_limit = models.FloatField(
        default=0.25,
        validators=SHARE,
        help_text="How far the share of one combination or of one style may rise from one cycle "
        "to the next, 0 to 1. The very first cycle has nothing to step from.",
    )
    near_duplicate_cap = models.PositiveIntegerField(
        default=12,
        help_text="Most works on sale of one combination that look almost the same; a combination "
        "that is there gets no more.",
    )
    arm_cap = models.PositiveIntegerField(
        default=12,
        validators=[MinValueValidator(1)],
        help_text="Most renders of one combination in one cycle.",
    )
    approval_floor = models.FloatField(
        default=0.3,
        validators=SHARE,
        help_text="When surely less than this share of its judged pictures is approved, it "
        "freezes, 0 to 1.",
    )
    refund_ceiling = models.FloatField(
        default=0.15,
        validators=SHARE,
        help_text="When surely more than this share of the sales is paid back, it freezes, 0 to 1.",
    )
    hour = models.PositiveSmallIntegerField(
        default=3,
        validators=[MaxValueValidator(23)],
        help_text="Hour of the day at which the first cycle runs, in the factory's time zone.",
    )
    interval_hours = models.PositiveSmallIntegerField(
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
        help_text="Hours from one cycle to the next, counted from that hour each day.",
    )
    look_back_days = models.PositiveSmallIntegerField(
        default=60,
        validators=[MinValueValidator(7), MaxValueValidator(365)],
        help_text="How many days of signals it looks at.",
    )
    keep_days = models.PositiveSmallIntegerField(
        default=7,
        validators=[MinValueValidator(1), MaxValueValidator(90)],
        help_text="A proposal that nobody decides on expires after so many days.",
    )
    asks_writer = models.BooleanField(
        default=False,
        help_text="Let the language model of TEXT_ENDPOINT_URL propose themes. What it writes is "
        "held against the blocked words and the register of names like everything else.",
    )
    note = models.CharField(max_length=200, blank=True, help_text="Why it was changed.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        editable=False,
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-version"]
        verbose_name_plural = "autopilot rules"
        constraints = [
            models.UniqueConstraint(
                fields=["is_active"], condition=Q(is_active=True), name="autopilot_rules_one_active"
            )
        ]

    def __str__(self) -> str:
        return f"autopilot rules v{self.version}"
