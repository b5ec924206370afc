"""What the autopilot did in each cycle, what it proposed, and every word of why.

A freeze is an alarm that nobody has lifted yet. States are drawn in `catalog/README.md`; the verbs
are in `catalog/autopilot/services`.
"""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models.autopilot_rules import AutopilotRules
from generation.models import Job


class AutopilotCycle(models.Model):
    """One turn from signals to jobs. Each step writes its result here before the next begins."""

    class State(models.TextChoices):
        BEGUN = "begun", "Begun"
        GATHERED = "gathered", "Signals gathered"
        PLANNED = "planned", "Planned"
        ENFORCED = "enforced", "Held to the guardrails"
        PROPOSED = "proposed", "Proposals written"
        DONE = "done", "Done"
        FROZEN = "frozen", "Stopped by an alarm"
        FAILED = "failed", "Failed"

    OPEN = (State.BEGUN, State.GATHERED, State.PLANNED, State.ENFORCED, State.PROPOSED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slot = models.CharField(
        max_length=40, unique=True, help_text="the time it was due, or manual-… when asked for"
    )
    rules = models.ForeignKey(AutopilotRules, on_delete=models.PROTECT, related_name="cycles")
    mode = models.CharField(max_length=8, choices=AutopilotRules.Mode, help_text="as it applied")
    state = models.CharField(max_length=9, choices=State, default=State.BEGUN)
    today = models.DateField()
    seed = models.PositiveBigIntegerField(help_text="of all draws: with the inputs, it replays")
    inputs = models.JSONField(default=dict, help_text="facts, candidates, limits, history")
    inputs_sha256 = models.CharField(max_length=64, blank=True)
    planned = models.JSONField(default=dict, help_text="what the policy wanted")
    enforced = models.JSONField(default=dict, help_text="what the guardrails left of it")
    estimates = models.JSONField(default=dict, help_text="what off-policy estimates say of it")
    steps = models.JSONField(default=dict, help_text="step → when it was done")
    error = models.TextField(blank=True)
    begun_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-begun_at", "-pk"]
        indexes = [models.Index(fields=["-begun_at"], name="autopilot_cycle_newest")]

    def __str__(self) -> str:
        return f"cycle {self.slot}"


class AutopilotProposal(models.Model):
    """One series that the autopilot would like: an arm, so many renders, the spec, the evidence."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waits for a person"
        APPROVED = "approved", "Approved"
        SUBMITTED = "submitted", "Commissioned"
        DISMISSED = "dismissed", "Dismissed"
        EXPIRED = "expired", "Expired"
        REFUSED = "refused", "Refused by the rules"
        SHADOW = "shadow", "Only written down"

    class Kind(models.TextChoices):
        EXPLOIT = "exploit", "More of what sells"
        EXPLORE = "explore", "Tried out"
        GAP = "gap", "Looked for in vain"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cycle = models.ForeignKey(AutopilotCycle, on_delete=models.PROTECT, related_name="proposals")
    position = models.PositiveIntegerField(help_text="place in the cycle's plan")
    style = models.CharField(max_length=80)
    palette = models.CharField(max_length=80)
    layout = models.CharField(max_length=40)
    theme = models.CharField(max_length=300)
    kind = models.CharField(max_length=7, choices=Kind)
    renders = models.PositiveIntegerField()
    propensity = models.FloatField()
    draw = models.FloatField(default=0.0, help_text="what was drawn for it, cents per render")
    evidence = models.JSONField(default=dict)
    sentence = models.CharField(max_length=500, help_text="what and why, as the log says it")
    spec = models.JSONField(help_text="an ordinary design spec")
    parent = models.ForeignKey(
        Job, null=True, blank=True, on_delete=models.SET_NULL, related_name="+",
        help_text="the series that the spec begins from",
    )  # fmt: skip
    changes = models.JSONField(default=list, help_text="[{field, before, after}] to the parent")
    gap = models.CharField(max_length=40, blank=True, help_text="id of the demand gap it fills")
    state = models.CharField(max_length=9, choices=State)
    reason = models.CharField(max_length=500, blank=True)
    job = models.OneToOneField(
        Job, null=True, blank=True, on_delete=models.PROTECT, related_name="proposal"
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "position"]
        constraints = [
            models.UniqueConstraint(fields=["cycle", "position"], name="autopilot_proposal_once"),
            models.CheckConstraint(
                condition=Q(state="submitted", job__isnull=False)
                | (~Q(state="submitted") & Q(job__isnull=True)),
                name="autopilot_job_when_submitted",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "expires_at"], name="autopilot_proposal_waiting"),
            models.Index(fields=["-submitted_at"], name="autopilot_proposal_submitted"),
        ]

    def __str__(self) -> str:
        return f"{self.renders} × {self.style} in {self.palette}"


class AutopilotAlarm(models.Model):
    """A reason to stand still: while one is not lifted, the autopilot is frozen."""

    kind = models.CharField(max_length=20, help_text="hand, approval, refunds, signals …")
    reason = models.CharField(max_length=300)
    evidence = models.JSONField(default=dict)
    cycle = models.ForeignKey(
        AutopilotCycle, null=True, blank=True, on_delete=models.SET_NULL, related_name="alarms"
    )
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    raised_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"], condition=Q(lifted_at=None), name="autopilot_alarm_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.reason}"


class AutopilotEntry(models.Model):
    """One line of the decision log. Rows are added, never changed."""

    class Kind(models.TextChoices):
        MADE = "made", "Commissioned"
        PROPOSED = "proposed", "Proposed"
        HELD = "held", "Held back"
        DECIDED = "decided", "Decided by a person"
        FROZEN = "frozen", "Frozen"
        RULES = "rules", "Rules changed"
        CYCLE = "cycle", "About a cycle"

    kind = models.CharField(max_length=8, choices=Kind)
    sentence = models.CharField(max_length=600)
    cycle = models.ForeignKey(
        AutopilotCycle, null=True, blank=True, on_delete=models.CASCADE, related_name="entries"
    )
    proposal = models.ForeignKey(
        AutopilotProposal, null=True, blank=True, on_delete=models.CASCADE, related_name="entries"
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    written_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-written_at", "-pk"]
        verbose_name_plural = "autopilot entries"
        indexes = [models.Index(fields=["-written_at"], name="autopilot_entry_newest")]

    def __str__(self) -> str:
        return self.sentence
